// A problem in the language of the components.
import type { Problem } from "../engine/core/healthcode.js";
import { errorText, problemText as wholeText } from "../texts/problem.js";
import { language, say } from "./language.js";

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
export function problemText(problem: Problem): string {
  return wholeText(problem, language());
}
