/** Moving to another phone, for hosts that have Web Cryptography. */
import { packed, packedAll, unpacked, unpackedAll } from "../phone/moving.js";
import type { PhoneOptions } from "../phone/phone.js";
import { adaptorsOf } from "./entry.js";

/**
 * What this phone keeps of a person, as the text of a file that only the passphrase opens: reports, diary, masked name, signed files.
 * Keys that the host keeps stay; the new phone makes its own and asks for another certificate. Forget the old phone once the new one
 * has it.
 *
 * Throws `move-weak`, `move-nothing`, `move-unsupported`, `storage-…`, `phone-person` or `misuse-argument`.
 */
export async function packPhone(options: PhoneOptions, passphrase: string): Promise<string> {
  return packed(options, adaptorsOf(options), passphrase);
}

/**
 * Takes what `packPhone` made, on a phone that has nothing of the person; open it afterwards, or call `reopen` of one that is open.
 *
 * Throws `move-file`, `move-passphrase`, `move-occupied`, `move-weak`, `move-unsupported`, `storage-…`, `phone-person` or
 * `misuse-argument`; nothing is changed then.
 */
export async function unpackPhone(options: PhoneOptions, file: string, passphrase: string): Promise<void> {
  return unpacked(options, adaptorsOf(options), file, passphrase);
}

/**
 * As `packPhone`, of everybody who uses this device: those who have a masked name. Throws the codes of `packPhone`.
 */
export async function packFamily(options: PhoneOptions, passphrase: string): Promise<string> {
  return packedAll(adaptorsOf(options), passphrase);
}

/**
 * Takes what `packFamily` or `packPhone` made: all people in it, or none. Returns the names for `open` under which they are here, the
 * same as on the old phone. Throws the codes of `unpackPhone`; nothing is changed then.
 */
export async function unpackFamily(options: PhoneOptions, file: string, passphrase: string): Promise<string[]> {
  return unpackedAll(adaptorsOf(options), file, passphrase);
}
