import type { Problem } from "healthcode";
import { english, say } from "../language.ts";
import { answers } from "./answers.ts";
import { codes } from "./codes.ts";
import { files } from "./files.ts";
import { holder } from "./holder.ts";
import type { ErrorText, ErrorTexts } from "./text.ts";

const all: ErrorTexts = { ...answers, ...codes, ...files, ...holder };

/** Adds texts for codes that a phone's user seldom meets, or for a host's own. */
export function addTexts(texts: ErrorTexts): void {
  Object.assign(all, texts);
}

/** The text of a stable code; a code that is not known, as from a newer server, is at least named. */
export function errorText(code: string): ErrorText {
  return all[code] ?? { says: { "zh-Hans": `出了问题（${code}）。`, en: `Something went wrong (${code}).` } };
}

/** Every code that has a text. */
export const knownCodes = (): string[] => Object.keys(all);

/** What a code says, without advice. */
export function codeText(code: string): string {
  return say(errorText(code).says);
}

/** What a problem says, and what to do. */
export function problemText({ code }: Problem): string {
  const { says, todo } = errorText(code);
  const gap = english() ? " " : "";
  return todo ? `${say(says)}${gap}${say(todo)}` : say(says);
}
