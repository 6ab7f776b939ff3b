import type { hostAdaptors, RulesFor } from "healthcode";

const KEY = "healthcode.desk";

type Storage = ReturnType<typeof hostAdaptors>["storage"];

/** Rules that a desk has. */
export interface Offer {
  /** Their id. */
  id: string;
  /** What they are for: `3301`, `44/hospital`. */
  for: RulesFor;
  /** What they are called. */
  title: { "zh-Hans": string; en: string };
}

/** A desk of the demo server: rules, files and clock of its own. */
export interface Desk {
  /** What its paths begin with; empty for the main one. */
  path: string;
  /** What it has rules for. */
  rules: Offer[];
}

/** The path of the desk that this device has chosen; empty for the server's main one. */
export function deskPath(): string {
  try {
    return localStorage.getItem(KEY) ?? "";
  } catch {
    return "";
  }
}

/** Chooses a desk for all pages, by its path. */
export function chooseDesk(path: string): void {
  try {
    if (path === "") localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, path);
  } catch {
    // Without storage there is the main desk only.
  }
}

const WANTED = "healthcode.rules";

/** Which rules of the chosen desk somebody came for; `undefined` if they did not say. */
export function wantedRules(): RulesFor | undefined {
  try {
    return localStorage.getItem(WANTED) ?? undefined;
  } catch {
    return undefined;
  }
}

/** Says which rules the citizen's page is to show. */
export function wantRules(rulesFor: RulesFor): void {
  try {
    localStorage.setItem(WANTED, rulesFor);
  } catch {
    // Without storage the page shows what the phone has chosen.
  }
}

const drawers = new Map<string, Storage>();

/** The part of a storage that is the chosen desk's alone: what somebody declares by one clock stays there. */
export function deskStorage(storage: Storage): Storage {
  const path = deskPath();
  if (path === "") return storage;
  const start = `${path.slice(1)}/`;
  const named = <T>(texts: Readonly<Record<string, T>>) =>
    Object.fromEntries(Object.entries(texts).map(([key, text]) => [start + key, text]));
  const { swap } = storage;
  // One object for all that is opened here, so that they hear of each other.
  const drawer = drawers.get(path) ?? {
    ...storage,
    get: (key: string) => storage.get(start + key),
    set: (key: string, value: string) => storage.set(start + key, value),
    remove: (key: string) => storage.remove(start + key),
    keys: async () =>
      (await storage.keys()).filter((key) => key.startsWith(start)).map((key) => key.slice(start.length)),
    ...(swap ? { swap: (expected, changes) => swap(named(expected), named(changes)) } : {}),
  };
  drawers.set(path, drawer);
  return drawer;
}
