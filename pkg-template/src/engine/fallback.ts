// Starts the engine's translation to JavaScript, for where WebAssembly does not start.
import { pause } from "../pause.js";
import { instantiate } from "./core/fallback.js";
import type { EngineImports } from "./interface.js";
import type { Engine } from "./state.js";

/**
 * The engine's memory at the start, in bytes: enough for most of what is signed. Hosts allocate it only as it is used. When it
 * grows, all of it is copied.
 */
const MEMORY = 64 << 20;

/**
 * The engine's translation to JavaScript: several times slower, for hosts without WebAssembly.
 */
export async function fallbackEngine(imports: EngineImports): Promise<Engine> {
  await pause();
  const exports = instantiate(imports);
  // A host without that much may have enough.
  exports.affords(MEMORY);
  await pause();
  return { kind: "javascript", exports };
}
