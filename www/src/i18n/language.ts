import type { Text } from "healthcode";
import { preferences } from "../app/preferences.ts";

export type Language = keyof Text;

/** The sentence in the language that the page is in. */
export function say(text: Text): string {
  return text[preferences.language];
}

/** Words of one part of the app, in both languages side by side; the call gives those of the language in use. */
export function words<T>(chinese: T, english: NoInfer<T>): () => T {
  return () => (preferences.language === "en" ? english : chinese);
}
