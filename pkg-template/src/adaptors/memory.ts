// A storage that forgets: for tests and for whoever wants nothing stored.
import type { Storage } from "./interfaces.js";

/** A storage that lasts as long as the page: for tests, and for checkpoints that should keep nothing. */
export function memoryStorage(): Storage {
  const values: { [key: string]: string } = Object.create(null) as { [key: string]: string };
  return {
    most: 1_000_000,
    total: 100_000_000,
    get: async (key) => values[key],
    set: async (key, value) => {
      values[key] = value;
    },
    remove: async (key) => {
      delete values[key];
    },
    keys: async () => Object.keys(values),
  };
}
