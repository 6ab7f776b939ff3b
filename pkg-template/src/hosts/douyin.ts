// The entry point for Douyin's mini-programs.
import { wechatAdaptors } from "../adaptors/wechat.js";
import { fromPackage, pathOf } from "../engine/instantiate.js";
import type { Engine, InitOptions } from "../engine/state.js";
import { failure } from "../failure.js";
import { provide } from "./entry.js";
import type { PackageWebAssembly, WeChatLike } from "./wechat-types.js";

export { memoryStorage } from "../adaptors/memory.js";
export * from "../api.js";
export type { PackageWebAssembly, WeChatLike } from "./wechat-types.js";

declare const TTWebAssembly: PackageWebAssembly | undefined;
declare const tt: WeChatLike | undefined;

/** Where Douyin's developer tools put the package. */
const PATH = "/miniprogram_npm/healthcode/healthcode.wasm.br";

async function load(options: InitOptions): Promise<Engine> {
  if (typeof TTWebAssembly === "undefined") {
    throw failure(
      "engine-host-too-old",
      "this base library has no TTWebAssembly: 2.92.0 is the first that can load the engine",
    );
  }
  return fromPackage(TTWebAssembly, pathOf(options) ?? PATH);
}

function own(): WeChatLike {
  if (typeof tt === "undefined")
    throw failure("misuse-wrong-build", "this is the build for Douyin's mini-programs, and there is no `tt`");
  return tt;
}

/** Douyin has no secure random source: pass `adaptors.random`. */
provide({
  load,
  adaptors: () => wechatAdaptors(own()),
});
