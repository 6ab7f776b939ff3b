// The component `report`: whether today's report is due.
import type { Report } from "../engine/core/healthcode.js";
import { canCorrect, correctNext } from "./correcting.js";
import { answerInWords, inARow } from "./explain/fact.js";
import { logOf } from "./explain/phone.js";
import { flat } from "./flat.js";
import { day, dayAndTime, isoDay, seconds, time } from "./format.js";
import { wordsOf } from "./language.js";
import type { Phone } from "./phone.js";
import { renew, session } from "./session.js";
import { list } from "./spans.js";
import type { Context, Happened, View } from "./view.js";
import { retry, waiting } from "./waiting.js";

const DAY = 86_400_000;
/** How many days the strip shows. */
const SHOWN = 14;

/** The texts of the daily report and of the log of reports. */
export const reportWords = wordsOf(
  "report",
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
    count: (done: number, all: number) => `最近${all}天中申报了${done}天`,
    missing: (days: string) => `缺：${days}`,
    log: "申报记录",
    at: (when: string) => `${when}申报`,
    corrected: (when: string, at: string) => `${when}申报，${at}已更正`,
    correct: "更正",
    correctLabel: (when: string) => `更正${when}的申报`,
    was: (says: string) => `原来填写：${says}`,
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
    count: (done, all) => `Reported on ${done} of the last ${all} days`,
    missing: (days) => `Missing: ${days}`,
    log: "Your reports",
    at: (when) => `Reported on ${when}`,
    corrected: (when, at) => `Reported on ${when}, corrected on ${at}`,
    correct: "Correct",
    correctLabel: (when) => `Correct your report of ${when}`,
    was: (says) => `Before: ${says}`,
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
  const t = reportWords();
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
  // A day is missed that is over, if there was a report before it.
  const first = strip.findIndex(({ mark }) => mark);
  const gaps = strip.map(({ mark }, index) => ({ mark, at: now - (SHOWN - 1 - index) * DAY }));
  const missed = gaps
    .slice(first < 0 ? SHOWN : first, -1)
    .filter(({ mark }) => !mark)
    .map(({ at }) => day(at));
  return {
    title: t.title,
    today,
    status: today && last ? t.done(time(last.at)) : t.due,
    sign: today ? ("green" as const) : ("grey" as const),
    row: t.row(daysInARow(reports, now)),
    daysWord: t.days,
    count: t.count(strip.filter(({ mark }) => mark).length, SHOWN),
    missing: missed.length > 0 ? t.missing(list(missed)) : "",
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
      logWord: reportWords().log,
      correct: reportWords().correct,
      log: phone ? logData(phone) : [],
    };
  }

  tick(): void {
    const today = isoDay(session.phone?.now() ?? 0);
    if (today === this.day) return;
    this.day = today;
    this.context.update();
  }

  readonly on = {
    retry,
    report: () => {
      if (session.phone) correctNext(session.phone);
      this.context.tell("report");
    },
    correct: ({ data }: Happened) => {
      const { phone } = session;
      const report = phone?.holder.reports()[Number(data.index)];
      if (phone === undefined || report === undefined) return;
      correctNext(phone, report);
      // A questionnaire on this page takes it up, or else the one that the page then shows.
      renew();
      this.context.tell("report");
    },
  };
}

/** How many reports are listed at least: besides them, those that were corrected or can be. */
const LISTED = 5;

/** A report as it is, or as it was before a correction. */
export interface ToldReport {
  key: string;
  /** Its index in the log; empty if it was corrected. */
  index: string;
  when: string;
  struck: string;
  says: string;
  /** Whether it can be corrected now. */
  open: boolean;
  correctLabel: string;
}

/** The newest reports, and each as it was before it was corrected. */
export function logData(phone: Phone): ToldReport[] {
  const t = reportWords();
  const reports = phone.holder.reports().map((report, index) => ({ report, index }));
  const corrections = phone.holder.corrections();
  const isCorrected = (report: Report) => corrections.some(({ report: was }) => was?.at === report.at);
  const oldest = reports.length - LISTED;
  const newest = reports
    .filter(({ report, index }) => index >= oldest || isCorrected(report) || canCorrect(phone, report))
    .reverse();
  // Of the same minute, they are told apart by their seconds.
  const all = [...newest.map(({ report }) => report.at), ...corrections.map(({ at }) => at)];
  const moment = (at: string) => {
    const minute = dayAndTime(at);
    const twins = all.filter((other) => other !== at && dayAndTime(other) === minute);
    return twins.length > 0 ? minute.replace(time(at), seconds(at)) : minute;
  };
  const told = newest.map(({ report, index }) => {
    const when = moment(report.at);
    const before = corrections.filter(({ report: was }) => was?.at === report.at);
    const now: ToldReport = {
      key: `${index}`,
      index: String(index),
      when: t.at(when),
      struck: "",
      says: answersOf(phone, report),
      open: canCorrect(phone, report),
      correctLabel: t.correctLabel(when),
    };
    // Each beside what came in its place.
    const versions = [report, ...before.reverse().map(({ report: was = report }) => was)];
    const struck = before.map(({ at, report: was = report }, turn) => ({
      key: `${index}-${turn}`,
      index: "",
      when: t.corrected(when, moment(at)),
      struck: "struck",
      says: t.was(answersOf(phone, was, versions[turn])),
      open: false,
      correctLabel: "",
    }));
    return [now, ...struck];
  });
  return flat(told);
}

/** The answers in a few words; of one that was corrected, those that the correction changed. */
function answersOf(phone: Phone, report: Report, by?: Report): string {
  if (!phone.holder.rules()) return "";
  const told = ({ answers }: Report): string[] =>
    logOf(phone)
      .questions(answers)
      .map((question) => answerInWords(question, answers))
      .filter(Boolean);
  const kept = by ? told(by) : [];
  return inARow(told(report).filter((says) => !kept.includes(says)));
}
