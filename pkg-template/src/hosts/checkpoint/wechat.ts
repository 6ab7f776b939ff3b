// The entry point for checkpoints in WeChat's mini-programs.
import { checkpointEngine } from "../../engine/of-checkpoint.js";
import { provideCheckpoint } from "../checkpoint-entry.js";
import { wechat } from "../wechat-host.js";

export * from "../../adaptors/wechat.js";
export * from "../../checkpoint-api.js";
export type { PackageWebAssembly, WeChatLike } from "../wechat-types.js";

provideCheckpoint(wechat(checkpointEngine, "checkpoint.wasm.br"));
