// What a field of a page may give for an answer.
import { isRecord } from "../argument.js";
import type { Answers, LogChange } from "../engine/core/healthcode.js";

/**
 * The answers, with `null`, which is no answer, for a number that is none, as an empty field has it: the question is then named.
 */
export function numbered(answers: Answers): Answers {
  if (!isRecord(answers)) return answers;
  const all: { [id: string]: unknown } = { ...answers };
  for (const id of Object.keys(all)) {
    const answer = all[id];
    if (typeof answer === "number" && !Number.isFinite(answer)) all[id] = null;
  }
  return all as Answers;
}

/** The same of a change of the log. */
export function withNumbers(change: LogChange): LogChange {
  const { answers } = Object(change) as { answers?: Answers };
  return isRecord(answers) ? ({ ...change, answers: numbered(answers) } as LogChange) : change;
}
