// Which colours a phone has had, day by day: what its person looks back on.
import type { Colour, RulesFor } from "../engine/core/healthcode.js";

/** How long a colour is looked back on, in milliseconds: two weeks, as long as most rules look back themselves. */
const KEPT = 14 * 86_400_000;
/** The most colours that are kept: more than anybody's changes of two weeks. */
const MOST = 100;
const COLOURS: readonly unknown[] = ["green", "yellow", "red", "grey"];

/** A colour that a phone has had. */
export interface PastColour {
  /** When it was first seen on that day, in milliseconds since 1970. */
  at: number;
  /** The colour of the code then. */
  colour: Colour;
}

/** The same, with whose rules it was by. */
export interface KeptColour extends PastColour {
  /** What the rules are for; empty while that is not known. */
  for: RulesFor;
}

/** The number of a day where the rules are made; `utcOffset` in minutes. */
const dayOf = (at: number, utcOffset: number): number => Math.floor((at + utcOffset * 60_000) / 86_400_000);

/** Those of the last two weeks: what is too old goes, and so does what a clock that was ahead has left. */
export const recent = (colours: readonly KeptColour[], now: number): KeptColour[] =>
  colours.filter(({ at }) => at <= now && at > now - KEPT);

/**
 * The colours with one more: `undefined` if it is the same as the last one of that day.
 */
export function withColour(
  before: readonly KeptColour[],
  one: KeptColour,
  utcOffset: number,
): KeptColour[] | undefined {
  const kept = recent(before, one.at);
  const [last] = kept.filter((other) => other.for === one.for).slice(-1);
  const same = last?.colour === one.colour && dayOf(last.at, utcOffset) === dayOf(one.at, utcOffset);
  return same ? undefined : [...kept, one].slice(-MOST);
}

/** The colours in what was stored: none where it is nothing that `withColour` gave. */
export function coloursIn(stored: unknown): KeptColour[] {
  const isOne = (one: unknown): one is KeptColour => {
    const { for: rulesFor, at, colour } = Object(one) as Partial<KeptColour>;
    return typeof rulesFor === "string" && typeof at === "number" && COLOURS.includes(colour);
  };
  return Array.isArray(stored) && stored.length <= MOST && stored.every(isOne)
    ? stored.map(({ for: rulesFor, at, colour }) => ({ for: rulesFor, at, colour }))
    : [];
}
