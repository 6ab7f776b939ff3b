import type { hostAdaptors } from "healthcode";

const KEY = "healthcode.desk";

type Storage = ReturnType<typeof hostAdaptors>["storage"];

/** A desk of the demo server for one purpose of today, such as arrival or a hospital visit: rules, files and clock of its own. */
export interface Desk {
  /** The id of its rules. */
  id: string;
  /** Where they apply. */
  region: string;
  /** What they are called. */
  title: { "zh-Hans": string; en: string };
}

/** The id of the desk that this device has chosen; `undefined` for the server's main one. */
export function deskId(): string | undefined {
  try {
    return localStorage.getItem(KEY) ?? undefined;
  } catch {
    return undefined;
  }
}

/** Chooses a desk for all pages; `undefined` for the server's main one. */
export function chooseDesk(id: string | undefined): void {
  try {
    if (id === undefined) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, id);
  } catch {
    // Without storage there is the main desk only.
  }
}

/** The path under which the chosen desk answers. */
export function deskPath(): string {
  const id = deskId();
  return id === undefined ? "" : `/for/${encodeURIComponent(id)}`;
}

const drawers = new Map<string, Storage>();

/** The part of a storage that is the chosen desk's alone: what somebody declares for one purpose stays there. */
export function deskStorage(storage: Storage): Storage {
  const id = deskId();
  if (id === undefined) return storage;
  const start = `${id}/`;
  const named = <T>(texts: Readonly<Record<string, T>>) =>
    Object.fromEntries(Object.entries(texts).map(([key, text]) => [start + key, text]));
  const { swap } = storage;
  // One object for all that is opened here, so that they hear of each other.
  const drawer = drawers.get(id) ?? {
    ...storage,
    get: (key: string) => storage.get(start + key),
    set: (key: string, value: string) => storage.set(start + key, value),
    remove: (key: string) => storage.remove(start + key),
    keys: async () =>
      (await storage.keys()).filter((key) => key.startsWith(start)).map((key) => key.slice(start.length)),
    ...(swap ? { swap: (expected, changes) => swap(named(expected), named(changes)) } : {}),
  };
  drawers.set(id, drawer);
  return drawer;
}
