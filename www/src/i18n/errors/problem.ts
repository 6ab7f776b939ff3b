import type { ErrorText, Problem } from "healthcode";
import { own } from "../../../../pkg-template/src/own.ts";
import { language, say } from "../../../../pkg-template/src/view/language.ts";
import { own as healthcode } from "../../app/package.ts";
import { pages } from "./pages.ts";

/** The text of a stable code, of the pages or of the package. */
export function errorText(code: string): ErrorText {
  return own(pages, code) ?? healthcode().errorText(code);
}

/** Every code that has a text. */
export const knownCodes = (): string[] => [...Object.keys(pages), ...healthcode().knownCodes()];

/** What a code means, without advice. */
export function codeText(code: string): string {
  return say(errorText(code).says);
}

/** What to do about it; empty if there is nothing to do. */
export function todoText(code: string): string {
  const { todo } = errorText(code);
  return todo ? say(todo) : "";
}

/** What a problem means, and what to do. */
export function problemText({ code }: Problem): string {
  const todo = todoText(code);
  return codeText(code) + (todo && language() === "en" ? " " : "") + todo;
}
