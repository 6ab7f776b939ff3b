// A phone's engine in JavaScript, for where WebAssembly does not start.
import { instantiate } from "./core/fallback.js";
import type { EngineImports } from "./interface.js";
import type { Engine } from "./state.js";
import { translation } from "./translation.js";

/** Enough for most of what is signed. Hosts allocate it only as it is used. */
const MEMORY = 64 << 20;

/**
 * The engine's translation to JavaScript: several times slower, for hosts without WebAssembly.
 */
export const fallbackEngine = (imports: EngineImports): Promise<Engine> => translation(instantiate, imports, MEMORY);
