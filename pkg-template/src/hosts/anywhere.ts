// The entry point for any other host: the app brings all adaptors.
import { clockAlone } from "../adaptors/missing.js";
import { fallbackEngine } from "../engine/fallback.js";
import { engineImports } from "../engine/state.js";
import { provide } from "./entry.js";

export { memoryStorage } from "../adaptors/memory.js";
export * from "../api.js";

/** A host about which nothing is known except that it runs JavaScript: pass everything else as `adaptors`. */
provide({
  load: () => fallbackEngine(engineImports()),
  adaptors: clockAlone,
});
