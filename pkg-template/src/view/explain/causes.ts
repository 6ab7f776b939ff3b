// Why nothing, or not everything, was decided, in words.
import words from "../../../../words/causes.json";
import type { Cause, QuestionProblem, Visit } from "../../engine/core/healthcode.js";
import { problemInWords } from "../fault.js";
import { dayAndTime } from "../format.js";
import { visitOf } from "../inside.js";
import { type Phrase, type Slots, say, textsOf } from "../language.js";
import { modeName } from "../names.js";
import { placeName } from "../places/names.js";
import { sentences, span } from "../spans.js";
import { type Log, lastReport } from "./log.js";
import { levelName } from "./names.js";

textsOf("causes", words);

/** What helps against a cause: a new report, or new files. */
export type Act = "report" | "refresh";

/** A cause in words. */
export interface ToldCause {
  cause: Cause["cause"];
  /** The visit that it asks about, if it does. */
  visit?: Visit;
  says: string;
  todo: string;
  act?: Act;
}

/** The texts of the causes panel and its buttons. */
export const causeWords = () => ({
  title: say(words.title),
  partly: say(words.partly),
  report: say(words.report),
  refresh: say(words.refresh),
});

const ACTS: Record<Cause["cause"], Act | undefined> = {
  "rules-not-yet-in-force": undefined,
  "rules-expired": "refresh",
  "no-rules-here": undefined,
  "risk-missing": "refresh",
  "risk-stale": "refresh",
  "clock-behind": undefined,
  "manifest-expired": "refresh",
  "record-expired": "refresh",
  "report-missing": "report",
  "answers-missing": "report",
  "answer-unsure": "report",
  "visit-order": undefined,
  "visit-unclear": undefined,
  "place-unclear": "report",
  withheld: undefined,
  "rule-failed": undefined,
};

/** Why nothing, or not everything, could be decided, and what to do about it. */
export function causesInWords(log: Log, causes: Cause[]): ToldCause[] {
  return causes.map((cause) => {
    const { says, todo }: { says: Phrase; todo: Phrase } = words.causes[nameOf(cause)];
    const act = ACTS[cause.cause];
    const visit = cause.cause === "visit-unclear" ? visitOf(cause) : undefined;
    const said = { says: say(says, slots(log, cause)), todo: say(todo) };
    return { cause: cause.cause, ...said, ...(act && { act }), ...(visit && { visit }) };
  });
}

/** Under which name its sentences are. */
function nameOf(cause: Cause): keyof typeof words.causes {
  if (cause.cause === "report-missing" && cause.last) {
    return "report-too-old";
  }
  return cause.cause === "risk-missing" && cause.place ? "risk-missing-of-place" : cause.cause;
}

function slots(log: Log, cause: Cause): Slots {
  switch (cause.cause) {
    case "rules-not-yet-in-force":
      return { when: dayAndTime(cause.from) };
    case "rules-expired":
    case "risk-stale":
    case "manifest-expired":
    case "record-expired":
      return { when: dayAndTime(cause.expired) };
    case "no-rules-here":
      return { place: placeName(cause.region) };
    case "risk-missing":
      return cause.place ? { place: placeName(cause.place) } : {};
    case "clock-behind":
      return { when: dayAndTime(cause.issued) };
    case "report-missing":
      return cause.last ? { when: dayAndTime(cause.last) } : {};
    case "answers-missing":
      return { which: questionsInWords(log, cause.questions) };
    case "answer-unsure":
      return { question: questionInWords(log, cause.question) };
    case "rule-failed":
      return { rule: cause.rule };
    case "visit-unclear":
      return {
        mode: modeName(cause.mode),
        place: placeName(cause.place),
        level: levelName(cause.level),
        when: span(cause.arrive, cause.leave),
      };
    case "place-unclear":
      return { place: placeName(cause.place), level: levelName(cause.level) };
    case "visit-order":
    case "withheld":
      return {};
    default:
      // Whoever adds a cause is asked here for its values.
      return cause satisfies never;
  }
}

function questionInWords(log: Log, id: string): string {
  const asked = log.questions(lastReport(log)?.answers ?? {}).find((question) => question.id === id);
  return asked ? say(asked.text) : id;
}

function questionsInWords(log: Log, problems: QuestionProblem[]): string {
  const asked = log.questions(lastReport(log)?.answers ?? {});
  const told = problems.map((problem) =>
    problemInWords(
      problem,
      asked.find(({ id }) => id === problem.question),
    ),
  );
  return sentences(told);
}
