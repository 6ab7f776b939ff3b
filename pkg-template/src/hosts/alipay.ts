// The entry point for Alipay's mini-programs.
import { alipayAdaptors } from "../adaptors/alipay.js";
import { fallbackEngine } from "../engine/fallback.js";
import { engineImports } from "../engine/state.js";
import { failure } from "../failure.js";
import type { Alipay } from "./alipay-types.js";
import { provide } from "./entry.js";

export * from "../adaptors/alipay.js";
export { memoryStorage } from "../adaptors/memory.js";
export * from "../api.js";
export type { Alipay } from "./alipay-types.js";

declare const my: Alipay | undefined;

function own(): Alipay {
  if (typeof my === "undefined")
    throw failure("misuse-wrong-build", "this is the build for Alipay's mini-programs, and there is no `my`");
  return my;
}

/** The logic layer of Alipay has no WebAssembly, so the engine's translation to JavaScript runs there. */
provide({
  load: () => fallbackEngine(engineImports()),
  adaptors: () => alipayAdaptors(own()),
});
