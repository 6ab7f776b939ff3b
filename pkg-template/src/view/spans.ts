import { day, dayAndTime, isMidnight, type Moment, millis, time } from "./format.js";
import { english } from "./language.js";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** From when to when; whole days where it is in whole days. */
export function span(from: Moment, to: Moment): string {
  if (!isMidnight(from) || !isMidnight(to)) {
    const same = day(from) === day(to);
    return `${dayAndTime(from)} – ${same ? time(to) : dayAndTime(to)}`;
  }
  const last = millis(to) - DAY;
  return last <= millis(from) ? day(from) : `${day(from)} – ${day(last)}`;
}

const plural = (count: number, unit: string): string => `${count} ${unit}${count === 1 ? "" : "s"}`;

/** A length of time in its two largest units: `9天8小时`, `9 days 8 hours`. */
export function duration(minutes: number): string {
  const parts = [
    [Math.floor(minutes / 1440), "天", "day"],
    [Math.floor((minutes % 1440) / 60), "小时", "hour"],
    [Math.round(minutes % 60), "分钟", "minute"],
  ] as const;
  const largest = parts.findIndex(([count]) => count > 0);
  const told = largest < 0 ? parts.slice(-1) : parts.slice(largest, largest + 2).filter(([count]) => count > 0);
  if (english()) return told.map(([count, , unit]) => plural(count, unit)).join(" ");
  return told.map(([count, unit]) => `${count}${unit}`).join("");
}

/** How long ago, in one unit: `3小时前`, `3 hours ago`. */
export function ago(moment: Moment, now: number): string {
  const age = now - millis(moment);
  const distance = Math.abs(age);
  const [unit, zh, en] =
    distance < HOUR
      ? ([MINUTE, "分钟", "minute"] as const)
      : distance < 2 * DAY
        ? ([HOUR, "小时", "hour"] as const)
        : ([DAY, "天", "day"] as const);
  const count = Math.round(distance / unit);
  if (count === 0) return english() ? "just now" : "刚刚";
  if (english()) return age < 0 ? `in ${plural(count, en)}` : `${plural(count, en)} ago`;
  return `${count}${zh}${age < 0 ? "后" : "前"}`;
}

/** Several things in a row: `发热、干咳`, `Fever, dry cough`. */
export function list(items: string[]): string {
  return items.join(english() ? ", " : "、");
}
