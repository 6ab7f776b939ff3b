// What a phone keeps of its person: the core's state, stored before a change is done, and followed where others change it.
import { isAbsent } from "../argument.js";
import { Holder, type Identity, type Problem, type Roots } from "../engine/core/healthcode.js";
import { closed, codeOf, failure } from "../failure.js";
import { problemOf } from "../texts/problem.js";
import type { KeptColour } from "./colours.js";
import type { HostKeys } from "./keys.js";
import { forgotten } from "./people.js";
import * as saved from "./saved.js";
import type { Slots, Stored } from "./slots.js";
import { tell } from "./told.js";
import { turns } from "./turns.js";

/** What a phone notifies listeners of: it has loaded changes stored elsewhere, its person was forgotten, or it was closed. */
export type News = "stored" | "forgotten" | "closed";

/** What any change of what a phone keeps says of itself. */
export interface Done {
  /**
   * Why the change is not stored: it counts until the phone is closed, and is lost then, unless a later one is stored, which stores
   * all. Absent if it is stored.
   */
  unstored?: Problem;
}

/** Under which name the report is kept that is not handed in yet. */
const UNSENT = "unsent";
/** Under which name it is kept what a person is called on this device. */
export const CALLED = "called";

/** What a change came to. */
interface Changed<T> {
  result: T;
  done: Done;
}

/** Whose state it is, and where it is. */
interface Owner {
  roots: Roots;
  region?: string | undefined;
  slots: Slots;
  keys: HostKeys;
  now(): number;
  /** Called when nothing is known of the person any more. */
  emptied(): void;
}

/** The state of one person, on this page and in the storage. */
export class Kept {
  /** Why changes cannot be stored, if they cannot. */
  storageProblem: Problem | undefined;
  /** Whether the newest copy was damaged on opening and the one before it was used. */
  recovered = false;
  /** Whether others may have stored something that could not be looked up. */
  outdated: boolean | undefined;
  /** The latest moment that the phone has seen, in milliseconds. */
  latest = 0;
  /** What the person is called on this device, if somebody has said so. */
  called: string | undefined;
  /** Which colours the phone has had; what changes them does so within `change`. */
  colours: readonly KeptColour[] = [];
  /** Whether `close` was called. */
  over = false;
  private readonly owner: Owner;
  /** Set while the phone is open. */
  private opened: Holder | undefined;
  private named: Identity | undefined;
  private generation: number | undefined;
  private readonly listeners = new Set<(news: News) => void>();
  /** Called after each change of what is known, whoever made it. */
  private readonly watchers = new Set<() => void>();
  /** Stops listening to the storage; set while the phone is open. */
  private deaf: (() => void) | undefined;
  /** A scheduled check for changes stored by others. */
  private looking: Promise<unknown> | undefined;
  /** Whether the person was forgotten: nothing is stored until there is a new one. */
  private gone: boolean | undefined;
  /** Whether the stored data could not be read yet: it must not be overwritten. */
  private unread: boolean | undefined;

  constructor(owner: Owner) {
    this.owner = owner;
  }

  /** Loads what is stored once the engine is `ready`, or begins anew. Throws `storage-…` and `holder-state-…`. */
  async open(ready?: Promise<void>): Promise<void> {
    const { slots } = this.owner;
    // While the engine loads; any failure here will happen again below.
    const early = slots.alone(() => slots.read(), true).catch(() => undefined);
    await ready;
    const before = await early;
    await slots.alone(async () => {
      await this.reload(before);
      this.called = await slots.beside(CALLED).catch(() => undefined);
      this.deaf = slots.hear(() => this.look());
    }, true);
  }

  /** The core's state while the phone is open; another after each change. Throws `phone-closed`. */
  get core(): Holder {
    this.alive();
    return this.opened as Holder;
  }

  /** The masked identity for certificate requests. Throws `phone-closed`. */
  get identity(): Identity | undefined {
    const { core } = this;
    return this.named ?? core.identity();
  }

  /** Throws `phone-closed`. */
  alive(): void {
    if (this.over) throw closed("phone");
  }

