/** What every host's entry has, whatever the host. */

export * from "./adaptors/interfaces.js";
export { type DrawnQr, drawQr } from "./adaptors/draw.js";
export { engine, type EngineKind, type InitOptions } from "./engine/state.js";
export { errorCodes, Holder, maskIdentity, Qr, Verifier, version } from "./engine/core/healthcode.js";
export type * from "./engine/core/healthcode.js";
export type { Failure } from "./failure.js";
export type { Checkpoint } from "./phone/checkpoint.js";
export type { Family, Person } from "./phone/family.js";
export type { News, OpenOptions, Phone, PhoneOptions } from "./phone/phone.js";
export { errorText, knownCodes, type Language, languageOf, problemOf, problemText } from "./texts/problem.js";
export type { FailureCode } from "./texts/failures.js";
export type { ErrorText } from "./texts/text.js";
