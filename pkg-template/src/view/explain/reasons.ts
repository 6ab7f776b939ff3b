import type { Colour, Reason } from "../../engine/core/healthcode.js";
import { dayAndTime } from "../format.js";
import { say, words } from "../language.js";
import { colourName } from "../names.js";
import { factInWords } from "./fact.js";
import type { Log } from "./log.js";
import { colourWord } from "./names.js";

/** What the panel of reasons says besides them. */
export const reasonWords = words(
  {
    title: "为什么是这个颜色",
    green: "没有任何一条规则认为您需要隔离或观察。",
    based: "依据",
    wayBack: "怎样恢复绿码",
    course: "变化过程",
    until: (colour: string, when: string) => `${colour}，到${when}`,
    from: (colour: string, when: string) => `${when}起：${colour}`,
    open: "结束时间还不能确定",
    thisRule: "只按这一条原因计算；多条原因同时存在时，以最严的为准。",
    rule: "规则编号",
  },
  {
    title: "Why this colour",
    green: "No rule says that you need isolation or watching.",
    based: "Based on",
    wayBack: "The way back to green",
    course: "How it runs off",
    until: (colour, when) => `${colour} until ${when}`,
    from: (colour, when) => `${colour} from ${when}`,
    open: "When it ends is not known yet",
    thisRule: "By this reason alone; where there are several, the strictest counts.",
    rule: "Rule",
  },
);

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
  /** What the rule fired on; empty where the rule's own words say it all. */
  fact: string;
  wayBack: string;
  /** How it runs off, as far as that is known. */
  course: CourseStep[];
  /** It has a beginning, but its end is not known. */
  open: boolean;
}

/** The reasons, the worst first; of the same colour, what happened comes before what adds up from it. */
export function reasonsInWords(log: Log, reasons: Reason[]): ToldReason[] {
  const sums = (reason: Reason) => Number(reason.fact.kind === "score");
  const ordered = [...reasons].sort((a, b) => (a.colour === b.colour ? sums(a) - sums(b) : 0));
  return ordered.map((reason) => ({
    rule: reason.rule,
    colour: reason.colour,
    says: say(reason.text),
    fact: factInWords(log, reason.fact) ?? "",
    wayBack: say(reason.wayBack),
    course: steps(reason),
    open: reason.since !== undefined && reason.until === undefined,
  }));
}

/** “Red until …, yellow until …, green from …”, as far as the course of this reason is known. */
function steps({ colour, since, until, next, clear }: Reason): CourseStep[] {
  const t = reasonWords();
  const capital = colourName();
  if (since === undefined || until === undefined) return [];
  const found = [{ colour, says: t.until(capital[colour], dayAndTime(until)) }];
  if (next !== undefined && next !== "green") {
    const end = clear ? t.until(capital[next], dayAndTime(clear)) : t.from(colourWord()[next], dayAndTime(until));
    found.push({ colour: next, says: end });
  }
  if (clear !== undefined) found.push({ colour: "green", says: t.from(capital.green, dayAndTime(clear)) });
  return found;
}
