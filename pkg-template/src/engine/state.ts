// Whether the engine runs, how it is called, and what is seen to before each call.
import { codeOf, failure } from "../failure.js";
import { problemOf } from "../texts/problem.js";
import { imports, setEngine } from "./core/glue.js";
import { type Problem, version } from "./core/healthcode.js";
import type { EngineExports, EngineImports } from "./interface.js";

/** Where the engine is. Everything is optional; a host takes what it can use. */
export interface InitOptions {
  /** The address or path of the `.wasm` file, if it is not the host's default. */
  path?: string | { readonly href: string } | undefined;
  /** The bytes of the `.wasm` file. */
  bytes?: Uint8Array | ArrayBuffer | undefined;
  /** A compiled `WebAssembly.Module` of that file. */
  module?: object | undefined;
  /**
   * Loads `healthcode/fallback`, the engine's translation to JavaScript, for when WebAssembly does not start for whatever
   * cause: `() => import("healthcode/fallback")`, or on WeChat `() => require.async(…)` of a copy in a subpackage.
   */
  fallback?: (() => Promise<Fallback>) | undefined;
}

/** The module `healthcode/fallback`. */
export interface Fallback {
  /** Starts the translation. */
  readonly fallbackEngine?: (imports: EngineImports) => Promise<Engine>;
  /** The same, where a bundler gives a script's exports so. */
  readonly default?: { readonly fallbackEngine?: (imports: EngineImports) => Promise<Engine> };
}

/** Which engine runs: WebAssembly, or its translation to JavaScript for hosts without it. */
export type EngineKind = "wasm" | "javascript";

/** An engine started by a loader. */
export interface Engine {
  kind: EngineKind;
  exports: EngineExports;
}

/** What the core's objects call once they are freed, or in the middle of something else: it throws. */
const THROWS = /^__wbg___wbindgen_throw_/;

/** The functions that an engine calls; what it throws has a code. */
export function engineImports(): EngineImports {
  const coded: { [name: string]: unknown } = { ...imports };
  for (const name of Object.keys(imports)) {
    if (!THROWS.test(name)) continue;
    coded[name] = (...told: unknown[]) => {
      try {
        (imports[name] as (...told: unknown[]) => void)(...told);
      } catch (thrown) {
        throw failure("misuse-freed", problemOf(thrown).message);
      }
    };
  }
  return { "./healthcode_bg.js": coded };
}

function notReady(): never {
  throw failure("misuse-not-ready", "healthcode is not ready: wait for init() before anything else");
}

/** Stands in for the engine until it is loaded: every call starts with the stack pointer, and so fails as too early. */
const absent = { __wbindgen_add_to_stack_pointer: notReady };

setEngine(absent);

/** How much memory a call can take beside what the engine sees to itself, in bytes. */
const CALL_MEMORY = 4 << 20;

type AnyFunction = (...args: unknown[]) => unknown;

/** What `free()` of the core's objects calls with the object's address, which is 0 once it was freed. */
const FREES = /^__wbg_[a-z]+_free$/;

/**
 * The exports, each of which throws `engine-out-of-memory` before it begins if it may not have enough memory: if that is
 * found to be missing halfway, the engine stops, and whatever was at work stays locked.
 */
function sparing(exports: EngineExports): object {
  const spared: { [name: string]: unknown } = {};
  for (const name of Object.keys(exports)) {
    const act = exports[name];
    if (FREES.test(name)) {
      // A second time there is nothing to free.
      spared[name] = (address: number, last: number) => address && (act as AnyFunction)(address, last);
      continue;
    }
    spared[name] =
      typeof act !== "function" || name.indexOf("__") === 0
        ? act
        : (...args: unknown[]) => {
            if (!exports.affords(CALL_MEMORY))
              throw failure("engine-out-of-memory", "the host has no more memory for the engine");
            return (act as AnyFunction)(...args);
          };
  }
  return spared;
}

/** The version of an engine. Throws `engine-damaged` if it has none. */
function versionOf({ memory }: EngineExports): string {
  try {
    if (memory.buffer.byteLength > 0) return version();
  } catch {
    // As below.
  }
  throw failure("engine-damaged", "the engine does not belong to this package");
}

let running: EngineKind | undefined;
let started: Promise<void> | undefined;
let refusal: Problem | undefined;

/** Which engine runs; `undefined` until `init` is done. */
export function engine(): EngineKind | undefined {
  return running;
}

/** Why WebAssembly does not run, if the engine's translation to JavaScript runs for that; it is slower, and otherwise the same. */
export function engineProblem(): Problem | undefined {
  return refusal;
}

/**
 * Starts the engine once: further calls wait for the same promise. After a failure it can be tried again. `instead` says
 * what loads the translation to JavaScript after a failure with this code, if anything does.
 */
export function start(
  load: () => Promise<Engine>,
  instead: (code: string | undefined) => (() => Promise<Fallback>) | undefined,
): Promise<void> {
  if (started === undefined) {
    started = load()
      .then(use)
      .catch((thrown: unknown) => {
        const fallback = instead(codeOf(thrown));
        if (fallback === undefined) throw thrown;
        return translated(fallback, problemOf(thrown));
      });
    started.catch(() => {
      started = undefined;
    });
  }
  return started;
}

/** Lets the core call this engine. Throws `engine-damaged` or `engine-other-version`. */
function use({ kind, exports }: Engine): void {
  setEngine(sparing(exports));
  try {
    const found = versionOf(exports);
    if (found !== VERSION)
      throw failure("engine-other-version", `the engine is of version ${found}, the package of ${VERSION}`);
  } catch (thrown) {
    setEngine(absent);
    throw thrown;
  }
  running = kind;
}

/** Starts the translation to JavaScript, as WebAssembly does not for this cause. Throws `engine-…`. */
async function translated(fallback: () => Promise<Fallback>, cause: Problem): Promise<void> {
  const without = `WebAssembly did not start: ${cause.code}, ${cause.message}`;
  let loaded: Fallback | undefined;
  try {
    loaded = await fallback();
  } catch (thrown) {
    const { message } = problemOf(thrown);
    throw failure("engine-missing", `no translation to JavaScript could be loaded: ${message}; ${without}`);
  }
  const { fallbackEngine } = loaded?.default ?? loaded ?? {};
  if (typeof fallbackEngine !== "function")
    throw failure("engine-damaged", `what was loaded is not healthcode/fallback; ${without}`);
  use(await fallbackEngine(engineImports()));
  refusal = cause;
}
