// A copy of what is stored, without keys, for support.
import { crc32, fromBase64, toBase64 } from "./bytes.js";

/** The bytes of a secret key, and what stands before them in CBOR: a byte string of that length. */
const KEY = 32;
const BEFORE = [0x58, KEY] as const;
/** Where the key is within a copy, and the note before it: its first bytes, which a damaged copy does without. */
const FIRST = 512;

/** Everything stored about somebody, by key. */
interface Texts {
  readonly [key: string]: string;
}

/**
 * What is stored, for somebody who is to help: without keys. In the place of each byte string that is as long as a key
 * there are zeros, and with them hashes and public keys, which are as long; what cannot be read as bytes is left out.
 * Damage may be where a key begins, so of a damaged copy the first bytes are zeros, too.
 */
export function withoutKeys(stored: Texts): Texts {
  const copy: { [key: string]: string } = Object.create(null) as { [key: string]: string };
  for (const slot of ["a", "b"]) {
    const keys = Object.keys(stored).filter((key) => key.startsWith(`${slot}.`));
    keys.sort((one, other) => numberOf(one) - numberOf(other));
    const pieces = keys.map((key) => stored[key] ?? "");
    const head = stored[slot];
    if (head !== undefined) copy[slot] = /^[\d ]{0,64}$/.test(head) || head === "writing" ? head : "";
    // Where a piece is missing, a key may go on in the next.
    const bytes = keys.every((key, at) => numberOf(key) === at) ? fromBase64(pieces.join("")) : undefined;
    if (bytes === undefined) {
      for (const key of keys) copy[key] = "";
      continue;
    }
    blank(bytes, head?.split(" ")[3] === String(crc32(bytes)));
    const text = toBase64(bytes);
    let at = 0;
    keys.forEach((key, index) => {
      const { length } = pieces[index] ?? "";
      copy[key] = text.slice(at, at + length);
      at += length;
    });
  }
  return copy;
}

function blank(bytes: Uint8Array, whole: boolean): void {
  const found: number[] = [];
  // All of them before any is written over: they may overlap.
  for (let at = 0; at + 1 < bytes.length; at += 1)
    if (bytes[at] === BEFORE[0] && bytes[at + 1] === BEFORE[1]) found.push(at + BEFORE.length);
  for (const at of found) bytes.fill(0, at, at + KEY);
  if (!whole) bytes.fill(0, 0, FIRST);
}

const numberOf = (key: string): number => Number(key.slice(2));
