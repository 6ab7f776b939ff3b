/** What every host's entry for checkpoints has, whatever the host. */

import { checkpointEngine } from "./engine/of-checkpoint.js";
import type { EngineKind } from "./engine/state.js";
import { Checkpoint as Core, type Problem } from "./engine/verifier/healthcode.js";
import "./texts/checkpoint.js";

export * from "./api-common.js";
export type * from "./engine/verifier/healthcode.js";
export { codeText, errorCodes, Qr, version } from "./engine/verifier/healthcode.js";
export { hostAdaptors, init, openCheckpoint } from "./hosts/checkpoint-entry.js";
export type { Checkpoint } from "./phone/checkpoint.js";
export type { Wanted } from "./phone/purpose.js";
export { verdictText } from "./view/verdict-text.js";

/** The core's checkpoint, without storage and network: what `Checkpoint` is built on. */
export const Verifier = Core;
export type Verifier = Core;

/** Which engine runs; `undefined` until `init` is done. */
export const engine = (): EngineKind | undefined => checkpointEngine.kind;

/** Why WebAssembly does not run, if the engine's translation to JavaScript runs for that; it is slower, and otherwise the same. */
export const engineProblem = (): Problem | undefined => checkpointEngine.problem;
