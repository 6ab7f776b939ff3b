// The entry point for web pages, as a classic script.
import type { Fallback } from "../engine/state.js";
import { browser } from "./browser.js";

export * from "../adaptors/browser.js";
export { memoryStorage } from "../adaptors/memory.js";
export * from "../api.js";

/** Where this script is, with the engine's files beside it. Known only while it runs for the first time. */
const here = (document.currentScript as HTMLScriptElement | null)?.src ?? location.href;

/** What the script `fallback.js` defines on the page. */
interface FallbackScript {
  healthcodeFallback?: Fallback;
}

/** A page with a plain `<script>`: everything is in the global `healthcode`. */
browser({
  wasm: () => new URL("../healthcode.wasm", here).href,
  fallback: () =>
    new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = new URL("fallback.js", here).href;
      script.integrity = `sha256-${FALLBACK_SHA256}`;
      const missing = () => reject(new Error(`${script.src} could not be fetched`));
      script.onerror = missing;
      script.onload = () => {
        const { healthcodeFallback } = globalThis as FallbackScript;
        if (healthcodeFallback === undefined) missing();
        else resolve(healthcodeFallback);
      };
      document.head.append(script);
    }),
});
