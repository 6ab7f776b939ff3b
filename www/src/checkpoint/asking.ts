// What the checkpoint asks codes to be for: a choice of whoever stands there, kept on the device for each desk.
import type { RulesFor } from "healthcode/checkpoint";
import { deskPath, type Offer, wantedRules } from "../app/desk.ts";
import { prefer, preferences } from "../app/preferences.ts";

/** What there is to choose from: what the desk has rules for, or what codes are usually for where nobody says what it has. */
export function offered(offers: readonly Offer[]): RulesFor[] | undefined {
  return offers.length > 0 ? [...offers.map((offer) => offer.for), "any"] : undefined;
}

/** What is asked: what was chosen here, or else the everyday code; where the desk has none, what somebody came for. */
export function asked(offers: readonly Offer[]): RulesFor {
  const chosen = preferences.purposes[deskPath()];
  const all = offered(offers);
  if (chosen !== undefined && (all === undefined || all.includes(chosen))) return chosen;
  const everyday = offers.find((offer) => !offer.for.includes("/"));
  const came = wantedRules();
  if (everyday === undefined && came !== undefined && (all === undefined || all.includes(came))) return came;
  return (everyday ?? offers[0])?.for ?? "everyday";
}

/** Keeps what was chosen. */
export function ask(purpose: RulesFor): void {
  prefer({ purposes: { ...preferences.purposes, [deskPath()]: purpose } });
}
