// The entry point for checkpoints in Alipay's mini-programs.
import { fallbackEngine } from "../../engine/checkpoint-fallback.js";
import { checkpointEngine } from "../../engine/of-checkpoint.js";
import { alipay } from "../alipay-host.js";
import { provideCheckpoint } from "../checkpoint-entry.js";

export * from "../../adaptors/alipay.js";
export * from "../../checkpoint-api.js";
export type { Alipay } from "../alipay-types.js";

provideCheckpoint(alipay(checkpointEngine, fallbackEngine));
