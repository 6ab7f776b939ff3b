// Starts an engine's translation to JavaScript.
import { pause } from "../pause.js";
import type { EngineExports, EngineImports } from "./interface.js";
import type { Engine } from "./state.js";

/** Starts a translation; `memory` are the bytes that it has from the start. When that grows, all of it is copied. */
export async function translation(
  instantiate: (imports: EngineImports) => EngineExports,
  imports: EngineImports,
  memory: number,
): Promise<Engine> {
  await pause();
  const exports = instantiate(imports);
  // A host without that much may have enough.
  exports.affords(memory);
  await pause();
  return { kind: "javascript", exports };
}
