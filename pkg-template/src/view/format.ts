import { english } from "./language.js";

// Written out, because not every mini-program host has Intl with time zones.

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Days and times are told in the rules' zone, wherever the phone is: China's, UTC+8, unless a pack says otherwise. */
let offset = 8 * HOUR;

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const WEEKDAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const WEEKDAYS_ZH = ["日", "一", "二", "三", "四", "五", "六"];

type Moment = string | number;

const millis = (moment: Moment): number => (typeof moment === "number" ? moment : Date.parse(moment));
/** A date whose UTC fields are those of the zone. */
const local = (moment: Moment): Date => new Date(millis(moment) + offset);
const two = (number: number): string => (number < 10 ? `0${number}` : String(number));

/** Tells days and times at so many minutes before UTC from now on. */
export function setUtcOffset(minutes: number): void {
  offset = minutes * MINUTE;
}

/** `+08:00`. */
function offsetText(): string {
  const minutes = Math.abs(offset) / MINUTE;
  return `${offset < 0 ? "-" : "+"}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

/** `北京时间`, `Beijing time`; elsewhere `UTC+09:00`. */
export function zoneName(): string {
  if (offset !== 8 * HOUR) return `UTC${offsetText()}`;
  return english() ? "Beijing time" : "北京时间";
}

/** `2月20日`, `20 Feb`. */
export function day(moment: Moment): string {
  const date = local(moment);
  const month = date.getUTCMonth();
  return english() ? `${date.getUTCDate()} ${MONTHS[month]}` : `${month + 1}月${date.getUTCDate()}日`;
}

/** `2020年2月20日星期四`, `Thu 20 Feb 2020`. */
export function fullDay(moment: Moment): string {
  const date = local(moment);
  const weekday = date.getUTCDay();
  const year = date.getUTCFullYear();
  return english() ? `${WEEKDAYS[weekday]} ${day(moment)} ${year}` : `${year}年${day(moment)}星期${WEEKDAYS_ZH[weekday]}`;
}

/** `08:00`. */
export function time(moment: Moment): string {
  const date = local(moment);
  return `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}`;
}

/** `08:00:05`. */
export function seconds(moment: Moment): string {
  return `${time(moment)}:${two(local(moment).getUTCSeconds())}`;
}

/** `2月20日 08:00`, `20 Feb, 08:00`. */
export function dayAndTime(moment: Moment): string {
  return `${day(moment)}${english() ? "," : ""} ${time(moment)}`;
}

/** The day as forms and rules write it, `2020-02-20`. */
export function isoDay(moment: Moment): string {
  return local(moment).toISOString().slice(0, 10);
}

/** The minute as forms write it, `2020-02-20T08:00`. */
export function isoMinute(moment: Moment): string {
  return local(moment).toISOString().slice(0, 16);
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

/** How long ago, in one unit: `3小时前`, `3 hours ago`. */
export function ago(moment: Moment, now: number): string {
  const age = now - millis(moment);
  const distance = Math.abs(age);
  const [unit, zh, en] = distance < HOUR ? [MINUTE, "分钟", "minute"] as const : distance < 2 * DAY ? [HOUR, "小时", "hour"] as const : [DAY, "天", "day"] as const;
  const count = Math.round(distance / unit);
  if (count === 0) return english() ? "just now" : "刚刚";
  if (english()) return age < 0 ? `in ${plural(count, en)}` : `${plural(count, en)} ago`;
  return `${count}${zh}${age < 0 ? "后" : "前"}`;
}

/** Several things in a row: `发热、干咳`, `Fever, dry cough`. */
export function list(items: string[]): string {
  return items.join(english() ? ", " : "、");
}
