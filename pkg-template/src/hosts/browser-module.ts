// The entry point for web pages, as a module.
import { browser } from "./browser.js";

export * from "../adaptors/browser.js";
export { memoryStorage } from "../adaptors/memory.js";
export * from "../api.js";

/** A page whose scripts are modules, bundled or not: bundlers recognise these two forms and include the files. */
browser({
  wasm: () => new URL("../healthcode.wasm", import.meta.url).href,
  fallback: () => import("../engine/fallback.js"),
});
