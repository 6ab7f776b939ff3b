import type { Problem } from "../engine/core/healthcode.js";
import { languageOf } from "../texts/problem.js";
import { setUtcOffset } from "./format.js";
import { guarded } from "./guarded.js";
import { language, setLanguage } from "./language.js";
import type { Checkpoint, Family, Phone } from "./phone.js";

/** What all components of an app share. */
export interface Session {
  /** The phone of the person whose code is shown. */
  phone?: Phone;
  /** The people who use this device. */
  family?: Family;
  /** The checkpoint, for verifying other people's codes. */
  checkpoint?: Checkpoint;
  /** Whether the checkpoint asks phones to answer a challenge; its component has a switch for it. */
  challenge?: boolean;
  /** Why there is no phone. */
  problem?: Problem;
  /** Tries again after a problem, from a button below its text. */
  retry?: () => unknown;
  /** Whether texts are larger. */
  large: boolean;
}

export const session: Session = { large: false };

/** Stops listening to the phone. */
let deaf: (() => void) | undefined;

const listeners = new Set<() => void>();

/** Calls `listener` on changes until the returned function is called. */
export function listen(listener: () => void): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

/** Refreshes every component after a change to the phone; the fault of one keeps none of the others from it. */
export function renew(): void {
  guarded(() => {
    const rules = session.phone?.holder.rules(session.phone.now());
    if (rules) setUtcOffset(rules.utcOffset);
  });
  for (const listener of [...listeners]) guarded(listener);
}

/** Sets or removes what the components show and act on. */
export function connect(change: Partial<Session>): void {
  Object.assign(session, change);
  deaf?.();
  deaf = session.phone?.listen(renew);
  renew();
}

/**
 * Sets the language of all components, by a host's tag such as `zh_CN` or `en-GB` (see `languageOf`), and whether
 * their text is larger.
 */
export function prefer(change: { language?: string | undefined; large?: boolean }): void {
  if (change.language) setLanguage(languageOf(change.language));
  if (change.large !== undefined) session.large = change.large;
  renew();
}

/** The classes on every component's root, for its style. */
export const look = (): string => `${language()}${session.large ? " large" : ""}`;
