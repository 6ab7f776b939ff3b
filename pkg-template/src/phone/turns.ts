// Does one thing after another.
import { phoneEngine } from "../engine/of-phone.js";
import { pause } from "../pause.js";

/**
 * After this many milliseconds of work the page gets a turn. A step takes a few, or up to forty without WebAssembly.
 */
const TURN = { wasm: 30, javascript: 10 };

/** For work in many steps: await the returned function between them, and no task gets much longer than a step. */
export function turns(): () => Promise<void> {
  const most = TURN[phoneEngine.kind ?? "javascript"];
  let from = Date.now();
  const begin = () => {
    from = Date.now();
  };
  return () => (Date.now() - from < most ? Promise.resolve() : pause().then(begin));
}
