import * as healthcode from "healthcode";
import type { ErrorText, Problem } from "healthcode";
import { preferences } from "../../app/preferences.ts";
import { say } from "../language.ts";
import { pages } from "./pages.ts";

/** The text of a stable code, of the pages or of the package. */
export function errorText(code: string): ErrorText {
  return pages[code] ?? healthcode.errorText(code);
}

/** Every code that has a text. */
export const knownCodes = (): string[] => [...Object.keys(pages), ...healthcode.knownCodes()];

/** What a code says, without advice. */
export function codeText(code: string): string {
  return say(errorText(code).says);
}

/** What a problem says, and what to do. */
export function problemText({ code }: Problem): string {
  const { says, todo } = errorText(code);
  const gap = preferences.language === "en" ? " " : "";
  return todo ? `${say(says)}${gap}${say(todo)}` : say(says);
}
