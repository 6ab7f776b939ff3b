// Takes what a phone keeps of a person to another phone, in a file that only a passphrase opens.
import type { Adaptors } from "../adaptors/interfaces.js";
import { need } from "../argument.js";
import { failure } from "../failure.js";
import { fromBase64, toBase64 } from "./bytes.js";
import { slotsOf } from "./people.js";
import * as saved from "./saved.js";

/** The form of the file, which is bound into what is encrypted. */
const FORM = "healthcode-move-1";
/** How often PBKDF2 is repeated: what OWASP asks of HMAC-SHA-256 since 2023. */
const ITERATIONS = 600_000;
/** The fewest characters of a passphrase. */
const LEAST = 8;
/** The longest file that is looked at, in characters: ten years of reports are a tenth of it. */
const MOST = 8_000_000;

/** The file, as JSON. */
interface Packed {
  form: string;
  salt: string;
  nonce: string;
  data: string;
}

/** Whose data it is. */
interface Owner {
  person?: string | undefined;
}

/** The key of a passphrase, however its characters were composed. Throws `move-unsupported` or `move-weak`. */
async function keyOf(passphrase: string, salt: Uint8Array): Promise<CryptoKey> {
  need(typeof passphrase === "string", "passphrase", "a text");
  const subtle = (globalThis as { crypto?: Crypto }).crypto?.subtle as SubtleCrypto | undefined;
  if (subtle === undefined) throw failure("move-unsupported", "there is no Web Cryptography here");
  const text = passphrase.normalize("NFKC").trim();
  if ([...text].length < LEAST) throw failure("move-weak", `a passphrase has at least ${LEAST} characters`);
  const material = await subtle.importKey("raw", new TextEncoder().encode(text), "PBKDF2", false, ["deriveKey"]);
  return subtle.deriveKey(
    { name: "PBKDF2", hash: "SHA-256", salt: new Uint8Array(salt), iterations: ITERATIONS },
    material,
    { name: "AES-GCM", length: 256 },
    false,
    ["encrypt", "decrypt"],
  );
}

const parameters = (nonce: Uint8Array) => ({
  name: "AES-GCM",
  iv: new Uint8Array(nonce),
  additionalData: new TextEncoder().encode(FORM),
});

/** What a phone keeps of a person, encrypted: the text of a file. Throws `move-…`, `storage-…` or `phone-person`. */
export async function packed({ person }: Owner, adaptors: Adaptors, passphrase: string): Promise<string> {
  const [salt, nonce] = [await adaptors.random.bytes(16), await adaptors.random.bytes(12)];
  const key = await keyOf(passphrase, salt);
  const slots = slotsOf(adaptors, person);
  const stored = await slots.alone(() => slots.read(), true);
  if (stored === undefined) throw failure("move-nothing", "nothing is stored of this person");
  const data = await crypto.subtle.encrypt(parameters(nonce), key, new Uint8Array(stored.bytes));
  const file: Packed = {
    form: FORM,
    salt: toBase64(salt),
    nonce: toBase64(nonce),
    data: toBase64(new Uint8Array(data)),
  };
  return JSON.stringify(file);
}

/**
 * Stores what such a file has, if this phone has nothing of the person. Throws `move-…`, `storage-…` or `phone-person`; nothing is
 * changed then.
 */
export async function unpacked({ person }: Owner, adaptors: Adaptors, file: string, passphrase: string): Promise<void> {
  const { salt, nonce, data } = read(file);
  const key = await keyOf(passphrase, salt);
  let bytes: Uint8Array;
  try {
    bytes = new Uint8Array(await crypto.subtle.decrypt(parameters(nonce), key, new Uint8Array(data)));
  } catch {
    throw failure("move-passphrase", "it is another passphrase, or the file was changed");
  }
  // What it is not, no phone could open.
  saved.read(bytes);
  const slots = slotsOf(adaptors, person);
  await slots.alone(async () => {
    const before = await slots.read();
    if (before !== undefined && saved.read(before.bytes).identity !== undefined)
      throw failure("move-occupied", "this phone has the data of somebody already");
    await slots.write(bytes, adaptors.clock.now());
  });
}

function read(file: string): { salt: Uint8Array; nonce: Uint8Array; data: Uint8Array } {
  const wrong = failure("move-file", "the file is not one that another phone has made for moving");
  if (typeof file !== "string" || file.length > MOST) throw wrong;
  let given: Partial<Packed> | null;
  try {
    given = JSON.parse(file) as Partial<Packed> | null;
  } catch {
    throw wrong;
  }
  const bytes = (text: unknown) => (typeof text === "string" ? fromBase64(text) : undefined);
  const [salt, nonce, data] = [bytes(given?.salt), bytes(given?.nonce), bytes(given?.data)];
  if (given?.form !== FORM || salt?.length !== 16 || nonce?.length !== 12 || data === undefined) throw wrong;
  return { salt, nonce, data };
}
