import type { Storage } from "../adaptors/interfaces.js";
import { failure } from "../failure.js";
import { crc32, fromBase64, toBase64 } from "./bytes.js";

/** Everything that the package stores has a key that begins with this. */
const PREFIX = "healthcode.";
/** The layout of the storage, first in each head. */
const LAYOUT = 1;

type Slot = "a" | "b";

/** What stands in a slot's head: the slot counts once that is written. */
interface Head {
  slot: Slot;
  generation: number;
  pieces: number;
  checksum: number;
}

/** What was stored. */
export interface Stored {
  bytes: Uint8Array;
  /** Grows with each writing; another number than before means that somebody else has written. */
  generation: number;
  /** The newest copy was damaged, and this is the one before: the last change is lost. */
  recovered: boolean;
}

/** Whoever acts on a storage waits for whoever came before, page by page of the same app. */
const queues = new WeakMap<Storage, Promise<unknown>>();

/**
 * A byte string in two copies, in pieces that fit the host. The older copy is written over, its head last, so whatever
 * moment the power fails at, one of the two is whole.
 */
export class Slots {
  private readonly storage: Storage;
  private readonly prefix: string;
  /** What was put aside. */
  private readonly aside: string;

  constructor(storage: Storage, name: string) {
    this.storage = storage;
    this.prefix = `${PREFIX}${name}.`;
    this.aside = `${PREFIX}aside.${name}.`;
  }

  /** Acts while nobody else acts on this storage. */
  async alone<T>(act: () => Promise<T>): Promise<T> {
    const { storage } = this;
    const before = queues.get(storage) ?? Promise.resolve();
    const turn = before.then(() => (storage.alone ? storage.alone(act) : act()));
    queues.set(
      storage,
      turn.catch(() => undefined),
    );
    return turn;
  }

  /** The generation that counts, without reading all of it; nothing where nothing is stored. */
  async generation(): Promise<number | undefined> {
    return (await this.heads())[0]?.generation;
  }

  /**
   * The newest copy that is whole; `before` is what was read before, which is not read again where nobody has written since.
   * Throws `storage-damaged` if there are only others, `storage-newer` or as the storage does.
   */
  async read(before?: Stored): Promise<Stored | undefined> {
    await this.finishForgetting();
    const heads = await this.heads();
    if (before !== undefined && !before.recovered && heads[0]?.generation === before.generation) return before;
    for (const head of heads) {
      const bytes = await this.content(head);
      if (bytes !== undefined) return { bytes, generation: head.generation, recovered: head !== heads[0] };
    }
    if (heads.length > 0) throw failure("storage-damaged", "both copies of what was stored are damaged");
    return undefined;
  }

  /** Stores the bytes and returns their generation. If it throws, what was there before still is. */
  async write(bytes: Uint8Array, now: number): Promise<number> {
    const text = toBase64(bytes);
    if (2 * text.length > this.storage.total) throw failure("storage-too-large", "two copies would be more than this host stores");
    await this.finishForgetting();
    const newest = await this.newestWhole();
    const slot: Slot = newest?.slot === "a" ? "b" : "a";
    const generation = Math.max((newest?.generation ?? 0) + 1, Math.floor(now));
    const pieces = Math.ceil(text.length / this.storage.most);
    // From here on the older copy does not count.
    await this.storage.remove(this.key(slot));
    await this.clear(slot, pieces);
    try {
      for (let piece = 0; piece < pieces; piece += 1) {
        const start = piece * this.storage.most;
        await this.storage.set(this.key(slot, piece), text.slice(start, start + this.storage.most));
      }
      const head = [LAYOUT, generation, pieces, crc32(bytes)].join(" ");
      await this.storage.set(this.key(slot), head);
    } catch (thrown) {
      // What does not count need not take up room.
      await this.storage.remove(this.key(slot)).then(() => this.clear(slot, 0)).catch(() => undefined);
      throw thrown;
    }
    return generation;
  }

  /** Everything that is stored, whole or not, by key. */
  async all(): Promise<{ [key: string]: string }> {
    const all: { [key: string]: string } = {};
    for (const key of await this.keys(this.prefix)) {
      const value = await this.storage.get(key);
      if (value !== undefined) all[key.slice(this.prefix.length)] = value;
    }
    return all;
  }

  /** Puts what cannot be read where it is not looked for, until it is forgotten. */
  async setAside(now: number): Promise<void> {
    const all = await this.all();
    for (const key of Object.keys(all)) await this.storage.set(`${this.aside}${now}.${key}`, all[key] ?? "");
    for (const key of Object.keys(all)) await this.storage.remove(this.prefix + key);
  }

  /** Removes everything, also what was put aside. Once this has begun, nothing is read again, even if the power fails on the way. */
  async forget(): Promise<void> {
    // A storage that is full still lets go of what it has.
    await this.storage.set(this.forgotten(), String(LAYOUT)).catch(() => undefined);
    await this.removeAll();
  }

  /** The slots that have a head, the newest first. */
  private async heads(): Promise<Head[]> {
    const heads: Head[] = [];
    for (const slot of ["a", "b"] as const) {
      const text = await this.storage.get(this.key(slot));
      const [layout, generation, pieces, checksum, ...more] = (text ?? "").split(" ").map(Number);
      if (layout !== undefined && layout > LAYOUT) throw failure("storage-newer", "what was stored is from a newer version");
      if (layout !== LAYOUT || generation === undefined || pieces === undefined || checksum === undefined) continue;
      if (more.length === 0) heads.push({ slot, generation, pieces, checksum });
    }
    return heads.sort((one, other) => other.generation - one.generation);
  }

  /** What the head promises, if it is all there. */
  private async content({ slot, pieces, checksum }: Head): Promise<Uint8Array | undefined> {
    const texts: string[] = [];
    for (let piece = 0; piece < pieces; piece += 1) {
      const text = await this.storage.get(this.key(slot, piece));
      if (text === undefined) return undefined;
      texts.push(text);
    }
    const bytes = fromBase64(texts.join(""));
    return bytes !== undefined && crc32(bytes) === checksum ? bytes : undefined;
  }

  /** The newest slot that is whole: the one that must not be written over. */
  private async newestWhole(): Promise<Head | undefined> {
    for (const head of await this.heads()) {
      if ((await this.content(head)) !== undefined) return head;
    }
    return undefined;
  }

  /** Removes the pieces of a slot from the given one on. */
  private async clear(slot: Slot, from: number): Promise<void> {
    const start = `${this.key(slot)}.`;
    for (const key of await this.keys(start)) {
      if (Number(key.slice(start.length)) >= from) await this.storage.remove(key);
    }
  }

  private async finishForgetting(): Promise<void> {
    if ((await this.storage.get(this.forgotten())) !== undefined) await this.removeAll();
  }

  private async removeAll(): Promise<void> {
    const keys = (await this.keys(this.prefix)).filter((key) => key !== this.forgotten());
    // Heads first: without them the pieces mean nothing.
    for (const key of keys.sort((one, other) => one.length - other.length)) await this.storage.remove(key);
    for (const key of await this.keys(this.aside)) await this.storage.remove(key);
    await this.storage.remove(this.forgotten());
  }

  private async keys(start: string): Promise<string[]> {
    return (await this.storage.keys()).filter((key) => key.startsWith(start));
  }

  private key(slot: Slot, piece?: number): string {
    return this.prefix + slot + (piece === undefined ? "" : `.${piece}`);
  }

  private forgotten(): string {
    return `${this.prefix}forgotten`;
  }
}
