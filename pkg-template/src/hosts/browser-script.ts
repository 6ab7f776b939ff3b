// The entry point for web pages, as a classic script.
import { phoneEngine } from "../engine/of-phone.js";
import { browser, scriptFallback } from "./browser.js";
import { provide } from "./entry.js";

export * from "../adaptors/browser.js";
export * from "../api.js";
export { packFamily, packPhone, unpackFamily, unpackPhone } from "./moving-entry.js";

/** Where this script is, with the engine's files beside it. Known only while it runs for the first time. */
const here = (document.currentScript as HTMLScriptElement | null)?.src ?? location.href;

/** A page with a plain `<script>`: everything is in the global `healthcode`. */
provide(
  browser(phoneEngine, {
    wasm: () => new URL("../healthcode.wasm", here).href,
    fallback: () => scriptFallback(new URL("fallback.js", here).href, FALLBACK_SHA256, "healthcodeFallback"),
  }),
);
