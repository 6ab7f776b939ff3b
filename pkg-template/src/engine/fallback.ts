import { failure } from "../failure.js";
import { pause } from "../pause.js";
import { instantiate } from "./core/fallback.js";
import type { EngineExports, EngineImports } from "./interface.js";
import type { Engine } from "./state.js";

/**
 * The engine's memory at the start, in bytes: enough for most of what is signed. Hosts allocate it only as it is used. When it
 * grows, all of it is copied.
 */
const MEMORY = 64 << 20;

type AnyFunction = (...args: unknown[]) => unknown;

/**
 * The engine's translation to JavaScript: several times slower, for hosts without WebAssembly.
 */
export async function fallbackEngine(imports: EngineImports): Promise<Engine> {
  await pause();
  const engine = instantiate(imports);
  try {
    (engine.reserveMemory as AnyFunction)(MEMORY);
  } catch {
    // A host without that much may have enough.
  }
  await pause();
  const exports: { [name: string]: unknown } = {};
  for (const name of Object.keys(engine)) {
    const value = engine[name];
    exports[name] = typeof value === "function" ? limited(value as AnyFunction) : value;
  }
  return { kind: "javascript", exports: exports as unknown as EngineExports };
}

/** Says so if the host has no more memory. */
function limited(act: AnyFunction): AnyFunction {
  return (...args) => {
    try {
      return act(...args);
    } catch (thrown) {
      if (thrown instanceof RangeError && /alloc|memory|length|buffer/i.test(thrown.message))
        throw failure("engine-out-of-memory", "this is more than the engine can hold without WebAssembly");
      throw thrown;
    }
  };
}
