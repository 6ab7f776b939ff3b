// Reads a venue's code.
import type { Place, Problem } from "../engine/core/healthcode.js";

/**
 * The text of a venue's QR code: `JKV1:` and the place code of the venue, 2 to 12 digits. It is not signed, and
 * anybody can print one: all it does is tell a phone where it is, for the diary on that phone.
 */
const VENUE = /^JKV1:(\d{2}|\d{4}|\d{6}|\d{9}|\d{12})$/;

/** The place in a venue's code; `undefined` for any other text. */
export function venueOf(scanned: string): Place | undefined {
  return VENUE.exec(scanned.trim())?.[1];
}

/** The problem with a scanned text that is not a venue's code. */
export const NO_VENUE: Problem = { code: "scan-no-venue", message: "the text is not that of a venue" };
