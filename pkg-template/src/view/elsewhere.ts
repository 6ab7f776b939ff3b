// What the code would be by other rules that the phone keeps, beside what it is by the chosen ones.
import type { Assessment, Colour, Reason, RulesFor } from "../engine/core/healthcode.js";
import { causesInWords } from "./explain/causes.js";
import { logOf } from "./explain/phone.js";
import { say, wordsOf } from "./language.js";
import { colourName } from "./names.js";
import type { Phone } from "./phone.js";

const text = wordsOf(
  "elsewhere",
  {
    title: "换到别处，会是什么颜色？",
    hint: "只用这台手机上已有的规则和您的申报比较，不发送任何内容，也不改变现在的健康码。",
    label: "比较哪一处的规则",
    pick: "请选择",
    here: "现在",
    there: "换成后",
    only: "只有这里才有的原因：",
    same: "没有只属于这里的原因。",
  },
  {
    title: "What would my code be elsewhere?",
    hint: "Compared on this phone alone, by the rules that it has and what you reported; nothing is sent, and your code stays as it is.",
    label: "Rules to compare with",
    pick: "Choose",
    here: "Now",
    there: "There",
    only: "Reasons given here alone:",
    same: "No reasons of its own.",
  },
);

/** Their type, for other languages. */
export type ElsewhereText = ReturnType<typeof text>;

/** One of the two codes that are compared. */
interface Side {
  key: "here" | "there";
  colour: Colour;
  when: string;
  title: string;
  word: string;
  causes: string[];
  about: string;
  reasons: { key: string; says: string }[];
}

/** What else the phone keeps rules for, in the order in which it is offered. */
export const elsewhere = (phone: Phone | undefined): RulesFor[] =>
  (phone?.keptRules() ?? []).filter(({ chosen, rules }) => !chosen && rules !== undefined).map((kept) => kept.for);

/** What there is to compare with, and what `wanted` of it comes to; nothing is worked out before somebody chooses. */
export function elsewhereData(phone: Phone | undefined, wanted: RulesFor | undefined) {
  const t = text();
  const others = elsewhere(phone);
  const kept = phone?.keptRules() ?? [];
  const titleOf = (which: RulesFor) => {
    const rules = kept.find((one) => one.for === which)?.rules;
    return rules ? say(rules.title) : which;
  };
  return {
    asks: others.length > 0,
    title: t.title,
    hint: t.hint,
    label: t.label,
    options: [t.pick, ...others.map(titleOf)],
    index: wanted === undefined ? 0 : others.indexOf(wanted) + 1,
    sides: phone && wanted !== undefined && others.indexOf(wanted) >= 0 ? sidesOf(phone, wanted) : [],
  };
}

function sidesOf(phone: Phone, wanted: RulesFor): Side[] {
  const t = text();
  const { chosen, other, chosenOnly, otherOnly } = phone.compareWith(wanted);
  const side = (key: Side["key"], assessment: Assessment, reasons: Reason[]): Side => ({
    key,
    colour: assessment.colour,
    when: t[key],
    title: say(assessment.rules.title),
    word: colourName(assessment.colour),
    causes: causesInWords(logOf(phone), assessment.causes).map(({ says }) => says),
    about: reasons.length > 0 ? t.only : t.same,
    reasons: reasons.map((reason) => ({ key: reason.rule, says: say(reason.text) })),
  });
  return [side("here", chosen, chosenOnly), side("there", other, otherOnly)];
}