  listen(hear: (news: News) => void): () => void {
    this.listeners.add(hear);
    return () => this.listeners.delete(hear);
  }

  /** Calls `changed` after each change of what is known, from here or elsewhere, until the returned function is called. */
  watch(changed: () => void): () => void {
    this.watchers.add(changed);
    return () => this.watchers.delete(changed);
  }

  /** There is a person again: from here on it is stored. */
  begin(): void {
    this.gone = false;
  }

  /** From here on the person is called this. */
  name(identity: Identity): void {
    this.named = identity;
  }

  /**
   * Changes the newest state, and stores it if `changed` says so of the result; `anew` is what may be done with a phone
   * whose person was forgotten. What cannot be stored counts as long as the phone is open, and the answer says so.
   */
  async change<T>(
    act: (holder: Holder) => T | Promise<T>,
    changed?: (result: T) => boolean,
    anew = changed === undefined,
  ): Promise<Changed<T>> {
    return this.owner.slots.alone(async () => {
      for (let acted: Holder | undefined; ; ) {
        // An action based on an earlier screen must not apply to an empty phone.
        if ((await this.follow()) === "forgotten" || (this.gone && !anew)) {
          throw failure("phone-forgotten", "what was stored has been forgotten");
        }
        if (acted === this.core) throw failure("storage-unavailable", "what another page stored cannot be read");
        acted = this.core;
        const result = await act(acted);
        if (changed && !changed(result)) return { result, done: {} };
        if (await this.store()) {
          this.changed();
          const { storageProblem } = this;
          return { result, done: storageProblem && !this.gone ? { unstored: storageProblem } : {} };
        }
        // Another page has stored something since: the same again, on top of that.
      }
    });
  }

  /** Makes sure that no code is made from data that others have changed since. */
  look(): void {
    const over = () => (this.looking = undefined);
    this.looking ??= this.owner.slots
      .alone(async () => {
        over();
        if (this.deaf) await this.follow();
      }, true)
      // Unreadable data is reported as the storage's problem.
      .catch(over);
  }

  /** Loads what others have stored or forgotten. */
  reopen(): Promise<void> {
    return this.owner.slots.alone(() => this.reload(), true);
  }

  /** Opens the files again, by the clock of now. Throws `engine-out-of-memory`: all then stays as it was. */
  openAgain(): Promise<void> {
    return this.owner.slots.alone(async () => this.use(await this.unfolded(this.core.save())), true);
  }

  /** What somebody has filled in and not handed in yet; none of a phone whose person was forgotten, or of a storage that fails. */
  async unsent(): Promise<string | undefined> {
    return this.gone ? undefined : this.owner.slots.beside(UNSENT).catch(() => undefined);
  }

  /** Keeps it, or `undefined` none; where nothing can be stored, it is lost with the page. */
  async keepUnsent(text: string | undefined): Promise<void> {
    const { slots } = this.owner;
    await slots
      .alone(async () => {
        if (!this.gone && !this.over) await slots.keepBeside(UNSENT, text);
      })
      .catch(() => undefined);
  }

  /** Keeps what the person is called on this device, or `undefined` nothing. Throws `storage-…` or `phone-forgotten`. */
  async call(name: string | undefined): Promise<void> {
    const { slots } = this.owner;
    await slots.alone(async () => {
      this.alive();
      if (this.gone) throw failure("phone-forgotten", "what was stored has been forgotten");
      await slots.keepBeside(CALLED, name);
      this.called = name;
    });
  }

  /** Removes all that is stored, and the keys. */
  async forget(): Promise<void> {
    const { slots, keys } = this.owner;
    this.alive();
    try {
      await slots.alone(async () => {
        // Once begun it is finished, whoever closes the phone.
        if (!this.over) this.empty();
        await forgotten(slots, keys);
      });
    } finally {
      this.tell("forgotten");
    }
  }

  /** Frees the core's memory. */
  close(): void {
    if (!this.over) this.notify("closed");
    this.over = true;
    this.deaf?.();
    this.deaf = undefined;
    this.opened?.free();
    this.opened = undefined;
  }

