// The language that components speak, and sentences with values.
import type { Text } from "../engine/core/healthcode.js";
import { own } from "../own.js";

export type Language = keyof Text;

/** A sentence as the files of words/ have it; where a count matters, English has two forms. */
export interface Phrase {
  "zh-Hans": string;
  en: string | { one: string; other: string };
}

/** What stands for the names in braces; `count` chooses between the two forms. */
export interface Slots {
  count?: number;
  [name: string]: string | number | undefined;
}

let current: Language = "zh-Hans";

/** The language that all texts are in. */
export const language = (): Language => current;

export const english = (): boolean => current === "en";

export function setLanguage(language: Language): void {
  current = language;
}

/** What `act` gives in a language, whichever is in use. */
export function speaking<T>(language: Language, act: () => T): T {
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
  const found = text[current];
  const sentence = typeof found === "string" ? found : slots?.count === 1 ? found.one : found.other;
  return slots ? fill(sentence, slots) : sentence;
}

export function fill(sentence: string, slots: Slots): string {
  return sentence.replace(/\{(\w+)\}/g, (slot, name: string) => String(own(slots, name) ?? slot));
}

/** The texts of one part of the app, in both languages; the returned function gives those in the language in use. */
export function words<T>(chinese: T, english: NoInfer<T>): () => T {
  return () => (current === "en" ? english : chinese);
}
