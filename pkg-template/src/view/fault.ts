import type { Asked } from "../engine/core/healthcode.js";
import { words } from "./language.js";
import { codeText } from "./problem.js";

const text = words(
  {
    levels: ["省", "市", "区、县", "街道"],
    number: (least: number, most: number, unit: string) => `请填${least}到${most}${unit}之间的数字。`,
    choose: "请选择。",
    trips: "请至少填一段行程，选地点并填到达日期。",
    place: "请选择地点。",
    from: "请填到达日期。",
    date: "请选日期。",
  },
  {
    levels: ["province", "city or prefecture", "district or county", "street"],
    number: (least, most, unit) => `Please enter a number from ${least} to ${most} ${unit}.`,
    choose: "Please choose.",
    trips: "Please enter at least one trip with its place and first day.",
    place: "Please choose the place.",
    from: "Please enter the first day.",
    date: "Please choose a date.",
  },
);

/** What is wrong with the answer to a question; `part` is the field, where the question has several. */
export function faultText(code: string, question: Asked | undefined, part?: string): string {
  const t = text();
  const { number, type } = question ?? {};
  if (number && (code === "answer-wrong-type" || code === "answer-missing")) {
    return t.number(number.least, number.most, number.unit);
  }
  if (code === "answer-missing") {
    if (part === "place" || (type === "place" && part === undefined)) return t.place;
    if (part === "from") return t.from;
    if (type === "trips") return t.trips;
    if (type === "date") return t.date;
    if (type === "many-of" || type === "one-of") return t.choose;
  }
  const digits = question?.placeDigits ?? 6;
  const level = t.levels[[2, 4, 6, 9].indexOf(digits)] ?? "";
  const values: Record<string, string | number | undefined> = { ...number, days: question?.daysBack, level };
  return codeText(code).replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ""));
}
