// What all components of an app share: phone, family, checkpoint, settings.
import { isAbsent, isObject, isRecord, need, needFunction, needKnown, needText } from "../argument.js";
import type { Problem } from "../engine/core/healthcode.js";
import { closed } from "../failure.js";
import { checkWanted } from "../phone/purpose.js";
import { onTexts } from "../texts/language.js";
import { guarded } from "./fault-barrier.js";
import { setNow, setUtcOffset } from "./format.js";
import { setLanguage, spoken } from "./language.js";
import type { Checkpoint, Family, Phone } from "./phone.js";

// Every host has it, but no type library is common to all of them.
declare const console: { error(...told: string[]): void };

/** What `connect` gives all components of an app. */
export interface Session {
  /** The phone of the person whose code is shown: what `openPhone` gave. */
  phone?: Phone | undefined;
  /** The people who use this device: what `openFamily` gave. */
  family?: Family | undefined;
  /** The checkpoint, for verifying other people's codes: what `openCheckpoint` gave. */
  checkpoint?: Checkpoint | undefined;
  /** Whether the checkpoint asks phones to answer a challenge; its component has a switch for it. */
  challenge?: boolean | undefined;
  /** What the checkpoint's component offers to ask for, each as `purpose` of `openCheckpoint`; with one there is no choice. */
  purposes?: readonly string[] | undefined;
  /** Why there is no phone: what `problemOf` gave. */
  problem?: Problem | undefined;
  /**
   * Shows the text of a rule, from a button under each reason that comes of one: its id, and the hash that names its pack
   * (`assessment.rules.hash`). Without it there is no button.
   */
  readRule?: ((rule: string, rules: string) => unknown) | undefined;
  /** Tries again after a problem, from a button below its text. */
  retry?: (() => unknown) | undefined;
  /** Whether it is the version for elders: large type and large buttons. */
  large: boolean;
}

/** What all components of an app share. */
interface Shared extends Session {
  /** Whether one thing is asked at a time. */
  simple?: boolean | undefined;
  /** The step of the type's size, 0 to 7; by default the host's own setting. */
  size?: number | undefined;
}

const connected: Pick<Session, "phone" | "family" | "checkpoint"> = {};

/** What was closed is not there any more, for whoever looks at it. */
const unlessClosed = <T extends { readonly closed?: boolean }>(part: T | undefined): T | undefined =>
  part?.closed === true ? undefined : part;

export const session: Shared = {
  large: false,
  get phone() {
    return unlessClosed(connected.phone);
  },
  set phone(phone) {
    connected.phone = phone;
  },
  get family() {
    return unlessClosed(connected.family);
  },
  set family(family) {
    connected.family = family;
  },
  get checkpoint() {
    return unlessClosed(connected.checkpoint);
  },
  set checkpoint(checkpoint) {
    connected.checkpoint = checkpoint;
  },
};

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
    if (rules) setUtcOffset(rules.utcOffset, rules.offsets);
    setNow(session.phone?.now() ?? session.checkpoint?.adaptors.clock.now());
  });
  for (const listener of [...listeners]) guarded(listener);
}

/** The steps of the type's size, as WeChat has them: 16 to 29.75 px where the usual size is 17. */
const STEPS = [0.94, 1, 1.1, 1.2, 1.3, 1.4, 1.55, 1.75];
const USUAL = 1;

/** How many times as large as usual the host's own setting has its type. */
let hostRatio = 1;

/** Takes the host's own setting of the type's size, as a multiple of its usual one. */
export function follow(ratio: number): void {
  // Whatever a host says, there is type that can be read.
  if (ratio > 0.5 && ratio < 3) hostRatio = ratio;
}

/** The step that is nearest to a size. */
const nearest = (ratio: number): number =>
  STEPS.reduce((best, step, at) => (Math.abs(step - ratio) < Math.abs((STEPS[best] ?? 1) - ratio) ? at : best), USUAL);

/** What can be connected. */
const PARTS = [
  "phone",
  "family",
  "checkpoint",
  "challenge",
  "purposes",
  "problem",
  "retry",
  "readRule",
  "large",
] as const;

