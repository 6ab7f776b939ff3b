// What explanations need of a phone: its reports, and the questions that these answered.
import type { Answers, Asked, Report } from "../../engine/core/healthcode.js";

/** The part of the phone's log that explanations need. */
export interface Log {
  reports(): Report[];
  /** The questions to ask, given some answers. */
  questions(answers: Answers): Asked[];
}

/** The newest report. */
export function lastReport(log: Log): Report | undefined {
  const reports = log.reports();
  return reports[reports.length - 1];
}
