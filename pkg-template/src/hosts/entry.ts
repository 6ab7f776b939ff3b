/** The functions of every host's entry that depend on the host: each entry says once which one that is. */

import type { Adaptors } from "../adaptors/interfaces.js";
import type { InitOptions } from "../engine/state.js";
import type { Checkpoint } from "../phone/checkpoint.js";
import type { Family } from "../phone/family.js";
import type { OpenOptions, Phone, PhoneOptions } from "../phone/phone.js";
import { type Host, type HostFunctions, on } from "./host.js";

let functions: HostFunctions;

/** Says which host this is. */
export function provide(host: Host): void {
  functions = on(host);
}

/**
 * Starts the engine. Wait for it before you use `Qr`, `maskIdentity` and the like on their own; the `open…` functions do so
 * themselves. Further calls return the same promise; after a failure it tries again, with the same options unless there are
 * others. A `path` from before at which there is still no file is then left for the host's own.
 *
 * Throws `engine-missing`, `engine-damaged`, `engine-other-version`, `engine-host-too-old`, `engine-refused`,
 * `misuse-wrong-build`, or `misuse-argument` for an option of the wrong type.
 *
 * @param options Where the engine is, if not where the host expects it.
 */
export function init(options?: InitOptions): Promise<void> {
  return functions.init(options);
}

/** The host's own adaptors, to build others on: `{ ...hostAdaptors().storage, total: 1_000_000 }`. */
export function hostAdaptors(): Adaptors {
  return functions.hostAdaptors();
}

/**
 * Opens a citizen's phone, as stored on this device, or a new one. It starts the engine and makes no request: `refresh`
 * fetches the signed files, `certify` a day certificate.
 *
 * ```js
 * const phone = await openPhone({ server: "https://health.example", roots: { keys: ["64 hexadecimal digits"], signers: 1 } });
 * if (!phone.identity) await phone.certify(maskIdentity(name, number));
 * ```
 *
 * Throws the codes of `init`; for what is stored `storage-damaged`, `storage-newer`, `holder-state-damaged` or
 * `holder-state-newer`, and leaves it as it is (see `setAside`); and for invalid options `trust-no-roots` without root keys,
 * `key-malformed` or `key-weak` for an invalid one, `phone-person`, a `place-…` code for the region, and `misuse-argument`
 * for a `server` that is not an address with `https://`, or anything else of the wrong type.
 */
export function openPhone(options: PhoneOptions): Promise<Phone> {
  return functions.openPhone(options);
}

/**
 * What is stored about a person, intact or not, as JSON text: a copy for support if it cannot be read. It has no keys; parts
 * in which one could be anywhere are left out.
 *
 * Throws `storage-unavailable`, `phone-person` or `misuse-argument`.
 */
export function storedCopy(options: PhoneOptions): Promise<string> {
  return functions.storedCopy(options);
}

/**
 * Sets unreadable data aside until the person is forgotten, so that `openPhone` gives a new phone.
 *
 * Throws `storage-unavailable`, `storage-full`, `phone-person` or `misuse-argument`.
 */
export function setAside(options: PhoneOptions): Promise<void> {
  return functions.setAside(options);
}

/**
 * Opens the list of people who use this phone, each with a phone of their own.
 *
 * Throws the codes of `init`, and for invalid options those of `openPhone`.
 */
export function openFamily(options: OpenOptions): Promise<Family> {
  return functions.openFamily(options);
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
 * Throws the codes of `init`, and for invalid options those of `openPhone`. What is stored and cannot be read is done
 * without, and is its `storageProblem`.
 */
export function openCheckpoint(options: OpenOptions): Promise<Checkpoint> {
  return functions.openCheckpoint(options);
}
