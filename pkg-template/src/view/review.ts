// What a change of the log would come to, shown before it counts.
import type { ChangeResult, Colour, Fact, LogChange } from "../engine/core/healthcode.js";
import { answerInWords, factInWords, inARow } from "./explain/fact.js";
import type { Log } from "./explain/log.js";
import { colourWord } from "./explain/names.js";
import { logOf } from "./explain/phone.js";
import { flat } from "./flat.js";
import { say, wordsOf } from "./language.js";
import type { Phone } from "./phone.js";

const text = wordsOf(
  "review",
  {
    makes: (answers: string, colour: string) => `${answers}。提交后健康码会变为${colour}，填写是否无误？`,
    first: (colour: string) => `提交后健康码是${colour}，填写是否无误？`,
    becomes: (before: string, after: string) => `提交后健康码由${before}变为${after}，填写是否无误？`,
    corrected: (before: string, after: string) => `更正后健康码由${before}变为${after}。`,
    removed: (before: string, after: string) => `删除后健康码由${before}变为${after}。`,
    same: (colour: string) => `更正后健康码仍为${colour}。`,
    stays: (colour: string) => `删除后健康码仍为${colour}。`,
    kept: "原来的内容会保留，并标明已更正。",
    keptRemoved: "这条记录会保留，并标明已删除。",
    confirm: "无误，提交",
    confirmCorrection: "确认更正",
    confirmRemoval: "确认删除",
    amend: "返回修改",
    cancel: "取消",
  },
  {
    makes: (answers, colour) => `${answers}. This makes your code ${colour}. Is that correct?`,
    first: (colour) => `This makes your code ${colour}. Is everything correct?`,
    becomes: (before, after) => `This changes your code from ${before} to ${after}. Is everything correct?`,
    corrected: (before, after) => `The correction changes your code from ${before} to ${after}.`,
    removed: (before, after) => `Removing it changes your code from ${before} to ${after}.`,
    same: (colour) => `After the correction your code is still ${colour}.`,
    stays: (colour) => `Without it your code is still ${colour}.`,
    kept: "What you entered before is kept, marked as corrected.",
    keptRemoved: "The entry is kept, marked as removed.",
    confirm: "Yes, submit",
    confirmCorrection: "Correct it",
    confirmRemoval: "Remove it",
    amend: "Go back and change it",
    cancel: "Cancel",
  },
);
export type ReviewText = ReturnType<typeof text>;

/** What is shown before a change counts. */
export interface Review {
  colour: Colour;
  title: string;
  /** Why the colour would be that, from what is new. */
  because: string[];
  /** What becomes of the entry that is corrected. */
  kept: string;
  confirm: string;
  amend: string;
}

/** A change of reports. */
export type ReportChange = Extract<LogChange, { answers: unknown }>;

/** The same for templates, which know no `undefined`. */
export const reviewData = (review: Review | undefined) =>
  review
    ? { ...review, because: review.because.map((says, key) => ({ key, says })) }
    : { colour: "grey" as const, title: "", because: [], kept: "", confirm: "", amend: "" };

const RANK: Colour[] = ["green", "yellow", "grey", "red"];

type Foreseen = Extract<ChangeResult, { result: "foreseen" }>;

/**
 * What to show before a change is made: always of a correction, and of anything else if the colour gets worse. Whatever the change
 * itself would be refused for is said when it is made.
 */
export function reviewOf(phone: Phone, change: LogChange): Review | undefined {
  const removes = "remove" in change && change.add === undefined;
  const corrects = !removes && ("answers" in change ? change.corrects : change.remove) !== undefined;
  if (!phone.holder.rules()) return undefined;
  const foreseen = phone.preview(change);
  if (foreseen.result !== "foreseen") return undefined;
  const { before, after } = foreseen.comparison;
  // Who has no colour yet is told of any that restricts them.
  const worse =
    RANK.indexOf(after) > RANK.indexOf(before) || (before === "grey" && after !== "green" && after !== before);
  if (!corrects && !removes && !worse) return undefined;
  const t = text();
  const [from, to] = [colourWord(before), colourWord(after)];
  const { answers, because } = newOf(phone, change, foreseen);
  const same = before === after;
  const title = removes
    ? same
      ? t.stays(to)
      : t.removed(from, to)
    : corrects
      ? same
        ? t.same(to)
        : t.corrected(from, to)
      : answers
        ? t.makes(answers, to)
        : phone.holder.reports().length === 0 && before === "grey"
          ? t.first(to)
          : t.becomes(from, to);
  return {
    colour: after,
    title,
    because,
    kept: removes ? t.keptRemoved : corrects ? t.kept : "",
    confirm: removes ? t.confirmRemoval : corrects ? t.confirmCorrection : t.confirm,
    amend: removes ? t.cancel : t.amend,
  };
}

/** The reasons that are new or worse, and the answers that gave the worst of them. */
function newOf(phone: Phone, change: LogChange, { comparison, assessment }: Foreseen) {
  const rules = comparison.differences.map((one) => (one.why === "new-reason" ? one.rule : undefined));
  const reasons = assessment.reasons.filter(({ rule }) => rules.includes(rule));
  const known = logOf(phone);
  const at = ("answers" in change ? change.corrects?.at : undefined) ?? assessment.at;
  const told = "answers" in change ? { at, answers: change.answers } : undefined;
  // The log as it would be.
  const reports = () => [...known.reports().filter((report) => report.at !== at), ...(told ? [told] : [])];
  const log: Log = { reports, questions: known.questions };
  // Of a report that is not handed in yet, the answers: it has no time.
  const said = (fact: Fact): string | undefined => {
    const its = fact.kind === "person" || (fact.kind === "report" && Date.parse(fact.at) === Date.parse(at));
    if (!told || !its || ("corrects" in change && change.corrects)) return factInWords(log, fact);
    const ids = fact.questions;
    return inARow(
      known
        .questions(told.answers)
        .filter(({ id }) => ids.includes(id))
        .map((asked) => answerInWords(asked, told.answers))
        .filter(Boolean),
    );
  };
  const because = flat(reasons.map(({ text, fact }) => [say(text), said(fact) ?? ""])).filter(Boolean);
  const worst = reasons.find(({ colour }) => colour === comparison.after)?.fact;
  const ids = worst?.kind === "report" || worst?.kind === "person" ? worst.questions : [];
  const asked = told ? known.questions(told.answers).filter(({ id }) => ids.includes(id)) : [];
  const answers = asked.map((question) => answerInWords(question, told?.answers ?? {})).filter(Boolean);
  return { answers: inARow(answers), because };
}
