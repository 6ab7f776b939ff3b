// The component `report`: whether today's report is due.
import type { Report } from "../engine/core/healthcode.js";
import { answerInWords } from "./explain/fact.js";
import { logOf } from "./explain/phone.js";
import { day, dayAndTime, isoDay, time } from "./format.js";
import { words } from "./language.js";
import type { Phone } from "./phone.js";
import { session } from "./session.js";
import type { Context, View } from "./view.js";
import { retry, waiting } from "./waiting.js";

const DAY = 86_400_000;
/** How many days the strip shows. */
const SHOWN = 14;

const text = words(
  {
    title: "每日申报",
    done: (at: string) => `今天${at}已申报`,
    due: "今天还没有申报",
    row: (days: number) => (days === 0 ? "昨天也没有申报" : `已连续申报${days}天`),
    days: "最近14天",
    yes: (when: string) => `${when}：已申报`,
    no: (when: string) => `${when}：没有申报`,
    report: "现在申报",
    again: "重新申报",
    last: (when: string) => `最近一次申报：${when}`,
    privacy: "申报内容只留在这台手机上。",
  },
  {
    title: "Daily report",
    done: (at) => `Reported today at ${at}`,
    due: "No report yet today",
    row: (days) =>
      days === 0 ? "No report yesterday either" : days === 1 ? "1 day in a row" : `${days} days in a row`,
    days: "The last 14 days",
    yes: (when) => `${when}: reported`,
    no: (when) => `${when}: no report`,
    report: "Report now",
    again: "Report again",
    last: (when) => `Last report: ${when}`,
    privacy: "What you report stays on this phone.",
  },
);

/** The number of days in a row with a report, up to today or yesterday. Days begin at the rules' UTC offset. */
export function daysInARow(reports: Report[], now: number): number {
  const days = new Set(reports.map(({ at }) => isoDay(at)));
  let count = 0;
  // Not having reported yet today does not break the row.
  let at = days.has(isoDay(now)) ? now : now - DAY;
  while (days.has(isoDay(at))) {
    count += 1;
    at -= DAY;
  }
  return count;
}

/** The state of the daily report, from the log of reports. */
export function reportData(reports: Report[], now: number) {
  const t = text();
  const days = new Set(reports.map(({ at }) => isoDay(at)));
  const last = reports[reports.length - 1];
  const today = last !== undefined && isoDay(last.at) === isoDay(now);
  const strip = Array.from({ length: SHOWN }, (_, index) => {
    const at = now - (SHOWN - 1 - index) * DAY;
    const reported = days.has(isoDay(at));
    return {
      day: isoDay(at),
      number: String(Number(isoDay(at).slice(8))),
      mark: reported ? "✓" : "",
      look: reported ? "reported" : "missed",
      label: reported ? t.yes(day(at)) : t.no(day(at)),
    };
  });
  return {
    title: t.title,
    today,
    status: today && last ? t.done(time(last.at)) : t.due,
    sign: today ? ("green" as const) : ("grey" as const),
    row: t.row(daysInARow(reports, now)),
    daysWord: t.days,
    days: strip,
    report: today ? t.again : t.report,
    last: last ? t.last(dayAndTime(last.at)) : "",
    privacy: t.privacy,
  };
}

/** The daily report: whether it is due, and how many days in a row there are. Emits `report` to start one. */
export class ReportView implements View {
  private readonly context: Context;
  private day = "";

  constructor(context: Context) {
    this.context = context;
  }

  data() {
    const { phone } = session;
    const now = phone?.now() ?? 0;
    const reports = phone?.holder.reports() ?? [];
    return {
      open: phone !== undefined,
      ...waiting(),
      ...reportData(reports, now),
      answers: phone ? answersOf(phone, reports[reports.length - 1]) : [],
    };
  }

  tick(): void {
    const today = isoDay(session.phone?.now() ?? 0);
    if (today === this.day) return;
    this.day = today;
    this.context.update();
  }

  readonly on = { retry, report: () => this.context.tell("report") };
}

/** The answers in a few words. */
function answersOf(phone: Phone, report: Report | undefined): { id: string; says: string }[] {
  if (report === undefined || !phone.holder.rules()) return [];
  const asked = logOf(phone).questions(report.answers);
  return asked
    .map((question) => ({ id: question.id, says: answerInWords(question, report.answers) }))
    .filter(({ says }) => says !== "");
}
