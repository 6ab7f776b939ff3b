// Days and times in the rules' own time zone.
import { day as aDay, fullDay as aFullDay, moment as aMoment, months, weekdays, zone } from "../../../words/time.json";
import type { OffsetFrom } from "../engine/core/healthcode.js";
import { say, textsOf, wordsOf } from "./language.js";

// What a bundle does not use is left out of it.
const of = /* @__PURE__ */ textsOf("time", { day: aDay, fullDay: aFullDay, moment: aMoment, months, weekdays, zone });

// Done by hand, because not every mini-program host has Intl with time zones.

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/**
 * Days and times are shown in the rules' time zone, wherever the phone is: China's, UTC+8, unless a pack says
 * otherwise.
 */
let offset = 8 * HOUR;
/** Where that changes for summer time, every offset with the moment from which on it holds. */
let offsets: readonly OffsetFrom[] = [];

export type Moment = string | number;

export const millis = (moment: Moment): number => (typeof moment === "number" ? moment : Date.parse(moment));
/** The year that need not be said; none while no clock is known. */
let thisYear: number | undefined;

const text = wordsOf(
  "year",
  { ofYear: (day: string, year: number) => `${year}年${day}` },
  { ofYear: (day, year) => `${day} ${year}` },
);
export type YearText = ReturnType<typeof text>;

/** What the clock of the time zone shows at a moment, as if it were UTC's. */
const shown = (moment: Moment): number => millis(moment) + offsetAt(millis(moment));
/** A date whose UTC fields are those of the time zone. */
const local = (moment: Moment): Date => new Date(shown(moment));
const two = (number: number): string => (number < 10 ? `0${number}` : String(number));

/** Sets the UTC offset for days and times, in minutes east; and, where it changes, which there is when. */
export function setUtcOffset(minutes: number, changing: readonly OffsetFrom[] = []): void {
  offset = minutes * MINUTE;
  offsets = changing;
}

function offsetAt(at: number): number {
  let found = offset;
  for (const { from, utcOffset } of offsets) if (!from || millis(from) <= at) found = utcOffset * MINUTE;
  return found;
}

/** Sets what is now: days of its year are told without the year. */
export function setNow(moment: Moment | undefined): void {
  thisYear = moment === undefined ? undefined : local(moment).getUTCFullYear();
}

/** `+08:00`. */
function offsetText(east: number): string {
  const minutes = Math.abs(east) / MINUTE;
  return `${east < 0 ? "-" : "+"}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

/** `北京时间`, `Beijing time`; elsewhere `UTC+09:00`. */
export function zoneName(): string {
  if (offset !== 8 * HOUR) return `UTC${offsetText(offset)}`;
  return say(of.zone);
}

/** `2月20日`, `20 Feb`, and of another year than this one `2027年2月20日`, `20 Feb 2027`. */
export function day(moment: Moment): string {
  const year = local(moment).getUTCFullYear();
  return thisYear === undefined || year === thisYear ? dayOfYear(moment) : text().ofYear(dayOfYear(moment), year);
}

function dayOfYear(moment: Moment): string {
  const date = local(moment);
  const month = of.months[String(date.getUTCMonth() + 1) as keyof typeof months];
  return say(of.day, { month: say(month), day: date.getUTCDate() });
}

/** `2020年2月20日星期四`, `Thu 20 Feb 2020`. */
export function fullDay(moment: Moment): string {
  const date = local(moment);
  const weekday = of.weekdays[String(date.getUTCDay()) as keyof typeof weekdays];
  return say(of.fullDay, { year: date.getUTCFullYear(), day: dayOfYear(moment), weekday: say(weekday) });
}

/** The last day before a moment: the day before, if it is a midnight. */
export const lastDay = (until: Moment): string => fullDay(millis(until) - 1);

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
  return say(of.moment, { day: day(moment), time: time(moment) });
}

/** The day as forms and rules write it, `2020-02-20`. */
export function isoDay(moment: Moment): string {
  return local(moment).toISOString().slice(0, 10);
}

/** The minute as forms write it, `2020-02-20T08:00`. */
export function isoMinute(moment: Moment): string {
  return local(moment).toISOString().slice(0, 16);
}

/** The moment of a form's minute, as rules write it. */
export function momentOf(minute: string): string {
  const wall = Date.parse(`${minute}:00Z`);
  return `${minute}:00${offsetText(offsetAt(wall - offsetAt(wall)))}`;
}

/** The number of the day of a moment: that of the next day is one more. */
export const dayNumber = (moment: Moment): number => Math.floor(shown(moment) / DAY);

/** Whether a moment is midnight. */
export function isMidnight(moment: Moment): boolean {
  return shown(moment) % DAY === 0;
}
