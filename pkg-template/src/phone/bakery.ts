// Keeps pages and instances that share a storage from writing at once, where the host has no locks (Lamport's bakery).
import type { Texts } from "../adaptors/given.js";
import { pause } from "../pause.js";

/** The prefix of tickets, each of which is a key. */
const TICKETS = "healthcode.turn.";
/** After this many milliseconds a ticket's owner is taken to be gone. A change takes a fraction of it. */
const LIFE = 15_000;

interface Ticket {
  key: string;
  /** 0 while its owner is still choosing it. */
  number: number;
}

/**
 * Runs `act` while no other page does, on a storage that can only get, set, remove and list: Lamport's bakery. Whoever comes
 * takes a higher number than everybody's and waits for the lower ones; nobody has to read and write at once for that.
 */
export async function inTurn<T>(storage: Texts, act: () => Promise<T>): Promise<T> {
  const key = TICKETS + [Date.now(), Math.random(), Math.random()].map((part) => part.toString(36).slice(-10)).join("");
  try {
    await take(storage, key);
  } catch {
    // A storage without room for a ticket can still be read, and forgotten.
    return act();
  }
  try {
    return await act();
  } finally {
    await storage.remove(key).catch(() => undefined);
  }
}

async function take(storage: Texts, key: string): Promise<void> {
  const put = (number: number) => storage.set(key, `${number} ${Date.now() + LIFE}`);
  await put(0);
  const number = 1 + Math.max(0, ...(await tickets(storage, key)).map((other) => other.number));
  await put(number);
  let since = Date.now();
  for (;;) {
    const others = await tickets(storage, key);
    if (!others.some((other) => other.number < number || (other.number === number && other.key < key))) return;
    await pause(10);
    if (Math.abs(Date.now() - since) < LIFE / 3) continue;
    await put(number);
    since = Date.now();
  }
}

/** The others' tickets that count; those that do not are thrown away. */
async function tickets(storage: Texts, own: string): Promise<Ticket[]> {
  const found: Ticket[] = [];
  for (const key of await storage.keys()) {
    if (key === own || !key.startsWith(TICKETS)) continue;
    const [number = Number.NaN, until = Number.NaN] = ((await storage.get(key)) ?? "").split(" ").map(Number);
    // Not before it is read: it may be younger than this look at them all.
    const now = Date.now();
    // A clock that was set back makes no ticket last longer.
    if (number >= 0 && until > now && until <= now + LIFE) found.push({ key, number });
    else await storage.remove(key);
  }
  return found;
}
