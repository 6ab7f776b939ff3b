import { clockAlone } from "../adaptors/missing.js";
import { fallbackEngine } from "../engine/fallback.js";
import { engineImports } from "../engine/state.js";
import { on } from "./host.js";

export { memoryStorage } from "../adaptors/memory.js";
export * from "../api.js";

/** A host of which nothing is known but that it runs JavaScript: everything else is yours to pass as `adaptors`. */
export const { init, hostAdaptors, openPhone, openFamily, openCheckpoint, storedCopy, setAside } = on({
  load: () => fallbackEngine(engineImports()),
  adaptors: clockAlone,
});
