import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, test } from "node:test";
import causes from "../../words/causes.json";
import fact from "../../words/fact.json";
import reasons from "../../words/reasons.json";
import times from "../../words/time.json";
import tool from "../../words/tool.json";
import type { Answers, Asked, Assessment, Comparison, Forecast } from "../src/engine/core/healthcode.js";
import { causesInWords, causeWords } from "../src/view/explain/causes.js";
import { changeInWords } from "../src/view/explain/change.js";
import type { Log } from "../src/view/explain/log.js";
import { colourWord } from "../src/view/explain/names.js";
import { outlookInWords } from "../src/view/explain/outlook.js";
import { reasonsInWords, reasonWords } from "../src/view/explain/reasons.js";
import { scoresInWords, scoreWords } from "../src/view/explain/scores.js";
import { fullDay, setUtcOffset, time } from "../src/view/format.js";
import { type Phrase, say, setLanguage } from "../src/view/language.js";
import { colourName } from "../src/view/names.js";
import "./phone.js";

/** As tests/vectors/explained.rs writes it. */
interface Case {
  name: string;
  assessment: Assessment;
  forecast?: Forecast;
  reports: { at: string; answers: Answers; asked: string[] }[];
  comparison?: Comparison;
  says: [string, string];
  changed?: [string, string];
}

interface Pack {
  utcOffset: number;
  questions: Asked[];
  cases: Case[];
}

const packs = JSON.parse(readFileSync("../tests/vectors/explained.json", "utf8")) as Pack[];

after(() => {
  setLanguage("zh-Hans");
  setUtcOffset(480);
});

const line = (label: string, text: string) => say(tool.line, { label, text });

/** What the screens say, in the order and with the labels that the tool has. */
function screens({ assessment, forecast }: Case, log: Log): string[] {
  const said = [
    colourName(assessment.colour),
    say(tool.at, { when: say(times.moment, { day: fullDay(assessment.at), time: time(assessment.at) }) }),
  ];
  const cause = causeWords();
  if (assessment.causes.length > 0) said.push(assessment.colour === "grey" ? cause.title : cause.partly);
  for (const { says, todo } of causesInWords(log, assessment.causes)) {
    said.push(`- ${says}`, `  ${line(say(causes.todo), todo)}`);
  }
  const reason = reasonWords();
  const told = reasonsInWords(log, assessment.reasons);
  if (told.length > 0 || assessment.colour === "green") said.push(reason.title);
  if (told.length === 0 && assessment.colour === "green") said.push(reason.green);
  told.forEach(({ says, colour, fact: basis, open, course, wayBack, ground, address }, at) => {
    const reasonWord = colour === "grey" ? tool.reasonUndecided : tool.reason;
    said.push(say(reasonWord, { number: at + 1, text: says, colour: colourWord(colour) }));
    if (basis) said.push(`   ${line(reason.based, basis)}`);
    if (open) said.push(`   ${reason.open}`);
    if (course.length > 0) {
      said.push(`   ${line(reason.course, course.map((step) => step.says).join(say(fact.and)))}`);
      said.push(`   ${reason.thisRule}`);
    }
    said.push(`   ${line(reason.wayBack, wayBack)}`);
    if (ground) said.push(`   ${line(reason.ground, ground)}`, `      ${address}`);
  });
  if (forecast) {
    const { title, earliest, steps, assumed, change } = outlookInWords(forecast);
    said.push(title, earliest);
    for (const { word, at } of steps) said.push(`   ${say(tool.stepAt, { when: at, colour: word })}`);
    if (steps.length > 0) said.push(assumed);
    if (change) said.push(change);
  }
  const scores = scoresInWords(assessment);
  if (scores.length > 0) said.push(scoreWords().title, scoreWords().range);
  for (const { of, about, gave } of scores) {
    said.push(of, `   ${about}`, ...(gave.length === 0 ? [`   ${scoreWords().nothing}`] : []));
    for (const { says, points } of gave) said.push(`   ${say(tool.gave, { says, points })}`);
  }
  return said;
}

/** What the tool says, without what it tells authors besides. */
function citizens(said: string): string[] {
  const label = (phrase: Phrase) => line(say(phrase), "");
  const besides = [reasons.rule, tool.code, tool.measured, tool.byRule].map(label);
  // Which rules and risk data it was: a line for each, after the colour and the moment.
  const files = [tool.rules, tool.rulesFor, tool.risk, tool.riskFor].map((phrase) => {
    const parts = say(phrase, {}).split(/\{\w+\}/);
    return parts.reduce((longest, part) => (part.length > longest.length ? part : longest));
  });
  const lines = said
    .split("\n")
    .filter((line) => line !== "" && !besides.some((label) => line.trim().startsWith(label)));
  const rest = lines.slice(2);
  while (files.some((part) => rest[0]?.includes(part))) rest.shift();
  return [...lines.slice(0, 2), ...rest];
}

test("the tool says of every pack's cases what citizens read", () => {
  let sentences = 0;
  for (const { utcOffset, questions, cases } of packs) {
    setUtcOffset(utcOffset);
    for (const one of cases) {
      const log: Log = {
        reports: () => one.reports,
        questions: (answers) => {
          const { asked = [] } = one.reports.find((report) => report.answers === answers) ?? {};
          return questions.filter(({ id }) => asked.includes(id));
        },
      };
      (["zh-Hans", "en"] as const).forEach((language, at) => {
        setLanguage(language);
        const said = screens(one, log);
        const explained = citizens(one.says[at] as string);
        assert.deepEqual(explained, said, one.name);
        sentences += said.length;
        assert.doesNotMatch(said.join("\n"), /[{}]/, `${one.name}: a slot without its value`);
        if (one.comparison && one.changed) {
          const { title, since, differences } = changeInWords(one.comparison);
          const { before, after } = one.comparison;
          const head = before === after ? say(tool.same, { colour: colourWord(after) }) : title;
          assert.deepEqual(
            one.changed[at]?.trim().split("\n"),
            [head, since, ...differences.map((text) => `- ${text}`)],
            one.name,
          );
        }
      });
    }
  }
  assert.ok(sentences > 2_000, String(sentences));
});
