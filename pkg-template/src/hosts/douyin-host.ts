// What both entry points for Douyin's mini-programs have in common.
import { wechatAdaptors } from "../adaptors/wechat.js";
import { fromPackage, pathOf } from "../engine/instantiate.js";
import type { Runner } from "../engine/state.js";
import { failure } from "../failure.js";
import { type Host, once } from "./host.js";
import type { PackageWebAssembly, WeChatLike } from "./wechat-types.js";

declare const TTWebAssembly: PackageWebAssembly | undefined;
declare const tt: WeChatLike | undefined;

/** Where Douyin's developer tools put the package. */
const FOLDER = "/miniprogram_npm/healthcode/";

function own(): WeChatLike {
  if (typeof tt === "undefined")
    throw failure("misuse-wrong-build", "this is the build for Douyin's mini-programs, and there is no `tt`");
  return tt;
}

const adaptors = once(() => wechatAdaptors(own()));

/** Douyin, with an engine's file. It has no secure random source: pass `adaptors.random`. */
export const douyin = (runner: Runner, file: string): Host => ({
  runner,
  load: async (options) => {
    if (typeof TTWebAssembly === "undefined") {
      throw failure(
        "engine-host-too-old",
        "this base library has no TTWebAssembly: 2.92.0 is the first that can load the engine",
      );
    }
    return fromPackage(TTWebAssembly, pathOf(options) ?? FOLDER + file, runner.imports);
  },
  adaptors,
});
