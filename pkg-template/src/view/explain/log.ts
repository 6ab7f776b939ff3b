import type { Answers, Asked, Report } from "../../engine/core/healthcode.js";

/** What the phone knows of its reports, as far as explaining needs it. */
export interface Log {
  reports(): Report[];
  /** The questions that are asked, given some answers. */
  questions(answers: Answers): Asked[];
}

/** The newest report. */
export function lastReport(log: Log): Report | undefined {
  const reports = log.reports();
  return reports[reports.length - 1];
}
