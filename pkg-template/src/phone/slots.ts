// Stores a state in two slots in turn, so that a write that stops half-way loses nothing.
import { careful, type Texts } from "../adaptors/given.js";
import type { Storage, StoredTexts } from "../adaptors/interfaces.js";
import { failure } from "../failure.js";
import { inTurn } from "./bakery.js";
import { crc32, fromBase64, toBase64 } from "./bytes.js";

/** The prefix of all keys that the package stores. */
const PREFIX = "healthcode.";
/** The format version of the storage, first in each head. */
const LAYOUT = 1;
/** The head of a slot that is being written. */
const WRITING = "writing";
/** How much of a head there is if the host wrote the beginning of one and no more. */
const BEGUN = /^(1( \d*){0,2})?$/;
/** How often it is read again while other pages write. */
const TRIES = 20;

type Slot = "a" | "b";
const SLOTS: readonly Slot[] = ["a", "b"];

/** A slot's head: the slot counts once its head is written. */
interface Head {
  slot: Slot;
  generation: number;
  pieces: number;
  checksum: number;
}

/** The heads that count, the newest first, and what is stored of both. */
interface Heads {
  counted: Head[];
  texts: { [slot in Slot]: string | undefined };
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
  private readonly host: Storage;
  private readonly storage: Texts;
  private readonly prefix: string;
  /** The key prefix of data that was set aside. */
  private readonly aside: string;
  private readonly common: Common;
  private ear: (() => void) | undefined;
  /** Whether it is this page's turn. */
  private turn = false;

  constructor(storage: Storage, name: string) {
    this.host = storage;
    this.storage = careful(storage);
    this.common = commonOf(storage);
    this.prefix = `${PREFIX}${name}.`;
    this.aside = `${PREFIX}aside.${name}.`;
  }

  /**
   * Runs `act` while nobody else uses this storage, as far as the host can see to that; whoever only reads needs less.
   */
  async alone<T>(act: () => Promise<T>, reads = false): Promise<T> {
    const { host, common } = this;
    const turn = common.turn.then(() => {
      if (host.alone) return host.alone(act);
      return reads ? act() : this.inTurn(act);
    });
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
    return (await this.heads()).counted[0]?.generation;
  }

  /**
   * The newest intact copy; `before` is what was read earlier and is not read again if nobody has written since.
   * Throws `storage-damaged` if no copy is intact, `storage-newer`, or what the storage throws.
   */
  async read(before?: Stored): Promise<Stored | undefined> {
    await this.finishForgetting();
    let heads = await this.heads();
    for (let tries = 0; heads.counted.length > 0; tries += 1) {
      const [newest] = heads.counted;
      if (before !== undefined && !before.recovered && newest?.generation === before.generation) return before;
      const found = await this.newestWhole(heads);
      const recovered = found?.head !== newest;
      // Another page may have written over what was being read.
      const now = recovered ? await this.heads() : heads;
      if (tries >= TRIES || same(heads, now)) {
        if (found === undefined) throw failure("storage-damaged", "both copies of what was stored are damaged");
        return { bytes: found.bytes, generation: newest?.generation ?? 0, recovered };
      }
      heads = now;
    }
    return undefined;
  }

