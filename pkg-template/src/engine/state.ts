// Whether an engine runs, how it is called, and what is seen to before each call.
import { codeOf, failure } from "../failure.js";
import { problemOf } from "../texts/problem.js";
import type { Problem } from "./core/healthcode.js";
import type { EngineExports, EngineImports } from "./interface.js";
import { notReady, type QrClass, symbolsBy } from "./symbol.js";

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
   * cause: `() => import("healthcode/fallback")`, or on WeChat `() => require.async(…)` of a copy in a subpackage. A
   * checkpoint's is `healthcode/fallback/checkpoint`.
   */
  fallback?: (() => Promise<Fallback>) | undefined;
}

/** The module `healthcode/fallback`, or `healthcode/fallback/checkpoint`. */
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

/** One of the package's engines: what its glue has, and how its files are told from others. */
export interface Core {
  /** The functions that it calls. */
  readonly imports: EngineImports[string];
  /** Has the core's functions call these exports. */
  readonly setEngine: (exports: object) => void;
  readonly version: () => string;
  readonly Qr: QrClass;
  /** An export that the other engine lacks. */
  readonly own: string;
  /** The SHA-256 of its module in hexadecimal digits. */
  readonly digest: string;
}

/** The functions that an engine calls; what it throws has a code. */
function coded({ imports }: Core): EngineImports {
  const all: { [name: string]: unknown } = { ...imports };
  for (const name of Object.keys(imports)) {
    if (!THROWS.test(name)) continue;
    all[name] = (...told: unknown[]) => {
      try {
        (imports[name] as (...told: unknown[]) => void)(...told);
      } catch (thrown) {
        throw failure("misuse-freed", `it was freed and can be used no more: ${problemOf(thrown).message}`);
      }
    };
  }
  return { "./healthcode_bg.js": all };
}

/** Stands in for an engine until it is loaded: every call starts with the stack pointer, and so fails as too early. */
const absent = {
  __wbindgen_add_to_stack_pointer(): never {
    throw notReady();
  },
};

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

/** Starts an engine, once for everybody who uses it. */
export class Runner {
  /** Which engine runs; `undefined` until it is started. */
  kind: EngineKind | undefined;
  /** Why WebAssembly does not run, if the translation to JavaScript runs for that. */
  problem: Problem | undefined;
  /** The functions that the engine calls, by module and name. */
  readonly imports: EngineImports;
  /** The SHA-256 of its module in hexadecimal digits. */
  readonly digest: string;
  private readonly core: Core;
  private started: Promise<void> | undefined;

  constructor(core: Core) {
    this.core = core;
    this.imports = coded(core);
    this.digest = core.digest;
    core.setEngine(absent);
  }

  /**
   * Starts the engine once: further calls wait for the same promise. After a failure it can be tried again. `instead` says
   * what loads the translation to JavaScript after a failure with this code, if anything does.
   */
  start(
    load: () => Promise<Engine>,
    instead: (code: string | undefined) => (() => Promise<Fallback>) | undefined,
  ): Promise<void> {
    if (this.started === undefined) {
      this.started = load()
        .then((engine) => this.use(engine))
        .catch((thrown: unknown) => {
          const fallback = instead(codeOf(thrown));
          if (fallback === undefined) throw thrown;
          return this.translated(fallback, problemOf(thrown));
        });
      this.started.catch(() => {
        this.started = undefined;
      });
    }
    return this.started;
  }

  /** Lets the core call this engine. Throws `engine-damaged` or `engine-other-version`. */
  private use({ kind, exports }: Engine): void {
    const { setEngine, Qr } = this.core;
    setEngine(sparing(exports));
    try {
      const found = this.versionOf(exports);
      if (found !== VERSION)
        throw failure("engine-other-version", `the engine is of version ${found}, the package of ${VERSION}`);
    } catch (thrown) {
      setEngine(absent);
      throw thrown;
    }
    this.kind = kind;
    symbolsBy(Qr);
  }

  /** The version of an engine. Throws `engine-damaged` if it has none, or is the package's other one. */
  private versionOf(exports: EngineExports): string {
    const { own, version } = this.core;
    try {
      if (exports.memory.buffer.byteLength > 0 && typeof exports[own] === "function") return version();
    } catch {
      // As below.
    }
    throw failure("engine-damaged", "the engine does not belong to this entry of the package");
  }

  /** Starts the translation to JavaScript, as WebAssembly does not for this cause. Throws `engine-…`. */
  private async translated(fallback: () => Promise<Fallback>, cause: Problem): Promise<void> {
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
      throw failure("engine-damaged", `what was loaded is not the engine's translation; ${without}`);
    this.use(await fallbackEngine(this.imports));
    this.problem = cause;
  }
}
