// The entry for what has a page's functions and carries no files along: test runners, older bundlers, workers.
import { engineBytes } from "../engine/inside-of-phone.js";
import { phoneEngine } from "../engine/of-phone.js";
import { browser } from "./browser.js";
import { provide } from "./entry.js";

export * from "../adaptors/browser.js";
export * from "../api.js";

provide(browser(phoneEngine, { wasm: engineBytes }));
