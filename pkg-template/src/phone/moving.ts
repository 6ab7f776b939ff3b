// Takes what a phone keeps of a person, or of everybody, to another phone, in a file that only a passphrase opens.
import { drawn } from "../adaptors/given.js";
import type { Adaptors } from "../adaptors/interfaces.js";
import { need } from "../argument.js";
import { decodeUtf8, encodeUtf8 } from "../engine/text-codec.js";
import { failure } from "../failure.js";
import { fromBase64, toBase64 } from "./bytes.js";
import { CURRENT, checkPerson, FIRST, namesOf, slotsOf } from "./people.js";
import * as saved from "./saved.js";

/** The forms of the file, which are bound into what is encrypted: what is kept of one person, or of each under their name. */
const ONE = "healthcode-move-1";
const ALL = "healthcode-move-2";
/** The most people in a file: nobody's family is larger. */
const PEOPLE = 64;
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

const parameters = (form: string, nonce: Uint8Array) => ({
  name: "AES-GCM",
  iv: new Uint8Array(nonce),
  additionalData: new TextEncoder().encode(form),
});

/** The text of a file with these bytes. */
async function encrypted(form: string, bytes: Uint8Array, adaptors: Adaptors, passphrase: string): Promise<string> {
  const [salt, nonce] = [await drawn(adaptors.random, 16), await drawn(adaptors.random, 12)];
  const key = await keyOf(passphrase, salt);
  const data = await crypto.subtle.encrypt(parameters(form, nonce), key, new Uint8Array(bytes));
  const file: Packed = {
    form,
    salt: toBase64(salt),
    nonce: toBase64(nonce),
    data: toBase64(new Uint8Array(data)),
  };
  return JSON.stringify(file);
}

/** What is stored of a person. Throws `move-nothing`, `storage-…` or `phone-person`. */
async function storedOf(adaptors: Adaptors, person: string | undefined): Promise<Uint8Array> {
  const slots = slotsOf(adaptors, person);
  const stored = await slots.alone(() => slots.read(), true);
  if (stored === undefined) throw failure("move-nothing", "nothing is stored of this person");
  return stored.bytes;
}

/** What a phone keeps of a person, encrypted: the text of a file. Throws `move-…`, `storage-…` or `phone-person`. */
export async function packed({ person }: Owner, adaptors: Adaptors, passphrase: string): Promise<string> {
  need(typeof passphrase === "string", "passphrase", "a text");
  return encrypted(ONE, await storedOf(adaptors, person), adaptors, passphrase);
}

/** What a phone keeps of everybody with a name, encrypted. Throws `move-…` or `storage-…`; one who cannot be read is one too many. */
export async function packedAll(adaptors: Adaptors, passphrase: string): Promise<string> {
  need(typeof passphrase === "string", "passphrase", "a text");
  const people: { [person: string]: string } = {};
  for (const person of await namesOf(adaptors, CURRENT)) {
    const bytes = await storedOf(adaptors, person);
    if (saved.read(bytes).identity !== undefined) people[person] = toBase64(bytes);
  }
  const count = Object.keys(people).length;
  if (count === 0 || count > PEOPLE) throw failure("move-nothing", "nothing is stored of anybody who can be moved");
  return encrypted(ALL, encodeUtf8(JSON.stringify({ people })), adaptors, passphrase);
}

/** The bytes in such a file. Throws `move-…`. */
async function decrypted(file: string, passphrase: string): Promise<{ form: string; bytes: Uint8Array }> {
  const { form, salt, nonce, data } = read(file);
  const key = await keyOf(passphrase, salt);
  try {
    const bytes = await crypto.subtle.decrypt(parameters(form, nonce), key, new Uint8Array(data));
    return { form, bytes: new Uint8Array(bytes) };
  } catch {
    throw failure("move-passphrase", "it is another passphrase, or the file was changed");
  }
}

/**
 * Stores what a file of one person has, if this phone has nothing of the person. Throws `move-…`, `storage-…` or `phone-person`; nothing is
 * changed then.
 */
export async function unpacked({ person }: Owner, adaptors: Adaptors, file: string, passphrase: string): Promise<void> {
  const { form, bytes } = await decrypted(file, passphrase);
  if (form !== ONE) throw failure("move-file", "the file is one of a family");
  await stored(adaptors, [{ person: person ?? FIRST, bytes }]);
}

/** The same with a file of everybody, or of one person, who is the first here then: all of them, or none. */
export async function unpackedAll(adaptors: Adaptors, file: string, passphrase: string): Promise<string[]> {
  const { form, bytes } = await decrypted(file, passphrase);
  const people = form === ALL ? everybodyIn(bytes) : [{ person: FIRST, bytes }];
  await stored(adaptors, people);
  return people.map(({ person }) => person);
}

interface Mover {
  person: string;
  bytes: Uint8Array;
}

function everybodyIn(bytes: Uint8Array): Mover[] {
  const wrong = failure("move-file", "the file has nobody in it");
  let people: unknown;
  try {
    ({ people } = JSON.parse(decodeUtf8(bytes)) as { people?: unknown });
  } catch {
    throw wrong;
  }
  if (typeof people !== "object" || people === null) throw wrong;
  const found = Object.entries(people as { [person: string]: unknown }).map(([person, data]) => {
    const state = typeof data === "string" ? fromBase64(data) : undefined;
    if (state === undefined) throw wrong;
    return { person: checkPerson(person), bytes: state };
  });
  if (found.length === 0 || found.length > PEOPLE) throw wrong;
  return found;
}

/** Stores all of them, or none: whoever is stored already is forgotten again when another one cannot be. */
async function stored(adaptors: Adaptors, people: Mover[]): Promise<void> {
  // What it is not, no phone could open.
  for (const { bytes } of people) saved.read(bytes);
  for (const { person } of people) {
    const slots = slotsOf(adaptors, person);
    await slots.alone(() => vacant(slots), true);
  }
  const written: Mover[] = [];
  try {
    for (const one of people) {
      const slots = slotsOf(adaptors, one.person);
      await slots.alone(async () => {
        await vacant(slots);
        written.push(one);
        await slots.write(one.bytes, adaptors.clock.now());
      });
    }
  } catch (thrown) {
    for (const { person } of written) await slotsOf(adaptors, person).forget();
    throw thrown;
  }
}

/** Throws `move-occupied` if somebody has a name there. */
async function vacant(slots: ReturnType<typeof slotsOf>): Promise<void> {
  const before = await slots.read();
  if (before !== undefined && saved.read(before.bytes).identity !== undefined)
    throw failure("move-occupied", "this phone has the data of somebody already");
}

function read(file: string): { form: string; salt: Uint8Array; nonce: Uint8Array; data: Uint8Array } {
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
  const form = [ONE, ALL].find((known) => known === given?.form);
  if (form === undefined || salt?.length !== 16 || nonce?.length !== 12 || data === undefined) throw wrong;
  return { form, salt, nonce, data };
}
