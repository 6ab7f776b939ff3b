import type { Cause, QuestionProblem } from "../../engine/core/healthcode.js";
import { faultText } from "../fault.js";
import { dayAndTime } from "../format.js";
import { say, words } from "../language.js";
import { placeName } from "../places/names.js";
import { codeText } from "../problem.js";
import { type Log, lastReport } from "./log.js";

/** What helps against a cause: a new report, or new files. */
export type Act = "report" | "refresh";

/** A cause in words. */
export interface ToldCause {
  cause: Cause["cause"];
  says: string;
  todo: string;
  act?: Act;
}

type Told = Omit<ToldCause, "cause">;

const text = words(
  {
    trip: (number: number) => `第${number}段行程：`,
    rulesMissing: { says: "手机上还没有本地的规则。", todo: "请联网更新。", act: "refresh" } as Told,
    notYet: (when: string): Told => ({
      says: `规则从${when}起才生效。`,
      todo: "请核对手机的日期和时间；如果没有错，到时再来。",
    }),
    rulesExpired: (when: string): Told => ({
      says: `手机上的规则已在${when}到期。`,
      todo: "请联网更新规则。",
      act: "refresh",
    }),
    noRules: (where: string): Told => ({ says: `这套规则只在${where}适用。`, todo: "在这里请用当地的健康码。" }),
    riskMissing: { says: "手机上没有风险数据。", todo: "请联网更新。", act: "refresh" } as Told,
    riskStale: (when: string): Told => ({
      says: `风险数据已在${when}到期，太旧了，不能用来判定。`,
      todo: "请联网更新。",
      act: "refresh",
    }),
    clock: (when: string): Told => ({
      says: `手机上已有${when}的数据，可现在的时钟比那还早。`,
      todo: "请把手机的日期和时间调准。",
    }),
    record: (when: string): Told => ({
      says: `卫生部门给您的登记已在${when}到期。`,
      todo: "请联网更新。",
      act: "refresh",
    }),
    noReport: { says: "您还没有申报。", todo: "请先申报。", act: "report" } as Told,
    oldReport: (when: string): Told => ({
      says: `您最近一次申报是${when}，已经太久了。`,
      todo: "请重新申报。",
      act: "report",
    }),
    answers: (which: string): Told => ({
      says: `最近一次申报里有些问题没有可用的回答：${which}`,
      todo: "请重新申报。",
      act: "report",
    }),
    order: { says: "行程记录里有一条的离开时间早于到达时间。", todo: "请在行程记录里删除后重新填写。" } as Told,
    withheld: { says: "有一条规则要求先核实，暂不给出颜色。", todo: "请看下面的原因，按那里说的做。" } as Told,
    failed: (rule: string, why: string): Told => ({
      says: `规则“${rule}”算不出结果：${why}`,
      todo: "这是规则本身的毛病，请告诉发布规则的部门。",
    }),
  },
  {
    trip: (number) => `Trip ${number}:`,
    rulesMissing: { says: "There are no rules on this phone yet.", todo: "Go online to get them.", act: "refresh" },
    notYet: (when) => ({
      says: `The rules hold from ${when}.`,
      todo: "Check date and time of your phone; if they are right, come back then.",
    }),
    rulesExpired: (when) => ({
      says: `The rules on this phone expired on ${when}.`,
      todo: "Go online to renew them.",
      act: "refresh",
    }),
    noRules: (where) => ({
      says: `These rules hold in ${where} only.`,
      todo: "Here, please use the health code of this place.",
    }),
    riskMissing: { says: "There are no risk data on this phone.", todo: "Go online to get them.", act: "refresh" },
    riskStale: (when) => ({
      says: `The risk data expired on ${when} and are too old to decide by.`,
      todo: "Go online to renew them.",
      act: "refresh",
    }),
    clock: (when) => ({
      says: `There are data from ${when} on this phone, but its clock shows an earlier time.`,
      todo: "Set date and time of your phone.",
    }),
    record: (when) => ({
      says: `The health authority’s record of you expired on ${when}.`,
      todo: "Go online to renew it.",
      act: "refresh",
    }),
    noReport: { says: "You have not handed in a report yet.", todo: "Hand in a report first.", act: "report" },
    oldReport: (when) => ({
      says: `Your last report is of ${when}, which is too long ago.`,
      todo: "Report again.",
      act: "report",
    }),
    answers: (which) => ({
      says: `Your last report lacks answers that can be used: ${which}`,
      todo: "Report again.",
      act: "report",
    }),
    order: {
      says: "A visit in your diary ends before it begins.",
      todo: "Remove it from the diary and enter it again.",
    },
    withheld: {
      says: "A rule asks to check something before giving a colour.",
      todo: "See the reasons below and what they ask for.",
    },
    failed: (rule, why) => ({
      says: `The rule “${rule}” could not be worked out: ${why}`,
      todo: "The rules are at fault; please tell who publishes them.",
    }),
  },
);

/** What the panel of causes and its buttons say. */
export const causeWords = words(
  { title: "为什么判定不了", partly: "还有这些不清楚", report: "现在申报", refresh: "联网更新" },
  { title: "Why it is undecided", partly: "What is not known as well", report: "Report now", refresh: "Update now" },
);

/** Why nothing, or not everything, was decided, and what to do about it. */
export function causesInWords(log: Log, causes: Cause[]): ToldCause[] {
  return causes.map((cause) => ({ cause: cause.cause, ...causeInWords(log, cause) }));
}

function causeInWords(log: Log, cause: Cause): Told {
  const t = text();
  switch (cause.cause) {
    case "rules-missing":
      return t.rulesMissing;
    case "rules-not-yet-in-force":
      return t.notYet(dayAndTime(cause.from));
    case "rules-expired":
      return t.rulesExpired(dayAndTime(cause.expired));
    case "no-rules-here":
      return t.noRules(placeName(cause.region));
    case "risk-missing":
      return t.riskMissing;
    case "risk-stale":
      return t.riskStale(dayAndTime(cause.expired));
    case "clock-behind":
      return t.clock(dayAndTime(cause.issued));
    case "record-expired":
      return t.record(dayAndTime(cause.expired));
    case "report-missing":
      return cause.last ? t.oldReport(dayAndTime(cause.last)) : t.noReport;
    case "answers-missing":
      return t.answers(questionsInWords(log, cause.questions));
    case "visit-order":
      return t.order;
    case "withheld":
      return t.withheld;
    case "rule-failed":
      return t.failed(cause.rule, codeText(cause.code));
  }
}

function questionsInWords(log: Log, problems: QuestionProblem[]): string {
  const asked = log.questions(lastReport(log)?.answers ?? {});
  const told = problems.map(({ question, trip, code }) => {
    const found = asked.find(({ id }) => id === question);
    const which = trip === undefined ? "" : `${text().trip(trip + 1)} `;
    return `${found ? say(found.text) : question} ${which}${faultText(code, found)}`;
  });
  return told.join(" ");
}