  /** Stores the state; returns false if another page has stored one since. What the storage throws becomes the problem. */
  private async store(): Promise<boolean> {
    const { core } = this;
    const now = this.owner.now();
    this.latest = Math.max(this.latest, now);
    if (this.unread || this.gone) return true;
    try {
      const bytes = saved.write({
        state: core.save(),
        identity: this.named,
        latest: this.latest,
        colours: this.colours,
      });
      const generation = await this.owner.slots.write(bytes, now, { generation: this.generation });
      if (generation === undefined) return false;
      this.generation = generation;
      this.storageProblem = undefined;
    } catch (thrown) {
      this.storageProblem = problemOf(thrown);
    }
    return true;
  }

  /** Loads what somebody else has stored or forgotten, or what could not be read before. */
  private async follow(): Promise<News | undefined> {
    const { generation: before } = this;
    try {
      const generation = await this.owner.slots.generation();
      this.outdated = false;
      if (generation === before && !this.unread) return undefined;
      await this.reload();
    } catch (thrown) {
      this.alive();
      // Storing will run into it again and report it.
      this.outdated = true;
      if (codeOf(thrown) === undefined || passes(thrown)) return undefined;
      if (!this.unread) {
        this.empty();
        this.unread = true;
        this.storageProblem = problemOf(thrown);
        this.tell("stored");
      }
      throw thrown;
    }
    if (this.unread || this.generation === before) return undefined;
    const news = this.generation === undefined ? "forgotten" : "stored";
    this.tell(news);
    return news;
  }

  /** Notifies the listeners once the current change is done. */
  private tell(news: News): void {
    this.changed();
    this.notify(news);
  }

  private notify(news: News): void {
    this.listeners.forEach((hear) => tell(hear, news));
  }

  private changed(): void {
    this.watchers.forEach((changed) => changed());
  }

  /** Nothing is left of the person. */
  private empty(): void {
    this.core.forget();
    this.settle(this.core);
    this.named = this.generation = undefined;
    this.called = undefined;
    this.latest = 0;
    this.colours = [];
    this.owner.emptied();
    this.gone = true;
  }

  /** Loads what is stored; `before` is what was read earlier. */
  private async reload(before?: Stored): Promise<void> {
    try {
      const stored = await this.owner.slots.read(before);
      if (stored !== undefined) await this.take(stored);
      else if (this.generation !== undefined) this.empty();
      this.unread = false;
    } catch (thrown) {
      if (!passes(thrown)) throw thrown;
      this.storageProblem = problemOf(thrown);
      this.unread = true;
    }
    this.alive();
    if (this.opened === undefined) {
      this.opened = new Holder(this.owner.roots);
      this.settle(this.opened);
    }
  }

  /** Tells a phone where its person lives, if the app knows. Throws a `place-…` code. */
  private settle(holder: Holder): void {
    const { region } = this.owner;
    if (!isAbsent(region) && holder.region() !== region) holder.setRegion(region);
  }

  private async take({ bytes, generation, recovered }: Stored): Promise<void> {
    const { state, identity, latest, colours } = saved.read(bytes);
    this.use(await this.unfolded(state));
    this.named = identity;
    this.latest = latest;
    this.colours = colours;
    this.generation = generation;
    this.recovered = recovered;
    this.gone = false;
  }

  /** Opens the files of a state one by one: without WebAssembly, opening all of them at once would freeze the page. */
  private async unfolded(state: Uint8Array): Promise<Holder> {
    const turn = turns();
    const holder = Holder.unopened(this.owner.roots, state);
    try {
      do await turn();
      while (holder.openNext(this.owner.now()));
      this.settle(holder);
      this.alive();
      return holder;
    } catch (thrown) {
      holder.free();
      throw thrown;
    }
  }

  private use(holder: Holder): void {
    this.opened?.free();
    this.opened = holder;
  }
}

/** Whether a storage that throws this may be readable later. Without storage, a phone works as long as it is open. */
function passes(thrown: unknown): boolean {
  const code = codeOf(thrown);
  return code === "storage-unavailable" || code === "storage-full";
}
