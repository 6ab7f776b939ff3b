// What a phone keeps rules for, and what a code is by two of them.
import type { Assessment, Reason, RulesFor, RulesUsed } from "../engine/core/healthcode.js";

/** Rules that a phone keeps. */
export interface KeptRules {
  /** What they are for. */
  for: RulesFor;
  /** Whether they are the chosen ones: those that questions, colour and code are of. */
  chosen: boolean;
  /** The rules in force, or those that come next or ended last; `undefined` while there are none. */
  rules: RulesUsed | undefined;
}

/** What a code would be by other rules, beside what it is by the chosen ones. */
export interface RulesCompared {
  /** What it is by the chosen rules. */
  chosen: Assessment;
  /** What it would be by the others. */
  other: Assessment;
  /** The reasons that the chosen rules alone give. */
  chosenOnly: Reason[];
  /** The reasons that the others alone give. */
  otherOnly: Reason[];
}

/** Compares what a person's code is by the chosen rules and by others. */
export function compared(chosen: Assessment, other: Assessment): RulesCompared {
  const key = ({ rule, colour, text }: Reason) => [rule, colour, text["zh-Hans"], text.en].join("\n");
  const without = (reasons: Reason[], others: Reason[]) => {
    const known = others.map(key);
    return reasons.filter((reason) => !known.includes(key(reason)));
  };
  const [chosenOnly, otherOnly] = [without(chosen.reasons, other.reasons), without(other.reasons, chosen.reasons)];
  return { chosen, other, chosenOnly, otherOnly };
}
