// What a rule fired on, in words.
import words from "../../../../words/fact.json";
import type { Answer, Answers, Asked, Fact, Trip } from "../../engine/core/healthcode.js";
import { own } from "../../own.js";
import { day, dayAndTime } from "../format.js";
import { say, textsOf } from "../language.js";
import { modeName } from "../names.js";
import { placeName } from "../places/names.js";
import { duration, list, span } from "../spans.js";
import { type Log, lastReport } from "./log.js";
import { levelName, statusName, totalName } from "./names.js";

textsOf("fact", words);

/** The fact that triggered a rule, in plain words; `undefined` if the rule's own words say it all. */
export function factInWords(log: Log, fact: Fact): string | undefined {
  switch (fact.kind) {
    case "report":
      return reportInWords(log, fact.at, fact.questions);
    case "visit": {
      if (fact.exposed !== undefined) {
        const { venue, level, from, to } = fact.exposed;
        return say(words.exposed, { venue, level: levelName(level), when: span(from, to) });
      }
      const visit = {
        mode: modeName(fact.mode),
        place: placeName(fact.place),
        level: levelName(fact.level),
        when: span(fact.arrive, fact.leave),
      };
      return inARow([visitInWords(visit, fact), lastAnswers(log, fact.questions)].filter(isSaid));
    }
    case "status":
      return say(words.status, { status: statusName(fact.status), when: day(fact.since) });
    case "score":
      return say(words.score, { score: totalName(fact.score), points: fact.points, least: fact.atLeast });
    case "floor":
      return fact.ground === undefined ? say(words.floor) : say(words.floorGrounded, { ground: fact.ground });
    case "person":
      return lastAnswers(log, fact.questions);
    default:
      // Whoever adds a kind of fact is asked here how it is said.
      return fact satisfies never;
  }
}

const isSaid = (said: string | undefined): said is string => said !== undefined;

function visitInWords(
  visit: Record<"mode" | "place" | "level" | "when", string>,
  { level, minutes }: Fact & { kind: "visit" },
): string {
  if (level === "none") return say(words.visitUnlisted, visit);
  if (minutes === 0) return say(words.visit, visit);
  return say(words.visitCounted, { ...visit, long: duration(minutes) });
}

/** The answers of the newest report to these questions. */
function lastAnswers(log: Log, ids: string[]): string | undefined {
  const last = lastReport(log);
  return last && ids.length > 0 ? reportInWords(log, last.at, ids) : undefined;
}

function reportInWords(log: Log, at: string, ids: string[]): string | undefined {
  const report = log.reports().find((report) => Date.parse(report.at) === Date.parse(at));
  if (report === undefined) return undefined;
  const told = log.questions(report.answers).filter(({ id }) => ids.includes(id));
  const answers = told.map((question) =>
    own(report.answers, question.id) === undefined
      ? withQuestion(question, say(words.empty))
      : answerInWords(question, report.answers),
  );
  if (answers.length === 0) return say(words.reportAlone, { when: dayAndTime(at) });
  return say(words.report, { when: dayAndTime(at), answers: inARow(answers) });
}

/** Answers in words, one after another. */
export const inARow = (answers: readonly string[]): string => answers.join(say(words.and));

/** A question and its answer in a few words. */
export function answerInWords(question: Asked, answers: Answers): string {
  const answer = own(answers, question.id);
  if (answer === undefined) return "";
  if (typeof answer === "boolean") return withQuestion(question, say(answer ? words.yes : words.no));
  if (question.type === "date" && typeof answer === "string") return withQuestion(question, day(answer));
  if (typeof answer !== "number") {
    const says = textOf(question, answer);
    return isAmbiguous(question, answer) ? withQuestion(question, says) : says;
  }
  return say(words.number, { number: answer, unit: question.number?.unit ?? "" });
}

/** An answer that means nothing by itself, behind its question. */
function withQuestion({ text }: Asked, answer: string): string {
  return say(words.question, { question: say(text).replace(/[?？。.]$/, ""), answer });
}

/** Whether an answer may be one to any question: one of a few, or none of them. */
function isAmbiguous({ type, options }: Asked, answer: Exclude<Answer, boolean | number>): boolean {
  if (type === "one-of") return true;
  const [only, ...others] = Array.isArray(answer) ? answer : [];
  return others.length === 0 && options.some(({ id, alone }) => alone === true && id === only);
}

function textOf(question: Asked, answer: Exclude<Answer, boolean | number>): string {
  const option = (id: string) => {
    const found = question.options.find((option) => option.id === id);
    return found ? say(found.text) : id;
  };
  if (question.type === "place" && typeof answer === "string") return placeName(answer);
  if (typeof answer === "string") return option(answer);
  if ("place" in answer) return placeName(answer.place);
  return list(answer.map((item: string | Trip) => (typeof item === "string" ? option(item) : placeName(item.place))));
}
