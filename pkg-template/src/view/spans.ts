// Lengths of time, lists and sentences in a row, in words.
import {
  ahead,
  list as aList,
  now as aNow,
  ago as anAgo,
  span as aSpan,
  betweenSentences,
  betweenUnits,
  none,
  open,
  units,
} from "../../../words/time.json";
import { day, dayAndTime, isMidnight, type Moment, millis, time } from "./format.js";
import { say, textsOf } from "./language.js";

// What a bundle does not use is left out of it.
const of = /* @__PURE__ */ textsOf("time", {
  ahead,
  list: aList,
  now: aNow,
  ago: anAgo,
  span: aSpan,
  betweenUnits,
  none,
  open,
  units,
});
const between = /* @__PURE__ */ textsOf("time", { betweenSentences });

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** From one to another: `2月1日至2月5日`. */
export const range = (from: string, to: string): string => say(of.span, { from, to });

/** From when to when; whole days where it is in whole days. Without an end, it goes on. */
export function span(from: Moment, to: Moment | undefined): string {
  if (to === undefined) return say(of.open, { from: dayAndTime(from) });
  if (!isMidnight(from) || !isMidnight(to)) {
    const same = day(from) === day(to);
    return range(dayAndTime(from), same ? time(to) : dayAndTime(to));
  }
  const last = millis(to) - DAY;
  return last <= millis(from) ? day(from) : range(day(from), day(last));
}

/** A duration in its two largest units: `9天8小时`, `9 days 8 hours`. */
export function duration(minutes: number): string {
  const parts = [
    [Math.floor(minutes / 1440), of.units.day],
    [Math.floor((minutes % 1440) / 60), of.units.hour],
    [Math.round(minutes % 60), of.units.minute],
  ] as const;
  const largest = parts.findIndex(([count]) => count > 0);
  if (largest < 0) return say(of.none);
  const told = parts.slice(largest, largest + 2).filter(([count]) => count > 0);
  return told.map(([count, unit]) => say(unit, { count })).join(say(of.betweenUnits));
}

/** How long ago, in one unit: `3小时前`, `3 hours ago`. */
export function ago(moment: Moment, now: number): string {
  const age = now - millis(moment);
  const distance = Math.abs(age);
  const [length, unit] =
    distance < HOUR
      ? ([MINUTE, of.units.minute] as const)
      : distance < 2 * DAY
        ? ([HOUR, of.units.hour] as const)
        : ([DAY, of.units.day] as const);
  // What is not over yet is not told as over.
  const count = Math.floor(distance / length);
  return count === 0 ? say(of.now) : say(age < 0 ? of.ahead : of.ago, { time: say(unit, { count }) });
}

/** One sentence after another; empty ones are left out. */
export function sentences(told: string[]): string {
  return told.filter(Boolean).join(say(between.betweenSentences));
}

/** A list of things: `发热、干咳`, `Fever, dry cough`. */
export function list(items: string[]): string {
  return items.join(say(of.list));
}
