// The entry for checkpoints in what has a page's functions and carries no files along.
import { engineBytes } from "../../engine/inside-of-checkpoint.js";
import { checkpointEngine } from "../../engine/of-checkpoint.js";
import { browser } from "../browser.js";
import { provideCheckpoint } from "../checkpoint-entry.js";

export * from "../../adaptors/browser.js";
export * from "../../checkpoint-api.js";

provideCheckpoint(browser(checkpointEngine, { wasm: engineBytes }));
