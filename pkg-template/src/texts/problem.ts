// The text of a code in the app's language.
import unknown from "../../../words/errors/unknown.json";
import { isObject } from "../argument.js";
import type { Asked, Problem, Text } from "../engine/core/healthcode.js";
import { codeOf } from "../failure.js";
import { own } from "../own.js";
import type { KnownCode } from "./all.js";
import { filled } from "./filled.js";
import { cleaned, isCode } from "./outside.js";
import { type ErrorText, texts } from "./text.js";

/** The languages of every text in the package and in every rule pack. */
export type Language = keyof Text;

/**
 * The language for a host's tag, such as `zh_CN`, `zh-Hant-HK` or `EN`: Chinese for any Chinese tag or if there is no
 * tag, English for all others. Never throws.
 */
export function languageOf(tag?: string): Language {
  return typeof tag !== "string" || tag === "" || /^zh/i.test(tag) ? "zh-Hans" : "en";
}

/** The text of a stable code; an unknown code, as from an app's own adaptor, is at least named. Never throws. */
export function errorText(code: string): ErrorText {
  const name = typeof code === "string" ? code : typeof code;
  const named = (text: string) => text.replace("{code}", () => cleaned(name, 64));
  return own(texts(), name) ?? { says: { "zh-Hans": named(unknown["zh-Hans"]), en: named(unknown.en) } };
}

/** Every code that has a text: of the core, of the package and of the issuer's server, as far as this entry needs them. */
export function knownCodes(): KnownCode[] {
  return Object.keys(texts()) as KnownCode[];
}

/**
 * What a problem means and what to do about it, in the language that `languageOf` gives for the tag. For a fault in an answer,
 * `question` is its question, whose bounds and options the sentence then names:
 * `phone.questions(answers).questions.find(({ id }) => id === fault.question)`. Never throws: whatever it is given, it has a
 * sentence.
 */
export function problemText(problem: { readonly code: string }, tag?: string, question?: Asked): string {
  const language = languageOf(tag);
  const code = isObject(problem) ? problem.code : problem;
  const { says, todo } = errorText(code);
  const said = filled(code, says[language], language, question);
  if (todo === undefined) return said;
  return said + (language === "en" ? " " : "") + todo[language];
}

/**
 * The code and message of anything thrown; if it has no code, `package-fault`. The message is cut to a length that can be
 * shown, without invisible characters. Never throws.
 */
export function problemOf(thrown: unknown): Problem {
  let [code, message]: [unknown, unknown] = [undefined, undefined];
  try {
    message = thrown instanceof Error ? thrown.message : undefined;
    code = codeOf(thrown);
  } catch {
    // What it says of itself throws, too.
  }
  const told = typeof message === "string" ? message : "something was thrown that is no error";
  return { code: isCode(code) ? code : "package-fault", message: cleaned(told) };
}
