import { clock } from "./clock.ts";
import { PageProblem } from "./problem.ts";
import { fetchDemonstration } from "./server.ts";

const KEY = "healthcode.demonstration";

/** The root keys that this copy of the app pins, in hexadecimal digits with commas between: set when it is built. */
const PINNED = (import.meta.env.VITE_HEALTHCODE_ROOTS as string | undefined)?.split(",").filter(Boolean) ?? [];

/** What the pages must know before anything else. */
export interface Settings {
  /** The root keys, in hexadecimal digits. */
  roots: string[];
  /** Whether keys and clock are the demonstration's. */
  demo: boolean;
  /** The demonstration server has other keys than when this device first met it. */
  otherKeys: boolean;
}

interface Known {
  roots: string[];
  offset: number;
}

function known(): Known | undefined {
  try {
    const value = JSON.parse(localStorage.getItem(KEY) ?? "null") as Partial<Known> | null;
    return Array.isArray(value?.roots) && typeof value.offset === "number" ? (value as Known) : undefined;
  } catch {
    return undefined;
  }
}

/** Takes the keys of the demonstration server as it is now, and forgets those of before. */
export function forgetKeys(): void {
  localStorage.removeItem(KEY);
}

/** Whether this is a demonstration, as far as can be known now. Nothing is stored. */
export async function isDemonstration(): Promise<boolean> {
  return PINNED.length === 0 && (await fetchDemonstration()).demo;
}

/**
 * Reads root keys and clock. An app that pins root keys asks nobody. One that pins none is for demonstrations: it takes
 * the keys of the server that it first meets, and keeps them.
 */
export async function loadSettings(): Promise<Settings> {
  if (PINNED.length > 0) return { roots: PINNED, demo: false, otherKeys: false };
  const before = known();
  let found: Known;
  try {
    const { roots, clock: server } = await fetchDemonstration();
    const offset = Date.parse(server.now) - Date.now();
    if (!Array.isArray(roots) || Number.isNaN(offset))
      throw new PageProblem("network-status", "demo.json is not understood");
    found = { roots, offset };
  } catch (problem) {
    if (before === undefined) throw problem;
    found = before;
  }
  const otherKeys = before !== undefined && before.roots.join() !== found.roots.join();
  clock.offset = found.offset;
  const settings = { roots: before?.roots ?? found.roots, offset: found.offset };
  try {
    localStorage.setItem(KEY, JSON.stringify(settings));
  } catch {
    // Without storage the server is asked again next time.
  }
  return { roots: settings.roots, demo: true, otherKeys };
}
