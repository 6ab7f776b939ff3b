import { wechatAdaptors } from "../adaptors/wechat.js";
import { fromPackage, pathOf } from "../engine/instantiate.js";
import type { Engine, InitOptions } from "../engine/state.js";
import { failure } from "../failure.js";
import { carriedBy, take } from "../texts/carried.js";
import { on } from "./host.js";
import type { PackageWebAssembly, WeChatLike } from "./wechat-types.js";

export { memoryStorage } from "../adaptors/memory.js";
export * from "../adaptors/wechat.js";
export * from "../api.js";
export { placeLines } from "../texts/carried.js";
export type { PackageWebAssembly, WeChatLike } from "./wechat-types.js";

declare const WXWebAssembly: PackageWebAssembly | undefined;
declare const wx: WeChatLike | undefined;

/** Where WeChat's developer tools put the package; in a subpackage, its path comes first. */
const PATH = "/miniprogram_npm/healthcode/healthcode.wasm.br";

/** Works in a worker too: the file is outside the worker's folder, under the same path. */
async function load(options: InitOptions): Promise<Engine> {
  if (typeof WXWebAssembly === "undefined") {
    throw failure("engine-host-too-old", "no WXWebAssembly that loads the engine before base library 2.14.0");
  }
  const engine = await fromPackage(WXWebAssembly, pathOf(options) ?? PATH);
  const carried = carriedBy(engine.exports.memory);
  return { ...engine, accepted: () => take(carried) };
}

/** A worker has no `wx`, or only part of it: what it lacks belongs to the page and is passed as `adaptors`. */
const adaptors = () => wechatAdaptors(typeof wx === "undefined" ? ({} as WeChatLike) : wx);

export const { init, hostAdaptors, openPhone, openFamily, openCheckpoint, storedCopy, setAside } = on({
  load,
  adaptors,
});
