import words from "../../../../words/change.json";
import type { Comparison, Difference } from "../../engine/core/healthcode.js";
import { dayAndTime } from "../format.js";
import { say } from "../language.js";
import { colourWord } from "./names.js";

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
      return difference.after === undefined ? say(words.riskGone) : say(words.risk, { version: difference.after });
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
