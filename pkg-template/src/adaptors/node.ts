// Node's random source, and a storage in a folder.
import { webcrypto } from "node:crypto";
import { mkdir, open, readdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { needText } from "../argument.js";
import { codeOf, failure } from "../failure.js";
import { browserNetwork } from "./browser.js";
import { addressed } from "./given.js";
import type { Adaptors, Random, Storage } from "./interfaces.js";
import { memoryStorage } from "./memory.js";
import { clockAlone } from "./missing.js";

/** Node's secure random source. */
export function nodeRandom(): Random {
  return { bytes: async (length) => webcrypto.getRandomValues(new Uint8Array(length)) };
}

/**
 * One file per key in a folder that only its owner can read; each is written to a temporary file, flushed and renamed.
 * Throws `misuse-argument` if `folder` is no text.
 */
export function folderStorage(folder: string): Storage {
  needText(folder, "folder");
  const file = (key: string) => join(folder, encodeURIComponent(key));
  const trouble = (thrown: unknown) =>
    codeOf(thrown) === "ENOSPC" || codeOf(thrown) === "EDQUOT"
      ? failure("storage-full", "the disk is full")
      : failure("storage-unavailable", "the folder cannot be used");
  const missing = (thrown: unknown) => codeOf(thrown) === "ENOENT";
  return {
    most: 16_000_000,
    total: 1_000_000_000,
    get: async (key) => {
      try {
        return await readFile(file(key), "utf8");
      } catch (thrown) {
        if (missing(thrown)) return undefined;
        throw trouble(thrown);
      }
    },
    set: async (key, value) => {
      const aside = `${file(key)}~`;
      try {
        await mkdir(folder, { recursive: true, mode: 0o700 });
        const handle = await open(aside, "w", 0o600);
        try {
          await handle.writeFile(value);
          await handle.sync();
        } finally {
          await handle.close();
        }
        await rename(aside, file(key));
      } catch (thrown) {
        await rm(aside, { force: true }).catch(() => undefined);
        throw trouble(thrown);
      }
    },
    remove: async (key) => {
      try {
        await rm(file(key), { force: true });
        await rm(`${file(key)}~`, { force: true });
      } catch (thrown) {
        throw trouble(thrown);
      }
    },
    keys: async () => {
      try {
        return (await readdir(folder)).filter((name) => !name.endsWith("~") && isKey(name)).map(decodeURIComponent);
      } catch (thrown) {
        if (missing(thrown)) return [];
        throw trouble(thrown);
      }
    },
  };
}

/** Whether a file's name is that of a key: what else lies in the folder is somebody else's. */
function isKey(name: string): boolean {
  try {
    return encodeURIComponent(decodeURIComponent(name)) === name;
  } catch {
    return false;
  }
}

/** All adaptors of Node. By default nothing is stored: pass `folderStorage(…)` for that. */
export function nodeAdaptors(): Adaptors {
  return { ...clockAlone(), random: nodeRandom(), storage: memoryStorage(), network: addressed(browserNetwork()) };
}
