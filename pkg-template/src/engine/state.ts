import { failure } from "../failure.js";
import { type EngineExports, exported, use, version } from "./glue.js";

export { type EngineExports, type EngineImports, imports as engineImports } from "./glue.js";

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
  /** Called once when the engine is known to be of this version. */
  accepted?(): void;
}

function notReady(): never {
  throw failure("misuse-not-ready", "healthcode is not ready: wait for init() before anything else");
}

/** Stands in for the engine until it is there, so that a call too early says so. */
function absent(): EngineExports {
  const stub: { [name: string]: unknown } = {};
  for (const name of exported) stub[name] = notReady;
  return stub as EngineExports;
}

use(absent());

let running: EngineKind | undefined;
let started: Promise<void> | undefined;

/** Which engine runs; nothing before `init` is done. */
export function engine(): EngineKind | undefined {
  return running;
}

/** Brings the engine up, once: whoever else asks waits for the same promise. After a failure it can be tried again. */
export function start(load: () => Promise<Engine>): Promise<void> {
  if (started === undefined) {
    started = load().then(({ kind, exports, accepted }) => {
      if (exported.some((name) => typeof exports[name] !== "function")) {
        throw failure("engine-damaged", "the engine does not belong to this package");
      }
      use(exports);
      try {
        const found = version();
        if (found !== VERSION) throw failure("engine-other-version", `the engine is of version ${found}, the package of ${VERSION}`);
        accepted?.();
      } catch (thrown) {
        use(absent());
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
