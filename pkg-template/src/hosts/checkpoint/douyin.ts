// The entry point for checkpoints in Douyin's mini-programs.
import { checkpointEngine } from "../../engine/of-checkpoint.js";
import { provideCheckpoint } from "../checkpoint-entry.js";
import { douyin } from "../douyin-host.js";

export * from "../../checkpoint-api.js";
export type { PackageWebAssembly, WeChatLike } from "../wechat-types.js";

provideCheckpoint(douyin(checkpointEngine, "checkpoint.wasm.br"));
