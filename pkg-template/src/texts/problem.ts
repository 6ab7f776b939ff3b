// The text of a code in the app's language.
import unknown from "../../../words/errors/unknown.json";
import type { Problem, Text } from "../engine/core/healthcode.js";
import { codeOf } from "../failure.js";
import { own } from "../own.js";
import { texts } from "./all.js";
import { cleaned, isCode } from "./outside.js";
import type { ErrorText } from "./text.js";

/** The languages of every text in the package and in every rule pack. */
export type Language = keyof Text;

/**
 * The language for a host's tag, such as `zh_CN`, `zh-Hant-HK` or `EN`: Chinese for any Chinese tag or if there is no
 * tag, English for all others.
 */
export function languageOf(tag?: string): Language {
  return !tag || /^zh/i.test(tag) ? "zh-Hans" : "en";
}

/** The text of a stable code; an unknown code, as from a newer server, is at least named. */
export function errorText(code: string): ErrorText {
  const named = (text: string) => text.replace("{code}", () => cleaned(code, 64));
  return own(texts(), code) ?? { says: { "zh-Hans": named(unknown["zh-Hans"]), en: named(unknown.en) } };
}

/** Every code that has a text, of the core and of the package. */
export function knownCodes(): string[] {
  return Object.keys(texts());
}

/** What a problem means and what to do about it, in the language that `languageOf` gives for the tag. */
export function problemText({ code }: { readonly code: string }, tag?: string): string {
  const language = languageOf(tag);
  const { says, todo } = errorText(code);
  if (todo === undefined) return says[language];
  return says[language] + (language === "en" ? " " : "") + todo[language];
}

/**
 * The code and message of anything thrown; if it has no code, `package-fault`. The message is cut to a length that can be
 * shown, without invisible characters.
 */
export function problemOf(thrown: unknown): Problem {
  const { message } = (thrown instanceof Error ? thrown : {}) as { message?: unknown };
  const told = typeof message === "string" ? message : "something was thrown that is no error";
  const code = codeOf(thrown);
  return { code: isCode(code) ? code : "package-fault", message: cleaned(told) };
}
