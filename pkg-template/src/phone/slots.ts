import type { Storage } from "../adaptors/interfaces.js";
import { failure } from "../failure.js";
import { crc32, fromBase64, toBase64 } from "./bytes.js";

/** The prefix of all keys that the package stores. */
const PREFIX = "healthcode.";
/** The format version of the storage, first in each head. */
const LAYOUT = 1;
/** The head of a slot that is being written. */
const WRITING = "writing";

type Slot = "a" | "b";

/** A slot's head: the slot counts once its head is written. */
interface Head {
  slot: Slot;
  generation: number;
  pieces: number;
  checksum: number;
}

/** What was stored. */
export interface Stored {
  bytes: Uint8Array;
  /** Grows with each write; a different number than before means that somebody else has written. */
  generation: number;
  /** Whether the newest copy was damaged and this is the one before: the last change is lost. */
  recovered: boolean;
}

/** What all users of one storage share. */
interface Common {
  /** The end of the queue: each caller waits for the one before. */
  turn: Promise<unknown>;
  /** What to call when something may have changed, on this page or another. */
  ears: Set<() => void>;
}

const commons = new WeakMap<Storage, Common>();

function commonOf(storage: Storage): Common {
  const known = commons.get(storage);
  if (known !== undefined) return known;
  const common: Common = { turn: Promise.resolve(), ears: new Set() };
  commons.set(storage, common);
  storage.hear?.(() => call(common));
  return common;
}

function call({ ears }: Common, but?: () => void): void {
  ears.forEach((ear) => ear !== but && ear());
}

/**
 * A byte string in two copies, in pieces that fit the host. The older copy is overwritten, its head last, so that one
 * of the two is intact whenever the power fails.
 */
export class Slots {
  private readonly storage: Storage;
  private readonly prefix: string;
  /** The key prefix of data that was set aside. */
  private readonly aside: string;
  private readonly common: Common;
  private ear: (() => void) | undefined;

  constructor(storage: Storage, name: string) {
    this.storage = storage;
    this.common = commonOf(storage);
    this.prefix = `${PREFIX}${name}.`;
    this.aside = `${PREFIX}aside.${name}.`;
  }

  /** Runs `act` while nobody else uses this storage. */
  async alone<T>(act: () => Promise<T>): Promise<T> {
    const { storage, common } = this;
    const turn = common.turn.then(() => (storage.alone ? storage.alone(act) : act()));
    common.turn = turn.catch(() => undefined);
    return turn;
  }

  /** Calls `changed` when others may have changed something in this storage, until the returned function is called. */
  hear(changed: () => void): () => void {
    const { ears } = this.common;
    this.ear = changed;
    ears.add(changed);
    return () => ears.delete(changed);
  }

  /**
   * The current generation, without reading all of it; `undefined` if nothing is stored. Throws the codes of `read`.
   */
  async generation(): Promise<number | undefined> {
    await this.finishForgetting();
    return (await this.heads())[0]?.generation;
  }

  /**
   * The newest intact copy; `before` is what was read earlier and is not read again if nobody has written since.
   * Throws `storage-damaged` if no copy is intact, `storage-newer`, or what the storage throws.
   */
  async read(before?: Stored): Promise<Stored | undefined> {
    await this.finishForgetting();
    const heads = await this.heads();
    if (before !== undefined && !before.recovered && heads[0]?.generation === before.generation) return before;
    for (const head of heads) {
      const bytes = await this.content(head);
      if (bytes !== undefined) return { bytes, generation: heads[0]!.generation, recovered: head !== heads[0] };
    }
    if (heads.length > 0) throw failure("storage-damaged", "both copies of what was stored are damaged");
    return undefined;
  }

  /** Stores the bytes and returns their generation. If it throws, the old data remains. */
  async write(bytes: Uint8Array, now: number): Promise<number> {
    const text = toBase64(bytes);
    if (2 * text.length > this.storage.total)
      throw failure("storage-too-large", "two copies would be more than this host stores");
    await this.finishForgetting();
    const newest = await this.newestWhole();
    const slot: Slot = newest?.slot === "a" ? "b" : "a";
    const generation = Math.max((newest?.generation ?? 0) + 1, Math.floor(now));
    const pieces = Math.ceil(text.length / this.storage.most);
    // From here on the older copy no longer counts.
    await this.storage.set(this.key(slot), WRITING);
    await this.clear(slot, pieces);
    try {
      for (let piece = 0; piece < pieces; piece += 1) {
        const start = piece * this.storage.most;
        await this.storage.set(this.key(slot, piece), text.slice(start, start + this.storage.most));
      }
      const head = [LAYOUT, generation, pieces, crc32(bytes)].join(" ");
      await this.storage.set(this.key(slot), head);
    } catch (thrown) {
      // A copy that does not count need not take up space.
      await this.clear(slot, 0)
        .then(() => this.storage.remove(this.key(slot)))
        .catch(() => undefined);
      throw thrown;
    }
    this.tell();
    return generation;
  }

  /** Everything that is stored, intact or not, by key. */
  async all(): Promise<{ [key: string]: string }> {
    const all: { [key: string]: string } = {};
    for (const key of await this.keys(this.prefix)) {
      const value = await this.storage.get(key);
      if (value !== undefined) all[key.slice(this.prefix.length)] = value;
    }
    return all;
  }

  /** Moves unreadable data to where it is not looked for, until it is forgotten. */
  async setAside(now: number): Promise<void> {
    const all = await this.all();
    for (const key of Object.keys(all)) await this.storage.set(`${this.aside}${now}.${key}`, all[key] ?? "");
    for (const key of Object.keys(all)) await this.storage.remove(this.prefix + key);
    this.tell();
  }

  /**
   * Removes everything, including data set aside. Once begun, nothing is read again, even if the power fails meanwhile.
   */
  async forget(): Promise<void> {
    // A full storage can still remove what it has.
    await this.storage.set(this.forgotten(), String(LAYOUT)).catch(() => undefined);
    this.tell();
    await this.removeAll();
  }

  private tell(): void {
    call(this.common, this.ear);
    this.storage.tell?.();
  }

  /** The slots that have a head, or pieces that have lost their head; the newest first. */
  private async heads(): Promise<Head[]> {
    const heads: Head[] = [];
    for (const slot of ["a", "b"] as const) {
      const text = await this.storage.get(this.key(slot));
      if (text === WRITING || (text === undefined && (await this.keys(`${this.key(slot)}.`)).length === 0)) continue;
      const numbers = (text ?? "").split(" ").map(Number);
      if (numbers[0]! > LAYOUT) throw failure("storage-newer", "what was stored is from a newer version");
      // An invalid head may have been the newest; a checksum that is not a number never matches.
      const sense = numbers.length === 4 && numbers.every((number) => number >= 0);
      const [, generation = 0, pieces = 0, checksum = 0] = sense ? numbers : [LAYOUT, Infinity, 0, NaN];
      heads.push({ slot, generation, pieces, checksum });
    }
    return heads.sort((one, other) => other.generation - one.generation);
  }

  /** The content described by the head, if it is complete. */
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

  /** The newest intact slot, which must not be overwritten. */
  private async newestWhole(): Promise<Head | undefined> {
    for (const head of await this.heads()) {
      if ((await this.content(head)) !== undefined) return head;
    }
    return undefined;
  }

  /** Removes the pieces of a slot, starting with `from`. */
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
