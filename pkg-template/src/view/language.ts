// The language that components speak, and sentences with values.
import { own } from "../own.js";
import { inLanguage, type Language, onTexts, type Spoken, spokenFor, textsOf } from "../texts/language.js";

export { type Language, textsOf };

/** A sentence as the files of words/ have it; where a count matters, English has two forms. */
export interface Phrase {
  "zh-Hans": string;
  en: string | Forms;
}

/** The forms of a sentence; which one a number takes is up to the language. */
interface Forms {
  [form: string]: string;
  other: string;
}

/** What stands for the names in braces; `count` chooses between the two forms. */
export interface Slots {
  count?: number;
  [name: string]: string | number | undefined;
}

/** The tag that was asked for: the language for it may come later. */
let asked: string = "zh-Hans";
let current: Spoken = spokenFor(asked);

onTexts(() => {
  current = spokenFor(asked);
});

/** The language that texts are in, as far as it has them. */
export const spoken = (): Spoken => current;

/** Its tag. */
export const language = (): string => current.tag;

/** Whether what has no text in that language is in English. */
export const english = (): boolean => current.fallback === "en";

/** Sets the language by a host's tag. */
export function setLanguage(tag: string): void {
  asked = tag;
  current = spokenFor(tag);
}

/** What `act` gives in a language, whichever is in use. */
export function speaking<T>(language: Spoken, act: () => T): T {
  const before = current;
  current = language;
  try {
    return act();
  } finally {
    current = before;
  }
}

/** The sentence in the language in use, with what stands for its slots; what is not given stays, so that it is seen. */
export function say(text: Phrase, slots?: Slots): string {
  const found: string | Forms = inLanguage<string | Forms>(text, current);
  const sentence =
    typeof found === "string" ? found : (own<string>(found, current.plural(slots?.count ?? 0)) ?? found.other);
  return slots ? fill(sentence, slots) : sentence;
}

export function fill(sentence: string, slots: Slots): string {
  return sentence.replace(/\{(\w+)\}/g, (slot, name: string) => String(own(slots, name) ?? slot));
}

/** The texts of one part of the app, in both languages; the returned function gives those in the language in use. */
export function words<T>(chinese: T, english: NoInfer<T>): () => T {
  const all = { "zh-Hans": chinese, en: english };
  return () => inLanguage(all, current);
}

/**
 * The same with a name, under which other languages have them.
 * @__NO_SIDE_EFFECTS__
 */
export function wordsOf<T>(name: string, chinese: T, english: NoInfer<T>): () => T {
  const all = textsOf(name, { "zh-Hans": chinese, en: english });
  return () => inLanguage(all, current);
}
