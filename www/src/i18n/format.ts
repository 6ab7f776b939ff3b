import { preferences } from "../app/preferences.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** All days and times are told as the rules count them, wherever the phone is: in China's one zone unless they say otherwise. */
let offset = 8 * HOUR;

/** Tells times at so many minutes before UTC from now on. */
export function setUtcOffset(minutes: number): void {
  offset = minutes * MINUTE;
}

/** `+08:00`. */
function offsetText(): string {
  const two = (count: number) => String(Math.floor(count)).padStart(2, "0");
  const minutes = Math.abs(offset) / MINUTE;
  return `${offset < 0 ? "-" : "+"}${two(minutes / 60)}:${two(minutes % 60)}`;
}

/** `北京时间`, `Beijing time`; elsewhere `UTC+09:00`. */
export function zoneName(): string {
  if (offset !== 8 * HOUR) return `UTC${offsetText()}`;
  return english() ? "Beijing time" : "北京时间";
}

type Moment = string | number;

const millis = (moment: Moment): number => (typeof moment === "number" ? moment : Date.parse(moment));
const english = (): boolean => preferences.language === "en";

function format(moment: Moment, options: Intl.DateTimeFormatOptions): string {
  const locale = english() ? "en-GB" : "zh-CN";
  return new Intl.DateTimeFormat(locale, { timeZone: "UTC", hourCycle: "h23", ...options }).format(millis(moment) + offset);
}

/** `2月20日`, `20 Feb`. */
export function day(moment: Moment): string {
  return format(moment, { month: english() ? "short" : "long", day: "numeric" });
}

/** `2020年2月20日星期四`, `Thu 20 Feb 2020`. */
export function fullDay(moment: Moment): string {
  const length = english() ? "short" : "long";
  return format(moment, { year: "numeric", month: length, day: "numeric", weekday: length }).replace(",", "");
}

/** `08:00`. */
export function time(moment: Moment): string {
  return format(moment, { hour: "2-digit", minute: "2-digit" });
}

/** `08:00:05`. */
export function seconds(moment: Moment): string {
  return format(moment, { hour: "2-digit", minute: "2-digit", second: "2-digit" });
}

/** `2月20日 08:00`, `20 Feb, 08:00`. */
export function dayAndTime(moment: Moment): string {
  return `${day(moment)}${english() ? "," : ""} ${time(moment)}`;
}

/** The day as forms and rules write it, `2020-02-20`. */
export function isoDay(moment: number): string {
  return new Date(moment + offset).toISOString().slice(0, 10);
}

/** The minute as forms write it, `2020-02-20T08:00`. */
export function isoMinute(moment: number): string {
  return new Date(moment + offset).toISOString().slice(0, 16);
}

/** The moment that a form's minute stands for, as rules write it. */
export function momentOf(minute: string): string {
  return `${minute}:00${offsetText()}`;
}

/** Whether a moment is the beginning of a day. */
export function isMidnight(moment: Moment): boolean {
  return (millis(moment) + offset) % DAY === 0;
}

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

/** How long ago: `3小时前`, `3 hours ago`. */
export function ago(moment: Moment, now: number): string {
  const words = new Intl.RelativeTimeFormat(english() ? "en" : "zh-CN", { numeric: "auto" });
  const age = now - millis(moment);
  if (Math.abs(age) < HOUR) return words.format(-Math.round(age / MINUTE), "minute");
  if (Math.abs(age) < 2 * DAY) return words.format(-Math.round(age / HOUR), "hour");
  return words.format(-Math.round(age / DAY), "day");
}

/** Several things in a row: `发热、干咳`, `Fever, dry cough`. */
export function list(items: string[]): string {
  return items.join(english() ? ", " : "、");
}
