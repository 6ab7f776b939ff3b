// The entry point for checkpoints on web pages, as a module.
import { checkpointEngine } from "../../engine/of-checkpoint.js";
import { browser } from "../browser.js";
import { provideCheckpoint } from "../checkpoint-entry.js";

export * from "../../adaptors/browser.js";
export * from "../../checkpoint-api.js";

provideCheckpoint(
  browser(checkpointEngine, {
    wasm: () => new URL("../checkpoint.wasm", import.meta.url).href,
    fallback: () => import("../../engine/checkpoint-fallback.js"),
  }),
);
