/** The functions of every host's entry for phones that depend on the host: each entry says once which one that is. */

import type { Adaptors } from "../adaptors/interfaces.js";
import type { InitOptions } from "../engine/state.js";
import { Family } from "../phone/family.js";
import type { OpenOptions } from "../phone/options.js";
import { setAside as aside, storedCopy as copyOf } from "../phone/people.js";
import { Phone, type PhoneOptions } from "../phone/phone.js";
import { type Host, on, type Start } from "./host.js";

let start: Start;

/** Says which host this is. */
export function provide(host: Host): void {
  start = on(host);
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
  return start.init(options);
}

/** The host's own adaptors, to build others on: `{ ...hostAdaptors().storage, total: 1_000_000 }`. */
export function hostAdaptors(): Adaptors {
  return start.hostAdaptors();
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
  const ready = start.init();
  const opened = new Promise<Phone>((resolve) => resolve(Phone.open(options, start.toOpen(options), ready)));
  // A host without an engine may lack everything else too.
  return opened.catch((thrown) => ready.then(() => Promise.reject(thrown)));
}

/**
 * What is stored about a person, intact or not, as JSON text: a copy for support if it cannot be read. It has no keys; parts
 * in which one could be anywhere are left out.
 *
 * Throws `storage-unavailable`, `phone-person` or `misuse-argument`.
 */
export async function storedCopy(options: PhoneOptions): Promise<string> {
  return copyOf(options, start.adaptors(options));
}

/**
 * Sets unreadable data aside until the person is forgotten, so that `openPhone` gives a new phone.
 *
 * Throws `storage-unavailable`, `storage-full`, `phone-person` or `misuse-argument`.
 */
export async function setAside(options: PhoneOptions): Promise<void> {
  return aside(options, start.adaptors(options));
}

/** The adaptors of what was opened with these options. */
export const adaptorsOf = (options: PhoneOptions): Adaptors => start.adaptors(options);

/**
 * Opens the list of people who use this phone, each with a phone of their own.
 *
 * Throws the codes of `init`, and for invalid options those of `openPhone`.
 */
export function openFamily(options: OpenOptions): Promise<Family> {
  return start.init().then(() => new Family(options, start.toOpen(options)));
}
