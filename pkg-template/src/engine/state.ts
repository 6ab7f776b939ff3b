import { failure } from "../failure.js";
import * as core from "./core/healthcode.js";
import { functions } from "./core/exports.js";

/** The exports of an engine, whether WebAssembly or its translation to JavaScript. */
export interface EngineExports {
  readonly memory: { readonly buffer: ArrayBuffer };
  readonly [name: string]: unknown;
}

/** What an engine imports: the functions of the core's glue, by module and name. */
export interface EngineImports {
  readonly [module: string]: { readonly [name: string]: unknown };
}

/** Where the engine is. All of it may be left out; a host takes what it can use. */
export interface InitOptions {
  /** Another address or path of the `.wasm` file than the host's default. */
  path?: string | { readonly href: string };
  /** The bytes of the `.wasm` file. */
  bytes?: Uint8Array | ArrayBuffer;
  /** A compiled `WebAssembly.Module` of that file. */
  module?: object;
}

/** Which engine runs: WebAssembly, or its translation to JavaScript for hosts that have none. */
export type EngineKind = "wasm" | "javascript";

/** An engine that a loader has brought up. */
export interface Engine {
  kind: EngineKind;
  exports: EngineExports;
}

/** What wasm-bindgen's glue has beside the public names. */
interface Glue {
  __wbg_set_wasm(exports: object): void;
  [name: string]: unknown;
}

const glue = core as unknown as Glue;

/** The functions that an engine calls. */
export function engineImports(): EngineImports {
  const imported: { [name: string]: unknown } = {};
  for (const name of Object.keys(glue)) {
    if (/^__wb/.test(name) && name !== "__wbg_set_wasm") imported[name] = glue[name];
  }
  return { "./healthcode_bg.js": imported };
}

function notReady(): never {
  throw failure("misuse-not-ready", "healthcode is not ready: wait for init() before anything else");
}

/** Stands in for the engine until it is there, so that a call too early says so. */
function absent(): object {
  const stub = Object.defineProperty({} as { [name: string]: unknown }, "memory", { get: notReady });
  for (const name of functions) stub[name] = notReady;
  return stub;
}

glue.__wbg_set_wasm(absent());

let running: EngineKind | undefined;
let started: Promise<void> | undefined;

/** Which engine runs; nothing before `init` is done. */
export function engine(): EngineKind | undefined {
  return running;
}

/** Brings the engine up, once: whoever else asks waits for the same promise. After a failure it can be tried again. */
export function start(load: () => Promise<Engine>): Promise<void> {
  if (started === undefined) {
    started = load().then(({ kind, exports }) => {
      if (functions.some((name) => typeof exports[name] !== "function")) {
        throw failure("engine-damaged", "the engine does not belong to this package");
      }
      glue.__wbg_set_wasm(exports);
      const found = core.version();
      if (found !== VERSION) {
        glue.__wbg_set_wasm(absent());
        throw failure("engine-other-version", `the engine is of version ${found}, the package of ${VERSION}`);
      }
      running = kind;
    });
    started.catch(() => {
      started = undefined;
    });
  }
  return started;
}
