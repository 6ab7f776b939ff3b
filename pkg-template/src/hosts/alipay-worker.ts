// The entry point in a Worker of Alipay's.
import type { Adaptors, Random } from "../adaptors/interfaces.js";
import { clockAlone, noRandom } from "../adaptors/missing.js";
import { fromPackage, pathOf } from "../engine/instantiate.js";
import type { Engine, InitOptions } from "../engine/state.js";
import { failure } from "../failure.js";
import { provide } from "./entry.js";
import type { PackageWebAssembly } from "./wechat-types.js";

export { memoryStorage } from "../adaptors/memory.js";
export * from "../api.js";

declare const MYWebAssembly: PackageWebAssembly | undefined;
declare const crypto: { getRandomValues?(into: Uint8Array): Uint8Array } | undefined;

/** Where the file is when the package is used straight from `node_modules`. */
const PATH = "/node_modules/healthcode/healthcode.wasm";

async function load(options: InitOptions): Promise<Engine> {
  if (typeof MYWebAssembly === "undefined") {
    throw failure("engine-host-too-old", "this Worker has no MYWebAssembly: base library 2.9.7 is the first");
  }
  return fromPackage(MYWebAssembly, pathOf(options) ?? PATH);
}

/** Undocumented, but available in some versions. */
function random(): Random {
  if (typeof crypto === "undefined" || crypto.getRandomValues === undefined) return noRandom;
  const source = crypto;
  return { bytes: async (length) => source.getRandomValues?.(new Uint8Array(length)) ?? noRandom.bytes(length) };
}

/** A Worker has nothing but a clock: storage, network and the like belong to the page and are passed as `adaptors`. */
const adaptors = (): Adaptors => ({ ...clockAlone(), random: random() });

provide({
  load,
  adaptors,
});
