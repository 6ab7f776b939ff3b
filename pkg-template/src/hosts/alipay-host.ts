// What both entry points for Alipay's mini-programs have in common.
import { alipayAdaptors } from "../adaptors/alipay.js";
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

/** The logic layer of Alipay has no WebAssembly, so an engine's translation to JavaScript runs there. */
export const alipay = (runner: Runner, translation: (imports: EngineImports) => Promise<Engine>): Host => ({
  runner,
  load: () => translation(runner.imports),
  adaptors,
});
