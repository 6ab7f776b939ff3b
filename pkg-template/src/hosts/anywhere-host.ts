// What both entry points for any other host have in common.
import { clockAlone } from "../adaptors/missing.js";
import type { EngineImports } from "../engine/interface.js";
import type { Engine, Runner } from "../engine/state.js";
import { type Host, once } from "./host.js";

const adaptors = once(clockAlone);

/** A host about which nothing is known except that it runs JavaScript: pass everything else as `adaptors`. */
export const anywhere = (runner: Runner, translation: (imports: EngineImports) => Promise<Engine>): Host => ({
  runner,
  load: () => translation(runner.imports),
  adaptors,
});
