import type { Answer, Answers, Asked, Fact, Trip } from "../../engine/core/healthcode.js";
import { day, dayAndTime } from "../format.js";
import { say, words } from "../language.js";
import { modeName } from "../names.js";
import { placeName } from "../places/names.js";
import { duration, list, span } from "../spans.js";
import { type Log, lastReport } from "./log.js";
import { levelName, statusName } from "./names.js";

const text = words(
  {
    report: (when: string, answers: string) => `您${when}的申报：${answers}`,
    visit: (place: string, level: string, when: string, how: string, long: string) =>
      `${place}（${level}），${when}，${how}${long}`,
    counted: (long: string) => `，按规则计${long}`,
    since: (when: string) => `${when}起`,
    status: (status: string, when: string) => `卫生部门的登记：${status}，自${when}起`,
    score: { space: "地点分值", time: "时间分值", personal: "个人分值", total: "三项总分" },
    reached: (score: string, points: number, least: number) => `${score}${points}分，达到${least}分即触发`,
    floor: "卫生部门直接登记的颜色",
    yes: "是",
    no: "否",
    and: ";",
  },
  {
    report: (when, answers) => `Your report of ${when}: ${answers}`,
    visit: (place, level, when, how, long) => `${place} (${level}), ${when}: ${how.toLowerCase()}${long}`,
    counted: (long) => `, ${long} by the rules’ count`,
    since: (when) => `since ${when}`,
    status: (status, when) => `On the health authority’s record: ${status}, since ${when}`,
    score: { space: "Places score", time: "Time score", personal: "Personal score", total: "All three scores" },
    reached: (score, points, least) => `${score} of ${points}; ${least} is enough`,
    floor: "Set by the health authority itself",
    yes: "yes",
    no: "no",
    and: "; ",
  },
);

/** What a rule fired on, in plain words; nothing where the rule's own words say it all. */
export function factInWords(log: Log, fact: Fact): string | undefined {
  const t = text();
  switch (fact.kind) {
    case "report":
      return reportInWords(log, fact.at, fact.questions);
    case "visit": {
      const when = fact.leave ? span(fact.arrive, fact.leave) : t.since(dayAndTime(fact.arrive));
      const long = fact.minutes > 0 ? t.counted(duration(fact.minutes)) : "";
      return t.visit(placeName(fact.place), levelName()[fact.level], when, modeName()[fact.mode], long);
    }
    case "status":
      return t.status(statusName()[fact.status], day(fact.since));
    case "score":
      return t.reached(t.score[fact.score], fact.points, fact.atLeast);
    case "floor":
      return t.floor;
    case "person": {
      const last = lastReport(log);
      return last && fact.questions.length > 0 ? reportInWords(log, last.at, fact.questions) : undefined;
    }
  }
}

function reportInWords(log: Log, at: string, ids: string[]): string | undefined {
  const report = log.reports().find((report) => Date.parse(report.at) === Date.parse(at));
  if (report === undefined) return undefined;
  const t = text();
  const told = log.questions(report.answers).filter(({ id }) => ids.includes(id));
  const answers = told.map((question) => answerInWords(question, report.answers)).filter(Boolean);
  return t.report(dayAndTime(at), answers.join(t.and));
}

/** A question and its answer in few words. */
export function answerInWords(question: Asked, answers: Answers): string {
  const answer = answers[question.id];
  if (answer === undefined) return "";
  const t = text();
  const asked = say(question.text).replace(/[?？。.]$/, "");
  if (typeof answer === "boolean") return `${asked}: ${answer ? t.yes : t.no}`;
  return typeof answer === "number" ? `${answer} ${question.number?.unit ?? ""}` : textOf(question, answer);
}

function textOf(question: Asked, answer: Exclude<Answer, boolean | number>): string {
  const option = (id: string) => {
    const found = question.options.find((option) => option.id === id);
    return found ? say(found.text) : id;
  };
  if (question.type === "place" && typeof answer === "string") return placeName(answer);
  if (question.type === "date" && typeof answer === "string") return day(answer);
  if (typeof answer === "string") return option(answer);
  return list(answer.map((item: string | Trip) => (typeof item === "string" ? option(item) : placeName(item.place))));
}
