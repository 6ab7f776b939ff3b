/** What every host's entry has, whatever the host. */

import { Checkpoint as Core } from "./engine/core/healthcode.js";

export { type DrawnQr, drawQr } from "./adaptors/draw.js";
export * from "./adaptors/interfaces.js";
export type * from "./engine/core/healthcode.js";
export { codeText, errorCodes, Holder, maskIdentity, Qr, version } from "./engine/core/healthcode.js";
export { type EngineKind, engine, engineProblem, type Fallback, type InitOptions } from "./engine/state.js";
export type { Failure } from "./failure.js";
export { hostAdaptors, init, openCheckpoint, openFamily, openPhone, setAside, storedCopy } from "./hosts/entry.js";
export { type Challenge, challengeOf, type Judgement } from "./phone/challenge.js";
export type { Checkpoint } from "./phone/checkpoint.js";
export type { Family, Person } from "./phone/family.js";
export type { News, OpenOptions, Phone, PhoneOptions } from "./phone/phone.js";
export type { KnownCode } from "./texts/all.js";
export type { FailureCode } from "./texts/failures.js";
export { errorText, knownCodes, type Language, languageOf, problemOf, problemText } from "./texts/problem.js";
export type { ErrorText } from "./texts/text.js";

/** The core's checkpoint, without storage and network: what `Checkpoint` is built on. */
export const Verifier = Core;
export type Verifier = Core;
