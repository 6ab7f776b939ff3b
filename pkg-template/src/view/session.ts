import type { Problem } from "../engine/core/healthcode.js";
import { languageOf } from "../texts/problem.js";
import { setUtcOffset } from "./format.js";
import { language, setLanguage } from "./language.js";
import type { Checkpoint, Family, Phone } from "./phone.js";

/** What all components of an app share. */
export interface Session {
  /** The phone of the person whose code is shown. */
  phone?: Phone;
  /** Those who use this device. */
  family?: Family;
  /** What codes of others are verified with. */
  checkpoint?: Checkpoint;
  /** Why there is no phone. */
  problem?: Problem;
  /** What trying again is, after a problem: it is on a button below the problem's sentence. */
  retry?: () => unknown;
  /** Larger type. */
  large: boolean;
}

export const session: Session = { large: false };

/** Ends the hearing of the phone's own news. */
let deaf: (() => void) | undefined;

const listeners = new Set<() => void>();

/** Hears of changes until the function that it returns is called. */
export function listen(listener: () => void): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

/** Has every component look again, after something new came to the phone. */
export function renew(): void {
  const rules = session.phone?.holder.rules();
  if (rules) setUtcOffset(rules.utcOffset);
  for (const listener of [...listeners]) listener();
}

/** Gives the components what they show and act on, or takes it back. */
export function connect(change: Partial<Session>): void {
  Object.assign(session, change);
  deaf?.();
  deaf = session.phone?.listen(renew);
  renew();
}

/**
 * The look of all components: the language of their texts, by a host's tag such as `zh_CN` or `en-GB` as `languageOf` has it,
 * and larger type for those who want it.
 */
export function prefer(change: { language?: string | undefined; large?: boolean }): void {
  if (change.language) setLanguage(languageOf(change.language));
  if (change.large !== undefined) session.large = change.large;
  renew();
}

/** The classes on every component's root that its style goes by. */
export const look = (): string => `${language()}${session.large ? " large" : ""}`;
