import type { Place, Problem } from "../engine/core/healthcode.js";

/**
 * What a venue's QR code says: `JKV1:` and the place code of the venue, 2 to 12 digits. Nobody has signed it: it tells a
 * phone where it is, for the diary of that phone, and anybody can print one.
 */
const VENUE = /^JKV1:(\d{2}|\d{4}|\d{6}|\d{9}|\d{12})$/;

/** The place of a venue's code; nothing for any other text. */
export function venueOf(scanned: string): Place | undefined {
  return VENUE.exec(scanned.trim())?.[1];
}

/** Why a scanned text is no visit. */
export const NO_VENUE: Problem = { code: "scan-no-venue", message: "the text is not that of a venue" };
