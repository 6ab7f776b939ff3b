/** The function of the issuer's entries that depends on where their engine is. */

import type { InitOptions } from "../engine/state.js";
import { type Host, on, type Start } from "./host.js";

let start: Start;

/** Says where the engine is. */
export function provideIssuer(host: Host): void {
  start = on(host);
}

/**
 * Starts the engine: wait for it before anything else. Throws `engine-missing`, `engine-damaged`, `engine-other-version`,
 * `engine-host-too-old`, `engine-refused`, or `misuse-argument` for an option of the wrong type.
 */
export function init(options?: InitOptions): Promise<void> {
  return start.init(options);
}
