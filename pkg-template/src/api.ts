/** What every host's entry for phones has, whatever the host. */

import type { Problem } from "./engine/core/healthcode.js";
import { phoneEngine } from "./engine/of-phone.js";
import type { EngineKind } from "./engine/state.js";
import "./texts/all.js";

export * from "./api-common.js";
export type * from "./engine/core/healthcode.js";
export { codeText, errorCodes, Holder, maskIdentity, Qr, version } from "./engine/core/healthcode.js";
export { hostAdaptors, init, openFamily, openPhone, setAside, storedCopy } from "./hosts/entry.js";
export type { KeptRules, RulesCompared } from "./phone/compared.js";
export type { Family, Person } from "./phone/family.js";
export type { Done, News, PastColour, Phone, PhoneOptions } from "./phone/phone.js";

/** Which engine runs; `undefined` until `init` is done. */
export const engine = (): EngineKind | undefined => phoneEngine.kind;

/** Why WebAssembly does not run, if the engine's translation to JavaScript runs for that; it is slower, and otherwise the same. */
export const engineProblem = (): Problem | undefined => phoneEngine.problem;
