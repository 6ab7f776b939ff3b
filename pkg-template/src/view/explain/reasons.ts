// Why a colour is what it is, in words.
import words from "../../../../words/reasons.json";
import type { Colour, Reason } from "../../engine/core/healthcode.js";
import { dayAndTime, lastDay } from "../format.js";
import { say, textsOf, wordsOf } from "../language.js";
import { colourName } from "../names.js";
import { factInWords } from "./fact.js";
import type { Log } from "./log.js";
import { colourWord } from "./names.js";

textsOf("reasons", words);

/** The texts of the reasons panel besides the reasons. */
export const reasonWords = () => ({
  title: say(words.title),
  green: say(words.none),
  based: say(words.based),
  wayBack: say(words.wayBack),
  course: say(words.course),
  open: say(words.open),
  thisRule: say(words.alone),
  ground: say(words.ground),
  correct: say(words.correct),
  rule: say(words.rule),
  read: say(words.read),
});

const laterWords = wordsOf(
  "laterGreen",
  { later: (when: string) => `按全部规则，并且每天申报：最早${when}转绿。` },
  { later: (when) => `By all rules, and with a report every day: green from ${when} at the earliest.` },
);
export type LaterGreenText = ReturnType<typeof laterWords>;

/** A step of a course: the colour, and until or from when. */
export interface CourseStep {
  colour: Colour;
  says: string;
}

/** A reason in words. */
export interface ToldReason {
  rule: string;
  colour: Colour;
  says: string;
  /** The fact that triggered the rule; empty if the rule's own words say it all. */
  fact: string;
  wayBack: string;
  /** What the rule is founded on, and until when that is in force; empty if it names nothing. */
  ground: string;
  /** Where that can be read; empty if it names nothing. */
  address: string;
  /** How to have it corrected; empty if the rules do not say. */
  correct: string;
  /** How it steps down over time, as far as known. */
  course: CourseStep[];
  /** Whether it has started but its end is unknown. */
  open: boolean;
}

/** A sentence for a reason whose own course ends before the forecast sees green: other reasons, or reports to come, hold it longer. */
export function laterGreen(reason: Reason | undefined, green: string | undefined): string {
  if (reason?.clear === undefined || green === undefined || Date.parse(green) <= Date.parse(reason.clear)) return "";
  return laterWords().later(dayAndTime(green));
}

/** The reasons, the worst first; within a colour, events come before the scores that add them up. */
export function reasonsInWords(log: Log, reasons: Reason[]): ToldReason[] {
  const sums = (reason: Reason) => Number(reason.fact.kind === "score");
  const ordered = [...reasons].sort((a, b) => (a.colour === b.colour ? sums(a) - sums(b) : 0));
  return ordered.map((reason) => ({
    rule: reason.rule,
    colour: reason.colour,
    says: say(reason.text),
    fact: factInWords(log, reason.fact) ?? "",
    wayBack: say(reason.wayBack),
    ground: founded(reason),
    address: reason.ground?.url ?? "",
    correct: reason.ground?.correct ? say(reason.ground.correct) : "",
    course: steps(reason),
    open: reason.since !== undefined && reason.until === undefined,
  }));
}

function founded({ ground }: Reason): string {
  return ground ? say(words.inForce, { title: say(ground.title), when: lastDay(ground.until) }) : "";
}

/** “Red until …, yellow until …, green from …”, as far as the course of this reason is known. */
function steps({ colour, since, until, next, clear }: Reason): CourseStep[] {
  if (since === undefined || until === undefined) return [];
  const to = (colour: Colour, when: string) => say(words.until, { colour: colourName(colour), when: dayAndTime(when) });
  const from = (colour: string, when: string) => say(words.from, { colour, when: dayAndTime(when) });
  const found = [{ colour, says: to(colour, until) }];
  if (next !== undefined && next !== "green") {
    found.push({ colour: next, says: clear ? to(next, clear) : from(colourWord(next), until) });
  }
  if (clear !== undefined) found.push({ colour: "green", says: from(colourName("green"), clear) });
  return found;
}
