import { failure } from "../failure.js";
import { pause } from "../pause.js";
import { instantiate } from "./core/fallback.js";
import type { EngineExports, EngineImports } from "./interface.js";
import type { Engine } from "./state.js";

/** The engine's total memory in bytes: signed files have at most 8 MB. Hosts allocate it only as it is used. */
const MEMORY = 64 << 20;

type AnyFunction = (...args: unknown[]) => unknown;

/**
 * The engine's translation to JavaScript: several times slower, for hosts without WebAssembly.
 *
 * When WebAssembly memory grows, the old buffer is detached, which tells the glue to fetch the new one. JavaScript
 * cannot detach buffers, so all memory is allocated at once; if even that is not enough, the engine stops.
 */
export async function fallbackEngine(imports: EngineImports): Promise<Engine> {
  await pause();
  let whole: ArrayBuffer | undefined;
  let engine: EngineExports | undefined;
  const guarded =
    (act: AnyFunction): AnyFunction =>
    (...args) => {
      check();
      const result = act(...args);
      check();
      return result;
    };
  const check = () => {
    if (whole !== undefined && engine?.memory.buffer !== whole) {
      throw failure("engine-out-of-memory", "this is more than the engine can hold without WebAssembly");
    }
  };
  const all = (functions: { readonly [name: string]: unknown }) => {
    const result: { [name: string]: unknown } = {};
    for (const name of Object.keys(functions)) {
      const value = functions[name];
      result[name] = typeof value === "function" ? guarded(value as AnyFunction) : value;
    }
    return result;
  };
  const guardedImports: { [module: string]: { [name: string]: unknown } } = {};
  for (const module of Object.keys(imports)) guardedImports[module] = all(imports[module] ?? {});
  engine = instantiate(guardedImports);
  (engine.reserveMemory as AnyFunction)(MEMORY);
  whole = engine.memory.buffer;
  await pause();
  return { kind: "javascript", exports: all(engine) as unknown as EngineExports };
}
