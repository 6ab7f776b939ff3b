// What both entry points for WeChat's mini-programs have in common.
import { wechatAdaptors } from "../adaptors/wechat.js";
import { fromPackage, pathOf } from "../engine/instantiate.js";
import type { Runner } from "../engine/state.js";
import { failure } from "../failure.js";
import { type Host, once } from "./host.js";
import type { PackageWebAssembly, WeChatLike } from "./wechat-types.js";

declare const WXWebAssembly: PackageWebAssembly | undefined;
declare const wx: WeChatLike | undefined;

/** Where WeChat's developer tools put the package; in a subpackage, its path comes first. */
const FOLDER = "/miniprogram_npm/healthcode/";

/** A worker has no `wx`, or only part of it: what it lacks belongs to the page and is passed as `adaptors`. */
const adaptors = once(() => wechatAdaptors(typeof wx === "undefined" ? ({} as WeChatLike) : wx));

/** WeChat, with an engine's file. It works in a worker too: the file is outside the worker's folder, under the same path. */
export const wechat = (runner: Runner, file: string): Host => ({
  runner,
  load: async (options) => {
    if (typeof WXWebAssembly === "undefined") {
      throw failure("engine-host-too-old", "no WXWebAssembly that loads the engine before base library 2.14.0");
    }
    return fromPackage(WXWebAssembly, pathOf(options) ?? FOLDER + file, runner.imports);
  },
  adaptors,
});
