// The entry point for checkpoints on web pages, as a classic script.
import { checkpointEngine } from "../../engine/of-checkpoint.js";
import { browser, scriptFallback } from "../browser.js";
import { provideCheckpoint } from "../checkpoint-entry.js";

export * from "../../adaptors/browser.js";
export * from "../../checkpoint-api.js";

/** Where this script is, with the engine's files beside it. Known only while it runs for the first time. */
const here = (document.currentScript as HTMLScriptElement | null)?.src ?? location.href;
/** The engine's translation, and the global that it defines. */
const [file, name] = ["checkpoint-fallback.js", "healthcodeCheckpointFallback"];

/** A page with a plain `<script>`: everything is in the global `healthcodeCheckpoint`. */
provideCheckpoint(
  browser(checkpointEngine, {
    wasm: () => new URL("../checkpoint.wasm", here).href,
    fallback: () => scriptFallback(new URL(file, here).href, CHECKPOINT_FALLBACK_SHA256, name),
  }),
);