  /**
   * Stores the bytes and returns their generation. If it throws, the old data remains. With `upon` they replace that
   * generation, `undefined` for none: if somebody else has written or forgotten since, nothing is stored, and there is no
   * generation.
   */
  async write(bytes: Uint8Array, now: number, upon?: Pick<Partial<Stored>, "generation">): Promise<number | undefined> {
    const text = toBase64(bytes);
    if (2 * text.length > this.host.total)
      throw failure("storage-too-large", "two copies would be more than this host stores");
    for (let tries = 0; tries < TRIES; tries += 1) {
      await this.finishForgetting();
      const heads = await this.heads();
      if (upon && heads.counted[0]?.generation !== upon.generation) return undefined;
      const newest = (await this.newestWhole(heads))?.head;
      const slot: Slot = newest?.slot === "a" ? "b" : "a";
      const generation = Math.max((newest?.generation ?? 0) + 1, Math.floor(now));
      const pieces: string[] = [];
      const { most } = this.host;
      for (let at = 0; at < text.length; at += most) pieces.push(text.slice(at, at + most));
      const head = [LAYOUT, generation, pieces.length, crc32(bytes)].join(" ");
      if (await this.put(slot, head, pieces, heads)) {
        this.tell();
        return generation;
      }
      if (upon) return undefined;
    }
    throw failure("storage-unavailable", "other pages keep writing");
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

  /** A text that is kept beside the state, and is forgotten with it. */
  beside(name: string): Promise<string | undefined> {
    return this.storage.get(this.prefix + name);
  }

  /** Keeps a text beside the state, or `undefined` none. */
  keepBeside(name: string, text: string | undefined): Promise<void> {
    const key = this.prefix + name;
    return text === undefined ? this.storage.remove(key) : this.storage.set(key, text);
  }

  /** Moves unreadable data to where it is not looked for, until it is forgotten. */
  async setAside(now: number): Promise<void> {
    const all = await this.all();
    for (const key of Object.keys(all)) await this.storage.set(`${this.aside}${now}.${key}`, all[key] ?? "");
    for (const key of Object.keys(all)) await this.storage.remove(this.prefix + key);
    this.tell();
  }

  /**
   * Removes everything, including data set aside; what held data is written over first. Once begun, nothing is read again,
   * even if the power fails meanwhile. `more` removes what is kept elsewhere; if it throws, the rest is removed nevertheless.
   */
  async forget(more?: () => Promise<void>): Promise<void> {
    // A full storage can still remove what it has.
    await this.storage.set(this.forgotten(), String(LAYOUT)).catch(() => undefined);
    this.tell();
    try {
      await more?.();
    } finally {
      await this.removeAll();
    }
  }

  /** Runs `act` in this page's turn, where a storage is shared and does not see to that itself. */
  private async inTurn<T>(act: () => Promise<T>): Promise<T> {
    const { alone, hear, swap } = this.host;
    if (this.turn || alone || swap || !hear) return act();
    this.turn = true;
    try {
      return await inTurn(this.storage, act);
    } finally {
      this.turn = false;
    }
  }

  private tell(): void {
    call(this.common, this.ear);
    this.host.tell?.();
  }

  /** Writes a slot; with `swap` only if the heads are still those that were read. */
  private async put(slot: Slot, head: string, pieces: string[], { texts }: Heads): Promise<boolean> {
    const { storage } = this;
    if (storage.swap) {
      const changes: { [key: string]: string | undefined } = {};
      for (const key of await this.keys(`${this.key(slot)}.`)) changes[key] = undefined;
      pieces.forEach((piece, at) => {
        changes[this.key(slot, at)] = piece;
      });
      changes[this.key(slot)] = head;
      const expected = { [this.key("a")]: texts.a, [this.key("b")]: texts.b, [this.forgotten()]: undefined };
      return storage.swap(expected, changes);
    }
    // From here on the older copy no longer counts.
    await storage.set(this.key(slot), WRITING);
    await this.clear(slot, pieces.length);
    try {
      for (let at = 0; at < pieces.length; at += 1) await storage.set(this.key(slot, at), pieces[at] ?? "");
      await storage.set(this.key(slot), head);
    } catch (thrown) {
      // A copy that does not count need not take up space.
      await this.clear(slot, 0)
        .then(() => storage.remove(this.key(slot)))
        .catch(() => undefined);
      throw thrown;
    }
    return true;
  }

  /** The slots that have a head, or pieces that have lost their head. */
  private async heads(): Promise<Heads> {
    const texts = { a: await this.storage.get(this.key("a")), b: await this.storage.get(this.key("b")) };
    const keys = texts.a === undefined || texts.b === undefined ? await this.keys(this.prefix) : [];
    const touched = (slot: Slot) =>
      texts[slot] !== undefined || keys.some((key) => key.startsWith(`${this.key(slot)}.`));
    const counted: Head[] = [];
    for (const slot of SLOTS) {
      const text = texts[slot];
      if (text === WRITING || !touched(slot)) continue;
      const numbers = (text ?? "").split(" ").map(Number);
      if (numbers[0]! > LAYOUT) throw failure("storage-newer", "what was stored is from a newer version");
      // The head is written last: without a whole one in the only slot, the first write was cut short.
      const begun = text === undefined || BEGUN.test(text) || WRITING.startsWith(text);
      if (begun && !touched(slot === "a" ? "b" : "a")) continue;
      // An invalid head may have been the newest; a checksum that is not a number never matches.
      const sense = numbers.length === 4 && numbers.every((number) => number >= 0);
      const [, generation = 0, pieces = 0, checksum = 0] = sense ? numbers : [LAYOUT, Infinity, 0, NaN];
      counted.push({ slot, generation, pieces, checksum });
    }
    counted.sort((one, other) => other.generation - one.generation);
    return { counted, texts };
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

  /** The newest intact slot, which must not be overwritten, and what is in it. */
  private async newestWhole({ counted }: Heads): Promise<{ head: Head; bytes: Uint8Array } | undefined> {
    for (const head of counted) {
      const bytes = await this.content(head);
      if (bytes !== undefined) return { head, bytes };
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
    const begun = async () => (await this.storage.get(this.forgotten())) !== undefined;
    if (!(await begun())) return;
    await this.inTurn(async () => {
      if (await begun()) await this.removeAll();
    });
  }

  private async removeAll(): Promise<void> {
    const { storage } = this;
    const forgotten = await storage.get(this.forgotten());
    const own = (await this.keys(this.prefix)).filter((key) => key !== this.forgotten());
    // Heads first: without them the pieces mean nothing.
    own.sort((one, other) => one.length - other.length);
    const keys = [...own, ...(await this.keys(this.aside))];
    if (storage.swap) {
      const zeros: { [key: string]: string | undefined } = {};
      const none: { [key: string]: string | undefined } = {};
      for (const key of keys) {
        zeros[key] = await this.zeros(key);
        none[key] = undefined;
      }
      // Another page may do the same, and somebody may begin anew after that.
      const expected: StoredTexts = { [this.forgotten()]: forgotten };
      if (await storage.swap(expected, zeros).catch(() => true))
        await storage.swap(expected, { ...none, [this.forgotten()]: undefined });
      return;
    }
    for (const key of keys) {
      const zeros = await this.zeros(key);
      if (zeros !== undefined) await storage.set(key, zeros).catch(() => undefined);
      await storage.remove(key);
    }
    await storage.remove(this.forgotten());
  }

  /** What a value is written over with: as long as it is. */
  private async zeros(key: string): Promise<string | undefined> {
    const text = await this.storage.get(key);
    return text?.replace(/[\s\S]/g, "0");
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

/** Whether nobody has written between two looks at the heads. */
function same({ texts: before }: Heads, { texts: now }: Heads): boolean {
  return before.a === now.a && before.b === now.b;
}
