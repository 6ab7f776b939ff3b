// A phone as explanations see it.
import type { Phone } from "../phone.js";
import type { Log } from "./log.js";

/** The log of a phone. */
export function logOf(phone: Phone): Log {
  return { reports: () => phone.holder.reports(), questions: (answers) => phone.questions(answers).questions };
}
