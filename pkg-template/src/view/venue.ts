// A visit's place in words: its venue, if that is known.
import type { Place, Visit } from "../engine/core/healthcode.js";
import { wordsOf } from "./language.js";
import { placeName, placeToday } from "./places/names.js";

const text = wordsOf(
  "venue",
  { at: (venue: string, place: string) => `${venue}（${place}）` },
  { at: (venue, place) => `${venue} (${place})` },
);
export type VenueText = ReturnType<typeof text>;

/** Where a visit was, as a list of visits says it: with what became of a place's code. */
export function whereToday({ place, venue }: Visit): string {
  return venue === undefined ? placeToday(place) : text().at(venue.name, placeToday(place));
}

/** Where a visit was, in a few words: the venue, or else the place. */
export function where({ place, venue }: Visit): string {
  return venue?.name ?? placeName(place);
}

/** What a visit keeps of the one that it corrects: the venue, unless it is said to have been elsewhere. */
export const venueKept = ({ place, venue }: Visit, now: Place): Pick<Visit, "venue"> =>
  venue !== undefined && place === now ? { venue } : {};

/** What the venue is called where somebody is by the diary: that of the newest visit that goes on. */
export const venueNow = (diary: Visit[]): string =>
  diary.reduceRight((name, { venue, leave }) => name || (leave === undefined ? (venue?.name ?? "") : ""), "");
