// The form of a code's text, and the advice that several codes give.
import advice from "../../../words/errors/advice.json";
import type { Text } from "../engine/core/healthcode.js";
import { textsOf } from "./language.js";

textsOf("advice", advice);

/** What a stable code means to people. Names in braces stand for values of the question. */
export interface ErrorText {
  /** What happened. */
  says: Text;
  /** What to do about it, if anything. */
  todo?: Text;
}

export type ErrorTexts = Record<string, ErrorText>;

/** The same as the files of words/errors/ have it: advice that several codes have goes by its name. */
interface Entry {
  says: Text;
  todo?: string | Text;
}

/** An entry: message in Chinese and English, then advice in Chinese and English. */
export function told(zh: string, en: string, zhTodo?: string, enTodo?: string): ErrorText {
  const says = { "zh-Hans": zh, en };
  return zhTodo !== undefined && enTodo !== undefined ? { says, todo: { "zh-Hans": zhTodo, en: enTodo } } : { says };
}

/** Texts of words/errors/, each with its advice. */
export function advised(entries: Record<string, Entry>): ErrorTexts {
  const texts: ErrorTexts = {};
  for (const [code, { says, todo }] of Object.entries(entries)) {
    const found = typeof todo === "string" ? advice[todo as keyof typeof advice] : todo;
    texts[code] = found ? { says, todo: found } : { says };
  }
  return texts;
}

const all: ErrorTexts = {};

/** Has texts of words/errors/ found by their codes; an entry knows no more of them than its engine can need. */
export function know(entries: Record<string, Entry>): void {
  Object.assign(all, advised(textsOf("errors", entries)));
}

/** The texts of all codes that are known. */
export const texts = (): ErrorTexts => all;
