// The entry point for WeChat's mini-programs.
import { placeLines as lines } from "#places";
import { wechatAdaptors } from "../adaptors/wechat.js";
import { fromPackage, pathOf } from "../engine/instantiate.js";
import type { Engine, InitOptions } from "../engine/state.js";
import { failure } from "../failure.js";
import { provide } from "./entry.js";
import type { PackageWebAssembly, WeChatLike } from "./wechat-types.js";

export { memoryStorage } from "../adaptors/memory.js";
export * from "../adaptors/wechat.js";
export * from "../api.js";
export type { PackageWebAssembly, WeChatLike } from "./wechat-types.js";

declare const WXWebAssembly: PackageWebAssembly | undefined;
declare const wx: WeChatLike | undefined;

/** Where WeChat's developer tools put the package; in a subpackage, its path comes first. */
const PATH = "/miniprogram_npm/healthcode/healthcode.wasm.br";

/** The names of provinces and prefectures, as `PlaceTable` reads them. */
export const placeLines = (): string => lines();

/** Works in a worker too: the file is outside the worker's folder, under the same path. */
async function load(options: InitOptions): Promise<Engine> {
  if (typeof WXWebAssembly === "undefined") {
    throw failure("engine-host-too-old", "no WXWebAssembly that loads the engine before base library 2.14.0");
  }
  return fromPackage(WXWebAssembly, pathOf(options) ?? PATH);
}

/** A worker has no `wx`, or only part of it: what it lacks belongs to the page and is passed as `adaptors`. */
const adaptors = () => wechatAdaptors(typeof wx === "undefined" ? ({} as WeChatLike) : wx);

provide({
  load,
  adaptors,
});
