// What a phone keeps rules for: the person's own region, and other regions and purposes.
import type { Holder, Problem, RulesFor } from "../engine/core/healthcode.js";
import type { KeptRules } from "./compared.js";
import type { Kept } from "./kept.js";

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

/**
 * Chooses some of them, or those of the person's own region, and keeps the rest. What is not there is fetched first, and while it
 * is not, the phone stays with what it has; returns the problems with that.
 */
export async function chosen(kept: Kept, refresh: () => Promise<Problem[]>, rulesFor?: RulesFor): Promise<Problem[]> {
  const wanted = rulesFor ?? kept.core.region();
  const missing = () => wanted !== undefined && kept.core.rules(undefined, wanted) === undefined;
  const problems: Problem[] = [];
  if (wanted !== undefined && missing()) {
    const stays = kept.core.rules() !== undefined;
    const { result: added } = await kept.change((holder) => keepBeside(holder, wanted));
    problems.push(...(await refresh()));
    const none = missing() && problems.length === 0;
    if (none) problems.push({ code: "phone-no-rules", message: `the server has no rules for ${wanted}` });
    if (none || (stays && missing())) {
      if (added) await kept.change((holder) => drop(holder, wanted));
      return problems;
    }
  }
  const { done } = await kept.change((holder) => choose(holder, wanted));
  if (wanted === undefined && kept.core.rules() === undefined) problems.push(...(await refresh()));
  if (done.unstored) problems.push(done.unstored);
  return problems;
}

/** Keeps rules beside the others, without choosing them; returns whether that is new. */
function keepBeside(core: Holder, rulesFor: RulesFor): boolean {
  const kept = core.keptRules();
  const isNew = !kept.includes(rulesFor);
  if (isNew) core.keepRules([...kept, rulesFor]);
  return isNew;
}

function choose(core: Holder, wanted: RulesFor | undefined): void {
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
