// Random bytes where the host has no secure source: what a server gives is one part of them, and never all.
import { needFunction } from "../argument.js";
import { sha256 } from "../engine/digest.js";
import { encodeUtf8 } from "../engine/text-codec.js";
import { fromHex, toHex } from "../phone/bytes.js";
import { careful, drawn } from "./given.js";
import type { Random, Storage } from "./interfaces.js";

/** Where the pool is stored, between the package's other texts. */
const POOL = "healthcode.pool";
/** How many of the language's own random numbers are taken: its generator has 128 bits of state at most. */
const NUMBERS = 16;
/** How many turns of the clock are counted. */
const TURNS = 4;
/** A host whose clock stands still is not waited for. */
const MOST_COUNTS = 1_000_000;

/** What an app's server cannot know: not secure by itself, but none of it leaves the device. */
function local(): string {
  const parts: number[] = [];
  for (let at = 0; at < NUMBERS; at += 1) parts.push(Math.random());
  for (let at = 0; at < TURNS; at += 1) {
    const from = Date.now();
    let counts = 0;
    while (Date.now() === from && counts < MOST_COUNTS) counts += 1;
    parts.push(from, counts);
  }
  return parts.join();
}

const hash = (purpose: string, ...parts: readonly string[]): string =>
  sha256(encodeUtf8(`healthcode random, ${purpose}\n${parts.join("\n")}`));

/**
 * Random bytes made of those that `server` gives, of what the language and its clock have, and of a pool that is stored and changes
 * each time, all hashed together (SHA-256). Whoever keeps what the server gave cannot make the keys from it without the rest; the
 * rest alone is not secure, so without the server's bytes there are none: `random-missing`.
 *
 * Throws `misuse-argument` or `storage-unavailable`.
 */
export function pooledRandom(server: Random, storage: Storage): Random {
  needFunction((server as Random | undefined)?.bytes, "server.bytes");
  needFunction((storage as Storage | undefined)?.get, "storage.get");
  const texts = careful(storage);
  return {
    bytes: async (length) => {
      const given = toHex(await drawn(server, length));
      const pool = (await texts.get(POOL)) ?? "";
      const seed = hash("seed", given, pool, local());
      // Stored before anybody has the bytes: what comes next never begins where this did.
      await texts.set(POOL, hash("pool", seed));
      let blocks = "";
      for (let at = 0; blocks.length < 2 * length; at += 1) blocks += hash("bytes", seed, String(at));
      return fromHex(blocks.slice(0, 2 * length));
    },
  };
}
