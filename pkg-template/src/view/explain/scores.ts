import type { Assessment, Dimension } from "../../engine/core/healthcode.js";
import { say, words } from "../language.js";
import { dimensionName } from "./names.js";

/** What the panel of scores says besides them. */
export const scoreWords = words(
  {
    title: "三项分值",
    range: "0分最好，100分最高风险；分值只在手机上算。",
    points: (points: number) => `${points}分`,
    of: (name: string, points: number) => `${name}：${points}分，满分100分`,
    nothing: "没有加分项",
    about: {
      space: "您在哪里、住在哪里、去过哪里",
      time: "去过几次、停留多久、离开多久",
      personal: "身体状况、接触情况、登记情况",
    },
  },
  {
    title: "Three scores",
    range: "0 is best and 100 the greatest risk. They are worked out on the phone only.",
    points: (points) => (points === 1 ? "1 point" : `${points} points`),
    of: (name, points) => `${name}: ${points} of 100 points`,
    nothing: "Nothing adds to it",
    about: {
      space: "Where you are, live and were",
      time: "How often, how long, how long ago",
      personal: "How you feel, whom you met, what is on record",
    },
  },
);

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

/** The three scores, and what gave the points. */
export function scoresInWords({ scores, contributions }: Assessment): ToldScore[] {
  const t = scoreWords();
  return DIMENSIONS.map((dimension) => {
    const points = scores[dimension];
    const name = dimensionName()[dimension];
    const gave = contributions.filter((contribution) => contribution.dimension === dimension);
    return {
      dimension,
      points,
      name,
      about: t.about[dimension],
      of: t.of(name, points),
      gave: gave.map((item) => ({ says: say(item.text), points: `+${t.points(item.points)}` })),
    };
  });
}
