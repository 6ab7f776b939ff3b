// The text of a code in the app's language.
import unknown from "../../../words/errors/unknown.json";
import { betweenSentences } from "../../../words/time.json";
import { isObject } from "../argument.js";
import type { Asked, Problem } from "../engine/core/healthcode.js";
import { codeOf } from "../failure.js";
import { own } from "../own.js";
import type { KnownCode } from "./all.js";
import { filled } from "./filled.js";
import { inLanguage, spokenFor, textsOf } from "./language.js";
import { cleaned, isCode } from "./outside.js";
import { type ErrorText, texts } from "./text.js";

textsOf("time", { betweenSentences });
textsOf("errors", { unknown: { says: unknown } });

/** The text of a stable code; an unknown code, as from an app's own adaptor, is at least named. Never throws. */
export function errorText(code: string): ErrorText {
  const name = typeof code === "string" ? code : typeof code;
  const named = (text: string) => text.replace("{code}", () => cleaned(name, 64));
  const found = own(texts(), name);
  if (found) return found;
  const says: { [tag: string]: string } = {};
  for (const [tag, text] of Object.entries(unknown)) says[tag] = named(text);
  return { says: says as typeof unknown };
}

/** Every code that has a text: of the core, of the package and of the issuer's server, as far as this entry needs them. */
export function knownCodes(): KnownCode[] {
  return Object.keys(texts()) as KnownCode[];
}

/**
 * What a problem means and what to do about it, in the language for the tag: of those that the app has added, else the one that
 * `languageOf` gives. For a fault in an answer, `question` is its question, whose bounds and options the sentence then names:
 * `phone.questions(answers).questions.find(({ id }) => id === fault.question)`. Never throws: whatever it is given, it has a
 * sentence.
 */
export function problemText(problem: { readonly code: string }, tag?: string, question?: Asked): string {
  const language = spokenFor(tag);
  const code = isObject(problem) ? problem.code : problem;
  const { says, todo } = errorText(code);
  const said = filled(code, inLanguage(says, language), language, question);
  if (todo === undefined) return said;
  return said + inLanguage(betweenSentences, language) + inLanguage(todo, language);
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
