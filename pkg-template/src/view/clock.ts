// What is said of a clock that is wrong.
import type { Problem } from "../engine/core/healthcode.js";
import { wordsOf } from "./language.js";
import { problemText } from "./problem.js";
import { sentences } from "./spans.js";

const text = wordsOf(
  "clock",
  {
    units: ["秒", "分钟", "小时", "天"],
    fast: (time: string) => `时钟快了约${time}。`,
    slow: (time: string) => `时钟慢了约${time}。`,
  },
  {
    units: [" seconds", " minutes", " hours", " days"],
    fast: (time) => `The clock is about ${time} fast.`,
    slow: (time) => `The clock is about ${time} slow.`,
  },
);
export type ClockText = ReturnType<typeof text>;
/** The units in seconds. */
const UNITS = [1, 60, 3_600, 86_400];

/** A problem, and by how much the clock is wrong if that is it; `error` is in milliseconds, positive if it is fast. */
export function troubleText(problem: Problem, error: number): string {
  const told = problemText(problem);
  if (error === 0 || (problem.code !== "clock-off" && problem.code !== "clock-inexact")) return told;
  const t = text();
  const size = Math.abs(error) / 1_000;
  // At least two of a unit, which is exact enough and has one form in English.
  const unit = UNITS.filter((unit) => size >= 2 * unit).length - 1;
  const time = `${Math.round(size / (UNITS[unit] ?? 1))}${t.units[unit] ?? ""}`;
  return sentences([error > 0 ? t.fast(time) : t.slow(time), told]);
}
