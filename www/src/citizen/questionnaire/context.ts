import type { Asked } from "healthcode";
import type { Draft, QuestionnaireDraft } from "view/draft.ts";
import { isoDay } from "view/format.ts";
import { clock } from "../../app/clock.ts";
import type { CitizenApp } from "../app.ts";

/** What a field needs from the page around it. */
export interface FieldContext {
  app: CitizenApp;
  draft: QuestionnaireDraft;
  question: Asked;
  /** Ids of the elements that describe the field. */
  describedBy: string;
  invalid: boolean;
  set(draft: Draft | undefined): void;
  /** Shows faults from now on. */
  touch(): void;
}

/** The allowed range of a date, as far as the browser can enforce it; the crate has the last word. */
export function dayBounds(daysBack: number | undefined): { least: string; most: string } {
  const now = clock.now();
  return { least: daysBack === undefined ? "" : isoDay(now - daysBack * 86_400_000), most: isoDay(now) };
}