/** A function that each part of the session has, and a promise of it, as without `await`, has not. */
const CALLED = { phone: "listen", family: "people", checkpoint: "verify" } as const;

/**
 * Sets or removes what the components show and act on: `connect({ phone, problem: undefined })`. What is left out stays, `null` is
 * the same as `undefined`, and what is closed later counts as removed. A new `problem` is logged to the console, by code and message.
 *
 * Throws `misuse-argument` for anything of the wrong type, such as a promise of a phone, and `phone-closed` for a phone, family
 * or checkpoint that was closed; it then changes nothing.
 */
export function connect(change: Partial<Session>): void {
  need(isRecord(change), "change", "an object");
  needKnown(change, "change", PARTS);
  for (const part of Object.keys(CALLED) as (keyof typeof CALLED)[]) {
    const given: unknown = change[part];
    if (isAbsent(given)) continue;
    need(
      isObject(given) && typeof given[CALLED[part]] === "function",
      part,
      "what an `open…` function gave: wait for it",
    );
    if (isObject(given) && given.closed === true) throw closed(part);
  }
  for (const part of ["challenge", "large"] as const) {
    if (!isAbsent(change[part])) need(typeof change[part] === "boolean", part, "true or false");
  }
  if (!isAbsent(change.purposes)) {
    need(Array.isArray(change.purposes), "purposes", "a list of texts");
    change.purposes.forEach(checkWanted);
  }
  if (!isAbsent(change.problem)) needText(change.problem.code, "problem.code");
  for (const part of ["retry", "readRule"] as const) {
    if (!isAbsent(change[part])) needFunction(change[part], part);
  }
  log(change.problem);
  const parts: { [part: string]: unknown } = change;
  for (const part of Object.keys(parts)) Object.assign(session, { [part]: parts[part] ?? undefined });
  deaf?.();
  deaf = session.phone?.listen(renew);
  renew();
}

/** The sentence on the page is for its reader; who made the page needs the message, which says what exactly was wrong. */
function log(problem: Problem | undefined): void {
  const before = session.problem;
  if (isAbsent(problem) || (problem.code === before?.code && problem.message === before.message)) return;
  console.error(`healthcode: ${problem.code}: ${problem.message}`);
}

/** What `prefer` sets. */
export interface Preferred {
  /** A host's tag, such as `zh_CN` or `en-GB`. */
  language?: string | undefined;
  /** Whether it is the version for elders: large type and large buttons. */
  large?: boolean | undefined;
  /** Whether one thing is asked at a time. */
  simple?: boolean | undefined;
  /** The step of the type's size, 0 to 7, of which 1 is the usual one; -1 follows the host's own setting again. */
  size?: number | undefined;
}

/**
 * Sets the language of all components, by a host's tag such as `zh_CN` or `en-GB` (see `addLanguage` and `languageOf`), the version for elders, whether
 * one thing is asked at a time, and the size of their type. What is left out stays; the size is the host's own setting until it is
 * set. Throws `misuse-argument` for anything of the wrong type.
 */
export function prefer(change: Preferred): void {
  need(isRecord(change), "change", "an object");
  needKnown(change, "change", ["language", "large", "simple", "size"]);
  const { language, large, simple, size } = change;
  if (!isAbsent(language)) needText(language, "language");
  if (!isAbsent(large)) need(typeof large === "boolean", "large", "true or false");
  if (!isAbsent(simple)) need(typeof simple === "boolean", "simple", "true or false");
  if (!isAbsent(size)) need(size === -1 || STEPS[size] !== undefined, "size", "a step from 0 to 7, or -1");
  if (language) setLanguage(language);
  if (!isAbsent(large)) session.large = large;
  if (!isAbsent(simple)) session.simple = simple;
  if (!isAbsent(size)) session.size = size < 0 ? undefined : size;
  renew();
}

/** The classes on every component's root, for its style. */
export function look(): string {
  const { fallback, dir } = spoken();
  return `${fallback} ${dir} s${session.size ?? nearest(hostRatio)}${session.large ? " large" : ""}`;
}

onTexts(renew);
