// What is filled in and not submitted, for a page that is loaded again: kept by the browser until its tab is closed.
import type { QuestionnaireDraft } from "view/draft.ts";

const KEY = "healthcode.draft";

/** Which report it is for: a correction, or the one after the newest. */
const target = (draft: QuestionnaireDraft, last: string | undefined): string =>
  draft.corrects ? `correction ${draft.corrects.at}` : `after ${last ?? "none"}`;

interface Unsent {
  target: string;
  corrects?: string;
  written: string;
}

function read(): Unsent | undefined {
  try {
    return JSON.parse(sessionStorage.getItem(KEY) ?? "null") ?? undefined;
  } catch {
    // Without storage, or with something else in it, there is none.
    return undefined;
  }
}

/** Keeps what is filled in; `last` is when the newest report was made. */
export function keepUnsent(draft: QuestionnaireDraft, last: string | undefined): void {
  const unsent: Unsent = {
    target: target(draft, last),
    ...(draft.corrects ? { corrects: draft.corrects.at } : {}),
    written: draft.written(),
  };
  try {
    sessionStorage.setItem(KEY, JSON.stringify(unsent));
  } catch {
    // It is lost with the page then.
  }
}

/** Forgets it: it was submitted, or the person wants nothing of it. */
export function dropUnsent(): void {
  try {
    sessionStorage.removeItem(KEY);
  } catch {
    // There is none.
  }
}

/** Takes up what was filled in of the same report. */
export function takeUpUnsent(draft: QuestionnaireDraft, last: string | undefined): void {
  const unsent = read();
  if (unsent === undefined) return;
  if (unsent.target !== target(draft, last) || !draft.takeUp(unsent.written)) dropUnsent();
}

/** Whether there is something filled in, and which report it corrects, if it does. */
export const unsentReport = (): { corrects: string | undefined } | undefined => {
  const unsent = read();
  return unsent && { corrects: unsent.corrects };
};
