// The entry point for checkpoints in any other host: the app brings all adaptors.
import { fallbackEngine } from "../../engine/checkpoint-fallback.js";
import { checkpointEngine } from "../../engine/of-checkpoint.js";
import { anywhere } from "../anywhere-host.js";
import { provideCheckpoint } from "../checkpoint-entry.js";

export * from "../../checkpoint-api.js";

provideCheckpoint(anywhere(checkpointEngine, fallbackEngine));
