// What gave how many points, in words.
import words from "../../../../words/scores.json";
import type { Assessment, Dimension } from "../../engine/core/healthcode.js";
import { say, textsOf } from "../language.js";
import { dimensionName } from "./names.js";

textsOf("scores", words);

/** The texts of the scores panel besides the scores. */
export const scoreWords = () => ({
  title: say(words.title),
  range: say(words.range),
  nothing: say(words.nothing),
});

const DIMENSIONS: Dimension[] = ["space", "time", "personal"];

/** A score in words. */
export interface ToldScore {
  dimension: Dimension;
  points: number;
  name: string;
  about: string;
  /** Name and points in one sentence, for screen readers. */
  of: string;
  /** What gave points. */
  gave: { says: string; points: string }[];
}

/** The three scores, and what gave the points; none if nothing gave any. */
export function scoresInWords({ scores, contributions }: Assessment): ToldScore[] {
  if (contributions.length === 0) return [];
  return DIMENSIONS.map((dimension) => {
    const points = scores[dimension];
    const name = dimensionName(dimension);
    const gave = contributions.filter((contribution) => contribution.dimension === dimension);
    return {
      dimension,
      points,
      name,
      about: say(words.about[dimension]),
      of: say(words.of, { name, points }),
      gave: gave.map((item) => ({ says: say(item.text), points: say(words.gave, { count: item.points }) })),
    };
  });
}
