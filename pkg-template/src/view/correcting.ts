// Which report is to be corrected: said where the reports are listed, and taken up by the questionnaire, wherever an app has it.
import type { LogChange, Report } from "../engine/core/healthcode.js";
import type { Phone } from "./phone.js";

let wanted: { phone: Phone; report: Report } | undefined;

/** The next questionnaire corrects this report; or, of none, is a new one. */
export function correctNext(phone: Phone, report?: Report): void {
  wanted = report && { phone, report };
}

/** Whether the report of a phone is to be corrected that no questionnaire has taken up yet. */
export const isWanted = (phone: Phone | undefined): boolean => phone !== undefined && wanted?.phone === phone;

/** Takes up what is to be corrected of a phone. */
export function takeUp(phone: Phone): Report | undefined {
  const report = wanted?.phone === phone ? wanted.report : undefined;
  wanted = undefined;
  return report;
}

/** With these an entry may be corrected, now or once the clock is right: one that says the same is refused last. */
const OPEN = ["correction-same", "clock-off"];

/** Whether an entry may be corrected. */
function isOpen(phone: Phone, change: LogChange): boolean {
  const tried = phone.preview(change);
  return tried.result === "refused" && OPEN.indexOf(tried.problem.code) >= 0;
}

/** Whether a report may be corrected. */
export const canCorrect = (phone: Phone, report: Report): boolean =>
  phone.holder.rules() !== undefined && isOpen(phone, { answers: report.answers, corrects: report });
