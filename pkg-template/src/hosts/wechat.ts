// The entry point for WeChat's mini-programs.
import { placeLines as lines } from "#places";
import { phoneEngine } from "../engine/of-phone.js";
import { provide } from "./entry.js";
import { wechat } from "./wechat-host.js";

export * from "../adaptors/wechat.js";
export * from "../api.js";
export type { PackageWebAssembly, WeChatLike } from "./wechat-types.js";

/** The names of provinces and prefectures, as `PlaceTable` reads them. */
export const placeLines = (): string => lines();

provide(wechat(phoneEngine, "healthcode.wasm.br"));
