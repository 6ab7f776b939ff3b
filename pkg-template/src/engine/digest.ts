// Checks that the engine's file is the one that belongs to this version, by its SHA-256.
import { failure } from "../failure.js";

/** The first 32 bits of the fractional parts of the cube roots of the first 64 primes (FIPS 180-4). */
const ROUND: number[] = [];
/** The same of the square roots of the first 8. */
const START: number[] = [];

for (let candidate = 2; ROUND.length < 64; candidate += 1) {
  let prime = true;
  for (let divisor = 2; divisor * divisor <= candidate; divisor += 1) prime &&= candidate % divisor !== 0;
  if (!prime) continue;
  if (START.length < 8) START.push(((Math.sqrt(candidate) % 1) * 0x100000000) | 0);
  ROUND.push(((candidate ** (1 / 3) % 1) * 0x100000000) | 0);
}

const rotated = (word: number, by: number) => (word >>> by) | (word << (32 - by));

/** SHA-256 in hexadecimal digits, for hosts and insecure pages without `crypto.subtle`. */
export function sha256(bytes: Uint8Array): string {
  const blocks = (bytes.length + 9 + 63) >> 6;
  const padded = new Uint8Array(blocks * 64);
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(padded.length - 8, Math.floor(bytes.length / 0x20000000));
  view.setUint32(padded.length - 4, bytes.length << 3);
  const state = START.slice();
  const words = new Int32Array(64);
  for (let block = 0; block < padded.length; block += 64) {
    for (let i = 0; i < 16; i += 1) words[i] = view.getInt32(block + 4 * i);
    for (let i = 16; i < 64; i += 1) {
      const [early, late] = [words[i - 15]!, words[i - 2]!];
      const mixed =
        (rotated(early, 7) ^ rotated(early, 18) ^ (early >>> 3)) +
        (rotated(late, 17) ^ rotated(late, 19) ^ (late >>> 10));
      words[i] = words[i - 16]! + words[i - 7]! + mixed;
    }
    let [a, b, c, d, e, f, g, h] = state as [number, number, number, number, number, number, number, number];
    for (let i = 0; i < 64; i += 1) {
      const one =
        (h + (rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25)) + ((e & f) ^ (~e & g)) + ROUND[i]! + words[i]!) | 0;
      const two = ((rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      [h, g, f, e, d, c, b, a] = [g, f, e, (d + one) | 0, c, b, a, (one + two) | 0];
    }
    [a, b, c, d, e, f, g, h].forEach((value, i) => (state[i] = (state[i]! + value) | 0));
  }
  return state.map((word) => `0000000${(word >>> 0).toString(16)}`.slice(-8)).join("");
}

/** Returns the bytes if they are those of this digest, the engine's; otherwise throws `engine-damaged`. */
export function checked(bytes: Uint8Array, digest: string): Uint8Array {
  if (sha256(bytes) !== digest) throw failure("engine-damaged", "the engine's digest is not that of this package");
  return bytes;
}
