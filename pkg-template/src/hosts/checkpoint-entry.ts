/** The functions of every host's entry for checkpoints that depend on the host: each entry says once which one that is. */

import type { Adaptors } from "../adaptors/interfaces.js";
import type { InitOptions } from "../engine/state.js";
import { Checkpoint } from "../phone/checkpoint.js";
import type { OpenOptions } from "../phone/options.js";
import { type Host, on, type Start } from "./host.js";

let start: Start;

/** Says which host this is. */
export function provideCheckpoint(host: Host): void {
  start = on(host);
}

/**
 * Starts the engine. Wait for it before you use `Qr`, `codeText` and the like on their own; `openCheckpoint` does so
 * itself. Further calls return the same promise; after a failure it tries again, with the same options unless there are
 * others. A `path` from before at which there is still no file is then left for the host's own.
 *
 * Throws `engine-missing`, `engine-damaged`, `engine-other-version`, `engine-host-too-old`, `engine-refused`,
 * `misuse-wrong-build`, or `misuse-argument` for an option of the wrong type.
 *
 * @param options Where the engine is, if not where the host expects it.
 */
export function init(options?: InitOptions): Promise<void> {
  return start.init(options);
}

/** The host's own adaptors, to build others on: `{ ...hostAdaptors().storage, total: 1_000_000 }`. */
export function hostAdaptors(): Adaptors {
  return start.hostAdaptors();
}

/**
 * Opens a checkpoint, with what it has come to believe before. `refresh` fetches the trust list and the manifest; after that
 * `verify` needs no network.
 *
 * ```js
 * const desk = await openCheckpoint({ server: "https://health.example", roots: { keys: ["64 hexadecimal digits"], signers: 1 } });
 * for (const { code, message } of await desk.refresh()) console.warn(code, message);
 * const verdict = desk.verify(scanned);
 * ```
 *
 * Throws the codes of `init`, and for invalid options `trust-no-roots` without root keys, `key-malformed` or `key-weak` for an
 * invalid one, and `misuse-argument` for a `server` that is not an address with `https://`, or anything else of the wrong type.
 * What is stored and cannot be read is done
 * without, and is its `storageProblem`.
 */
export function openCheckpoint(options: OpenOptions): Promise<Checkpoint> {
  return start.init().then(() => Checkpoint.open(options, start.toOpen(options)));
}
