import { failure } from "../failure.js";
import { problemOf } from "../texts/problem.js";
import { imports, setEngine } from "./core/glue.js";
import { version } from "./core/healthcode.js";
import type { EngineExports, EngineImports } from "./interface.js";

/** Where the engine is. Everything is optional; a host takes what it can use. */
export interface InitOptions {
  /** The address or path of the `.wasm` file, if it is not the host's default. */
  path?: string | { readonly href: string };
  /** The bytes of the `.wasm` file. */
  bytes?: Uint8Array | ArrayBuffer;
  /** A compiled `WebAssembly.Module` of that file. */
  module?: object;
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

/** Which engine runs; `undefined` until `init` is done. */
export function engine(): EngineKind | undefined {
  return running;
}

/** Starts the engine once: further calls wait for the same promise. After a failure it can be tried again. */
export function start(load: () => Promise<Engine>): Promise<void> {
  if (started === undefined) {
    started = load().then(({ kind, exports }) => {
      setEngine(exports);
      try {
        const found = versionOf(exports);
        if (found !== VERSION)
          throw failure("engine-other-version", `the engine is of version ${found}, the package of ${VERSION}`);
      } catch (thrown) {
        setEngine(absent);
        throw thrown;
      }
      running = kind;
    });
    started.catch(() => {
      started = undefined;
    });
  }
  return started;
}
