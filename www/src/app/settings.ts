import type { Roots } from "healthcode";
import { clock } from "./clock.ts";
import { chooseDesk, type Desk, deskPath, type Offer } from "./desk.ts";
import { PageProblem } from "./problem.ts";
import { type Demonstration, fetchDemonstration } from "./server.ts";

/** Where the chosen desk's keys and clock are remembered: each has its own. */
const key = () => ["healthcode.demonstration", deskPath().slice(1)].filter(Boolean).join(".");
/** By how much two readings of the server's clock differ because of how long its answers took, in milliseconds. */
const LATENCY = 2_000;

/**
 * The root keys that this build of the app pins, as hexadecimal digits separated by commas, and how many of them must sign a
 * trust list.
 */
const PINNED: Roots = {
  keys: (import.meta.env.VITE_HEALTHCODE_ROOTS as string | undefined)?.split(",").filter(Boolean) ?? [],
  signers: Number(import.meta.env.VITE_HEALTHCODE_SIGNERS ?? 1),
};
/** Whether this build is a demo's: then all of its pages say so, before anybody has answered. */
export const IS_DEMO = PINNED.keys.length === 0;
/** No roots, before any are known. */
export const NO_ROOTS: Roots = { keys: [], signers: 1 };

/** What the pages need to know first. */
export interface Settings {
  /** The root keys, in hexadecimal digits, and how many of them must sign. */
  roots: Roots;
  /** Whether keys and clock are the demo's. */
  demo: boolean;
  /** What the demo's desk has rules for, if it said so just now. */
  offers?: readonly Offer[];
  /** What the demo's main desk said of itself just now, if that is the chosen one. */
  main?: Demonstration;
  /** Whether the demo server's keys have changed since this device first met it. */
  otherKeys: boolean;
}

interface Known {
  roots: Roots;
  offset: number;
}

function isRoots(value: Partial<Roots> | undefined): value is Roots {
  return Array.isArray(value?.keys) && typeof value.signers === "number";
}

function known(): Known | undefined {
  try {
    const value = JSON.parse(localStorage.getItem(key()) ?? "null") as Partial<Known> | null;
    return isRoots(value?.roots) && typeof value?.offset === "number" ? (value as Known) : undefined;
  } catch {
    return undefined;
  }
}

/** Whether somebody has been here before, with the chosen desk. */
export function isKnown(): boolean {
  try {
    return localStorage.getItem(key()) !== null || PINNED.keys.length > 0;
  } catch {
    return true;
  }
}

/** Forgets the demo server's old keys, so that its current ones are used. */
export function forgetKeys(): void {
  localStorage.removeItem(key());
}

const DESKS = "healthcode.desks";

/** The desks that a demo server had when it was last asked: what is chosen between without a network. */
export function knownDesks(): Desk[] | undefined {
  if (PINNED.keys.length > 0) return undefined;
  try {
    const desks: unknown = JSON.parse(localStorage.getItem(DESKS) ?? "null");
    const isDesk = (desk: Partial<Desk>) => typeof desk?.path === "string" && Array.isArray(desk.rules);
    return Array.isArray(desks) && desks.every(isDesk) ? (desks as Desk[]) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * What a demo server has desks for, the main one first; `undefined` if this is no demo. It is asked, unless what it said just now is
 * given.
 */
export async function demonstrated(said?: Demonstration): Promise<Desk[] | undefined> {
  if (PINNED.keys.length > 0) return undefined;
  const { demo, rules, desks = [] } = said ?? (await fetchDemonstration(""));
  if (!demo) return undefined;
  // One that is not there any more cannot be used.
  if (!desks.some(({ path }) => path === deskPath())) chooseDesk("");
  const all = [{ path: "", rules }, ...desks];
  try {
    // Whoever only looks at the start page, or comes there when everything was deleted, leaves nothing behind.
    if (isKnown()) localStorage.setItem(DESKS, JSON.stringify(all));
  } catch {
    // Without storage the choice is there with a network only.
  }
  return all;
}

/**
 * Reads root keys and clock. An app that pins root keys asks nobody. One that pins none is a demo: it takes the keys
 * of the first server that it meets, and keeps them.
 */
export async function loadSettings(): Promise<Settings> {
  if (PINNED.keys.length > 0) return { roots: PINNED, demo: false, otherKeys: false };
  const before = known();
  let found: Known;
  let offers: Offer[] = [];
  let main: Demonstration | undefined;
  try {
    const said = await fetchDemonstration();
    const { roots, clock: server, rules } = said;
    if (deskPath() === "") main = said;
    if (Array.isArray(rules)) offers = rules;
    const offset = Date.parse(server.now) - Date.now();
    if (!isRoots(roots) || Number.isNaN(offset)) throw new PageProblem("network-status", "demo.json is not understood");
    // All pages have one clock: what one of them stores now must not be of the future for another.
    const same = before !== undefined && Math.abs(offset - before.offset) < LATENCY;
    found = { roots, offset: same ? before.offset : offset };
  } catch (problem) {
    if (before === undefined) throw problem;
    found = before;
  }
  const otherKeys = before !== undefined && JSON.stringify(before.roots) !== JSON.stringify(found.roots);
  clock.offset = found.offset;
  const settings = { roots: before?.roots ?? found.roots, offset: found.offset };
  try {
    localStorage.setItem(key(), JSON.stringify(settings));
  } catch {
    // Without storage the server is asked again next time.
  }
  return { roots: settings.roots, demo: true, offers, otherKeys, ...(main ? { main } : {}) };
}
