// What both entry points for Alipay's mini-programs have in common.
import { alipayAdaptors } from "../adaptors/alipay.js";
import { checked } from "../engine/digest.js";
import { fromBytes, needWebAssembly } from "../engine/from-bytes.js";
import { bytesOf } from "../engine/instantiate.js";
import type { EngineImports } from "../engine/interface.js";
import type { Engine, Runner } from "../engine/state.js";
import { failure } from "../failure.js";
import type { Alipay } from "./alipay-types.js";
import { type Host, once } from "./host.js";

declare const my: Alipay | undefined;

function own(): Alipay {
  if (typeof my === "undefined")
    throw failure("misuse-wrong-build", "this is the build for Alipay's mini-programs, and there is no `my`");
  return my;
}

const adaptors = once(() => alipayAdaptors(own()));

/**
 * The logic layer documents no WebAssembly, so an engine's translation to JavaScript runs there. Some versions have the standard
 * one, though: with the engine's bytes it is tried, and what goes wrong with it is only told.
 */
export const alipay = (runner: Runner, translation: (imports: EngineImports) => Promise<Engine>): Host => ({
  runner,
  load: async (options) => {
    const bytes = bytesOf(options);
    if (bytes === undefined) return translation(runner.imports);
    needWebAssembly();
    return fromBytes(checked(bytes, runner.digest), runner.imports);
  },
  fallback: async () => ({ fallbackEngine: translation }),
  carriesFallback: true,
  adaptors,
});
