// The entry point for Douyin's mini-programs.
import { phoneEngine } from "../engine/of-phone.js";
import { douyin } from "./douyin-host.js";
import { provide } from "./entry.js";

export { pooledRandom } from "../adaptors/pooled.js";
export * from "../api.js";
export type { PackageWebAssembly, WeChatLike } from "./wechat-types.js";

provide(douyin(phoneEngine, "healthcode.wasm.br"));
