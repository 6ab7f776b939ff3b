// A checkpoint's engine in JavaScript, for where WebAssembly does not start.
import type { EngineImports } from "./interface.js";
import type { Engine } from "./state.js";
import { translation } from "./translation.js";
import { instantiate } from "./verifier/fallback.js";

/** Enough for a trust list and the manifests of several regions. */
const MEMORY = 8 << 20;

/**
 * The translation to JavaScript of a checkpoint's engine: several times slower, for hosts without WebAssembly.
 */
export const fallbackEngine = (imports: EngineImports): Promise<Engine> => translation(instantiate, imports, MEMORY);
