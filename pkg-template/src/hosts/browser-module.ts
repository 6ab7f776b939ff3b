// The entry point for web pages, as a module.
import { phoneEngine } from "../engine/of-phone.js";
import { browser } from "./browser.js";
import { provide } from "./entry.js";

export * from "../adaptors/browser.js";
export * from "../api.js";
export { packFamily, packPhone, unpackFamily, unpackPhone } from "./moving-entry.js";

/** A page whose scripts are modules, bundled or not: bundlers recognise these two forms and include the files. */
provide(
  browser(phoneEngine, {
    wasm: () => new URL("../healthcode.wasm", import.meta.url).href,
    fallback: () => import("../engine/fallback.js"),
  }),
);
