// What a phone keeps rules for: the person's own region, and other regions and purposes.
import type { Assessment, Holder, Reason, RulesFor, RulesUsed } from "../engine/core/healthcode.js";

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

/** All that a phone keeps rules for: what is the person's own first, and then in an order that stays. */
export function keptRules(core: Holder, now: number): KeptRules[] {
  const [chosen, ...others] = core.keptRules();
  if (chosen === undefined) return [];
  const own = core.region();
  const place = (rulesFor: RulesFor) => (rulesFor === own ? "" : rulesFor);
  const all = [chosen, ...others].sort((one, other) => (place(one) < place(other) ? -1 : 1));
  return all.map((rulesFor) => ({
    for: rulesFor,
    chosen: rulesFor === chosen,
    rules: core.rules(now, rulesFor),
  }));
}

/** Chooses some of them, or those of the person's own region, and keeps the rest. */
export function choose(core: Holder, rulesFor: RulesFor | undefined): void {
  const wanted = rulesFor ?? core.region();
  if (wanted === undefined) return;
  // The first region of somebody who has not said where they live is their own.
  if (core.region() === undefined && !wanted.includes("/")) core.setRegion(wanted);
  const kept = core.keptRules();
  if (kept[0] !== wanted) core.keepRules([wanted, ...kept.filter((one) => one !== wanted)]);
}

/** Keeps all but some of them. */
export function drop(core: Holder, rulesFor: RulesFor): void {
  const kept = core.keptRules();
  const own = core.region();
  // Without the chosen ones, it is the person's own.
  const chosen = kept[0] === rulesFor && own !== undefined ? [own] : [];
  core.keepRules([...chosen, ...kept.filter((one) => one !== rulesFor)]);
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
