// What both entry points in a Worker of Alipay's have in common.
import type { Random } from "../adaptors/interfaces.js";
import { clockAlone, noRandom } from "../adaptors/missing.js";
import { fromPackage, pathOf } from "../engine/instantiate.js";
import type { Runner } from "../engine/state.js";
import { failure } from "../failure.js";
import { type Host, once } from "./host.js";
import type { PackageWebAssembly } from "./wechat-types.js";

declare const MYWebAssembly: PackageWebAssembly | undefined;
declare const crypto: { getRandomValues?(into: Uint8Array): Uint8Array } | undefined;

/** Where the files are when the package is used straight from `node_modules`. */
const FOLDER = "/node_modules/healthcode/";

/** Undocumented, but available in some versions. */
function random(): Random {
  if (typeof crypto === "undefined" || crypto.getRandomValues === undefined) return noRandom;
  const source = crypto;
  return { bytes: async (length) => source.getRandomValues?.(new Uint8Array(length)) ?? noRandom.bytes(length) };
}

/** A Worker has nothing but a clock: storage, network and the like belong to the page and are passed as `adaptors`. */
const adaptors = once(() => ({ ...clockAlone(), random: random() }));

/** A Worker of Alipay's, with an engine's file. */
export const alipayWorker = (runner: Runner, file: string): Host => ({
  runner,
  load: async (options) => {
    if (typeof MYWebAssembly === "undefined") {
      throw failure("engine-host-too-old", "this Worker has no MYWebAssembly: base library 2.9.7 is the first");
    }
    return fromPackage(MYWebAssembly, pathOf(options) ?? FOLDER + file, runner.imports);
  },
  adaptors,
});
