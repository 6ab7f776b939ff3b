import type { Text } from "../engine/core/healthcode.js";

export type Language = keyof Text;

let current: Language = "zh-Hans";

/** The language that all texts are in. */
export const language = (): Language => current;

export const english = (): boolean => current === "en";

export function setLanguage(language: Language): void {
  current = language;
}

/** The sentence in the language in use. */
export function say(text: Text): string {
  return text[current];
}

/** Words of one part of the app, in both languages side by side; the call gives those of the language in use. */
export function words<T>(chinese: T, english: NoInfer<T>): () => T {
  return () => (current === "en" ? english : chinese);
}
