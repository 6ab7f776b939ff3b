// Adds a language to those in which the package says everything.
import { isAbsent, isRecord, need, needFunction } from "../argument.js";
import { addTexts, type Language } from "../texts/language.js";
import type { Texts } from "./texts.js";

/** The texts of the package in one more language, or others in place of some. */
export interface LanguageTexts {
  /** Its tag, such as `zh-Hant` or `ug` (BCP 47). With `zh-Hans` or `en` the texts stand in place of the package's own. */
  readonly tag: string;
  /** Other tags for whose readers it is meant, such as `zh-TW`; a host's tag with more parts, `zh-TW-x`, is among them. */
  readonly also?: readonly string[] | undefined;
  /** The language of what it has no text for, and of the texts of packs without it; by default what `languageOf` gives for the tag. */
  readonly fallback?: Language | undefined;
  /** The direction of its script; by default `ltr`. */
  readonly dir?: "ltr" | "rtl" | undefined;
  /** Which of a sentence's forms a number takes; by default `one` for 1 and `other` for all else. */
  readonly plural?: ((count: number) => string) | undefined;
  /** The texts; what is missing is said in the language of `fallback`. */
  readonly texts: Texts;
}

/**
 * Adds a language, or texts of one that is there: those that are added last count. `problemText`, `verdictText` and `prefer` of the
 * components then give it to whoever has a tag of it; components that are on the page already are drawn again. A text that has
 * another form than the package's, such as a number or text in place of a function, is left out. Throws `misuse-argument` for
 * anything but a language.
 */
export function addLanguage(language: LanguageTexts): void {
  need(isRecord(language) && isRecord(language.texts), "language", "an object with `texts`");
  const { tag, also, fallback, dir, plural, texts } = language;
  need(/^[a-z]{2,3}(-[a-z\d]{1,8})*$/i.test(tag), "tag", "a language's, such as `zh-Hant`");
  need(
    isAbsent(also) || (Array.isArray(also) && also.every((one) => typeof one === "string")),
    "also",
    "a list of texts",
  );
  need(isAbsent(fallback) || fallback === "zh-Hans" || fallback === "en", "fallback", "`zh-Hans` or `en`");
  if (!isAbsent(plural)) needFunction(plural, "plural");
  addTexts(tag, also ?? [], { fallback, plural, dir: dir === "rtl" ? dir : dir && "ltr" }, texts);
}
