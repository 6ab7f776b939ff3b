import { engine } from "../engine/state.js";
import { pause } from "../pause.js";

/** After so many milliseconds of work the page gets its turn. A step takes a few, or up to forty without WebAssembly. */
const TURN = { wasm: 30, javascript: 10 };

/** For work of many steps: wait for what this gives between them, and no task is much longer than a step. */
export function turns(): () => Promise<void> {
  const most = TURN[engine() ?? "javascript"];
  let from = Date.now();
  const begin = () => {
    from = Date.now();
  };
  return () => (Date.now() - from < most ? Promise.resolve() : pause().then(begin));
}
