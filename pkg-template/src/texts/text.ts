import type { Text } from "../engine/core/healthcode.js";

/** What a stable code says to people. Names in braces stand for values of the question. */
export interface ErrorText {
  says: Text;
  /** What to do about it, where there is something. */
  todo?: Text;
}

export type ErrorTexts = Record<string, ErrorText>;

/** An entry: Chinese and English sentence, then Chinese and English advice. */
export function told(zh: string, en: string, zhTodo?: string, enTodo?: string): ErrorText {
  const says = { "zh-Hans": zh, en };
  return zhTodo !== undefined && enTodo !== undefined ? { says, todo: { "zh-Hans": zhTodo, en: enTodo } } : { says };
}
