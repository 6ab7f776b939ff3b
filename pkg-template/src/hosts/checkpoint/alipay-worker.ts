// The entry point for checkpoints in a Worker of Alipay's.
import { checkpointEngine } from "../../engine/of-checkpoint.js";
import { alipayWorker } from "../alipay-worker-host.js";
import { provideCheckpoint } from "../checkpoint-entry.js";

export * from "../../checkpoint-api.js";

provideCheckpoint(alipayWorker(checkpointEngine, "checkpoint.wasm"));
