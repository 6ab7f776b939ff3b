// What stands in an answer's fault for the values of its question.
import { levels } from "../../../words/answers.json";
import { isObject } from "../argument.js";
import type { Asked, Text } from "../engine/core/healthcode.js";
import { own } from "../own.js";
import { inLanguage, type Spoken, textsOf } from "./language.js";

/** What a fault says where its question is not known, and with it the values that its text has places for. */
const WITHOUT = {
  "answer-out-of-range": {
    "zh-Hans": "请检查填写的数：超出了这一题的范围。",
    en: "Please check the number: it is outside the range of this question.",
  },
  "answer-too-precise": { "zh-Hans": "小数位太多。", en: "Too many decimal places." },
  "answer-not-alone": {
    "zh-Hans": "所选的选项中有一项不能与其他项同时选。",
    en: "One of the chosen options cannot be combined with others.",
  },
  "answer-date-too-early": {
    "zh-Hans": "日期早于这一题所问的时间。",
    en: "The date is earlier than this question asks about.",
  },
  "answer-place-too-wide": {
    "zh-Hans": "请再选细一些。",
    en: "Please choose a more precise place.",
  },
};

textsOf("withoutQuestion", WITHOUT);
textsOf("answers", { levels });

/** The values of a question, by the names in braces that texts have for them. */
function valuesOf(question: Partial<Asked>, language: Spoken): { readonly [name: string]: unknown } {
  const { number, daysBack, placeDigits, options } = question;
  const level: Text | undefined = own<Text>(levels, String(placeDigits ?? 6));
  const alone = Array.isArray(options) ? (options as Asked["options"]).find((option) => option?.alone) : undefined;
  const said = (text: Text | undefined) => text && inLanguage(text, language);
  return { ...number, days: daysBack, level: said(level), alone: said(alone?.text) };
}

/** The sentence of a fault with the values of its question; without braces, whatever is given. */
export function filled(code: string, sentence: string, language: Spoken, question: unknown): string {
  const values = isObject(question) ? valuesOf(question, language) : {};
  let whole = true;
  const said = sentence.replace(/\{(\w+)\}/g, (slot, name: string) => {
    const value = own(values, name);
    if (typeof value === "string" || typeof value === "number") return String(value);
    whole = false;
    return slot;
  });
  const without = own<Text>(WITHOUT, code);
  return whole || without === undefined ? said : inLanguage(without, language);
}
