// Why the colour differs from the one before, in words.
import words from "../../../../words/change.json";
import type { Comparison, Difference } from "../../engine/core/healthcode.js";
import { dayAndTime } from "../format.js";
import { say, textsOf } from "../language.js";
import { placeName } from "../places/names.js";
import { colourWord } from "./names.js";

textsOf("change", words);

/** Why the colour differs from the one the person saw last, in words. */
export interface ToldChange {
  title: string;
  since: string;
  differences: string[];
  understood: string;
}

/** What has changed since the last noted colour. */
export function changeInWords({ before, after, noted, differences }: Comparison): ToldChange {
  return {
    title: say(words.title, { before: colourWord(before), after: colourWord(after) }),
    since: say(words.since, { when: dayAndTime(noted) }),
    differences: differences.map(inWords),
    understood: say(words.understood),
  };
}

function inWords(difference: Difference): string {
  switch (difference.why) {
    case "rules":
      return say(words.rules, { version: difference.after });
    case "risk":
      return riskInWords(difference.place, difference.after);
    case "new-reason":
      return say(words.new, { reason: say(difference.text) });
    case "ended-reason":
      return say(words.ended, { reason: say(difference.text) });
    case "causes":
      return say(words.causes);
    case "time-passed":
      return say(words.time);
  }
}

function riskInWords(code: string | undefined, version: number | undefined): string {
  if (code === undefined) {
    return version === undefined ? say(words.riskGone) : say(words.risk, { version });
  }
  const place = placeName(code);
  return version === undefined ? say(words.riskOfPlaceGone, { place }) : say(words.riskOfPlace, { place, version });
}
