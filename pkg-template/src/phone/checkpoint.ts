// A checkpoint with storage, clock and server.
import type { Adaptors } from "../adaptors/interfaces.js";
import { isAbsent } from "../argument.js";
import { Checkpoint as Core, codeText, type FileState, type Problem } from "../engine/verifier/healthcode.js";
import { closed, codeOf } from "../failure.js";
import { STATUSES_AT_ONCE } from "../limits.js";
import { problemOf } from "../texts/problem.js";
import { type Challenge, checkAsked, type Judgement, judged, newChallenge } from "./challenge.js";
import { ClockCheck, clockFirst } from "./clock.js";
import { heldManifest, staleSince } from "./files.js";
import { Following, isUnreachable } from "./following.js";
import type { OpenOptions } from "./options.js";
import { checkWanted, heldTo, type Wanted } from "./purpose.js";
import { Seen } from "./seen.js";
import { Server } from "./server.js";
import { Slots } from "./slots.js";

/** Loads a file; returns the problem if it is refused. */
function loaded(core: Core, file: Uint8Array, now: number): Problem | undefined {
  const load = core.load(file, now);
  return load.result === "refused" ? load.problem : undefined;
}

/** How often a file is loaded again because another page has stored something meanwhile. */
const TRIES = 20;

/**
 * A checkpoint: the core's `Checkpoint` with the host's storage, clock and scanner. What it believes is stored and
 * outlives a restart. Scanned codes are never kept; their checksums are, in memory, for two minutes.
 */
export class Checkpoint {
  /** The adaptors that the checkpoint uses. */
  readonly adaptors: Adaptors;
  /** Why what it believes cannot be stored or read, if it cannot: the problem at the last attempt. */
  storageProblem: Problem | undefined;
  /** When it last fetched signed files, in milliseconds of the device's own clock; 0 if it has not. */
  asked = 0;

  /** Set while the checkpoint is open. */
  private opened: Core | undefined;
  private readonly options: OpenOptions;
  private readonly slots: Slots;
  private readonly following: Following;
  private readonly server: Server;
  private generation: number | undefined;
  /** Whether what is stored must stay as it is: a newer version of the app has stored it. */
  private reserved = false;
  private readonly clock: ClockCheck;
  /** The codes that it accepted. */
  private readonly seen = new Seen();
  /** All codes that it judged. */
  private readonly judged = new Seen();
  private wanted: Wanted = "any";

  private constructor(options: OpenOptions, adaptors: Adaptors) {
    this.options = options;
    this.adaptors = adaptors;
    this.clock = new ClockCheck(adaptors.clock);
    this.slots = new Slots(adaptors.storage, "checkpoint");
    this.opened = new Core(options.roots);
    this.server = new Server(options.server ?? "", this.clock.listening(adaptors.network));
    this.following = new Following(
      {
        held: () => heldManifest(this.core.files(), this.now()),
        trustList: () => this.core.trustList(),
        newerTrustList: () => this.core.newerTrustList(),
        take: async (file) => (await this.take([(core) => loaded(core, file, this.now())]))[0],
      },
      this.server,
    );
  }

  /** A checkpoint with what it has come to believe before, as far as that can be read. */
  static async open(options: OpenOptions, adaptors: Adaptors): Promise<Checkpoint> {
    const checkpoint = new Checkpoint(options, adaptors);
    if (!isAbsent(options.purpose)) checkpoint.purpose = options.purpose;
    await checkpoint.slots.alone(() => checkpoint.reload(), true);
    return checkpoint;
  }

  /**
   * What codes are to be for: `everyday` for the everyday code of any region, a purpose such as `hospital`, either of one region (`3301`,
   * `44/hospital`), or `any`. A genuine code that is for something else, or whose rules the checkpoint does not know, is then
   * `undecided`, with `gate-other-purpose` or `gate-unknown-purpose`. Setting it to anything else throws `misuse-argument`.
   */
  get purpose(): Wanted {
    return this.wanted;
  }

  set purpose(wanted: Wanted) {
    checkWanted(wanted);
    this.wanted = wanted;
  }

  /** The trust list in use, if there is one. */
  get trust(): FileState | undefined {
    return this.file("trust-list");
  }

  /**
   * The manifest in use, if there is one; of those of several regions, which stand side by side, the one that came last. How
   * old it is says how much a revocation may have been missed.
   */
  get manifest(): FileState | undefined {
    return this.file("manifest");
  }

  /**
   * Since when that manifest has been stale, as RFC 3339 text; `undefined` while it is not. By then a newer one should have
   * come.
   */
  get staleSince(): string | undefined {
    return staleSince(this.core.files(), this.now());
  }

  /**
   * As of when it knows which certificates are withdrawn, as RFC 3339 text: when the newest list was made of the issuer of whom it has
   * the oldest. `undefined` if it has none.
   */
  get statusAt(): string | undefined {
    const newest: { [issuer: string]: string } = {};
    for (const { path, issued } of this.core.statuses()) {
      const issuer = path.split("/")[1] ?? "";
      if (!(issued < (newest[issuer] ?? ""))) newest[issuer] = issued;
    }
    return Object.keys(newest)
      .map((issuer) => newest[issuer])
      .sort()[0];
  }

  /**
   * Fetches the manifest, the trust list if there is a newer one, and the lists of withdrawn certificates; returns the problems with those that cannot be used.
   * The old ones then stay in use. `clock-off` comes first if files seem expired for it.
   */
  async refresh(): Promise<Problem[]> {
    this.asked = Date.now();
    const problems: Problem[] = [];
    try {
      this.reopen();
    } catch (thrown) {
      // Where there is no memory for both, what is in use stays so.
      if (codeOf(thrown) !== "engine-out-of-memory") throw thrown;
      problems.push(problemOf(thrown));
    }
    problems.push(...(await this.following.follow()));
    if (!problems.some(isUnreachable)) problems.push(...(await this.fetchStatuses()));
    return clockFirst(problems, this.clockProblem);
  }

  /** By how much the clock is wrong, in milliseconds; positive if it is fast, 0 if that is not known. */
  get clockError(): number {
    return this.clock.error(this.core.files());
  }

  /** `clock-inexact` or `clock-off` from an error of 20 s on: codes are then undecided where they would be refused for it. */
  get clockProblem(): Problem | undefined {
    return this.clock.problem(this.core.files());
  }

  /** A new challenge, to be shown to one person. Throws `random-missing`. */
  async ask(): Promise<Challenge> {
    const challenge = await newChallenge(this.adaptors.random);
    this.alive();
    return challenge;
  }

  /**
   * Verifies a scanned text, offline; `challenge` is what this checkpoint asked the phone to sign (`ask`). Any text has a
   * verdict: `accepted` with colour, name and digits, `refused` with a `code`, or `undecided` if the checkpoint cannot tell.
   * `accepted` says that the code is genuine, not that its holder may pass: a red code is accepted, too, so look at its `colour`. What
   * it is for says `rules.named`, and a code for anything but the checkpoint's `purpose` is `undecided`.
   * `verdictText` says what to do.
   *
   * Throws `misuse-argument` for anything but text, or for a challenge that is none, and `phone-closed`.
   */
  verify(text: string, challenge?: Challenge | Uint8Array): Judgement {
    const now = this.now();
    const clockOff = this.clockProblem !== undefined;
    const verdict = judged(challenge, (bytes) => this.core.verify(text, now, bytes, clockOff));
    // The same however it was scanned.
    const code = codeText(text);
    const again = code !== undefined && this.judged.note(code, now) !== undefined ? { again: true as const } : {};
    const held = verdict.verdict === "accepted" ? heldTo(this.wanted, verdict) : verdict;
    const shownBefore = held.verdict === "accepted" ? this.seen.note(code ?? text, now) : undefined;
    return { ...held, ...again, ...(shownBefore === undefined ? {} : { shownBefore }) };
  }

  /**
   * The text of the health code that a scanned text is, as its phone made it: without what scanners, keyboards and copying
   * add, so equal for one code however it was scanned. `undefined` if it does not begin as a health code. Throws
   * `misuse-argument` for anything but text.
   */
  codeIn(scanned: string): string | undefined {
    return codeText(scanned);
  }

  /** Forgets the checksums of codes that it saw more than two minutes ago; `verify` does so too. */
  tidy(): void {
    this.alive();
    this.seen.clear(this.now());
    this.judged.clear(this.now());
  }

  /** Scans a code and verifies it. Throws `scan-…`, and what `verify` throws. */
  async scan(challenge?: Challenge | Uint8Array): Promise<Judgement> {
    checkAsked(challenge);
    return this.verify(await this.adaptors.scan.scan((text) => codeText(text) !== undefined), challenge);
  }

  /** Forgets what is stored: an older trust list would be taken again after a restart. */
  async forget(): Promise<void> {
    this.alive();
    await this.slots.alone(async () => {
      await this.slots.forget();
      this.generation = undefined;
      this.reserved = false;
    });
  }

  /** Whether the checkpoint was closed. */
  get closed(): boolean {
    return this.opened === undefined;
  }

  /**
   * Frees the core's memory; a second time it does nothing. The checkpoint cannot be used afterwards: whatever is called,
   * and whatever is not done yet, throws `phone-closed`. Only `forget` is finished.
   */
  close(): void {
    this.opened?.free();
    this.opened = undefined;
  }

  /** The core's checkpoint, while this one is open. */
  private get core(): Core {
    if (this.opened === undefined) throw closed("checkpoint");
    return this.opened;
  }

  private alive(): void {
    void this.core;
  }

  private now(): number {
    return this.adaptors.clock.now();
  }

  private file(kind: FileState["kind"]): FileState | undefined {
    return this.core.files().find((file) => file.kind === kind);
  }

  /** Fetches the lists of withdrawn certificates, as far as issuers have any. */
  private async fetchStatuses(): Promise<Problem[]> {
    const problems: Problem[] = [];
    const paths = this.core.statusPaths(this.now());
    while (paths.length > 0) {
      const came = paths.splice(0, STATUSES_AT_ONCE).map((path) =>
        this.server.statuses(path).catch((thrown: unknown) => {
          const problem = problemOf(thrown);
          // Which issuers have one is seen from their certificates.
          if (problem.code !== "network-status" && problem.code !== "http-not-found") problems.push(problem);
        }),
      );
      const lists = (await Promise.all(came)).filter((list) => list !== undefined);
      const loads = lists.map((list) => (core: Core) => core.loadStatuses(list, this.now()));
      if (loads.length > 0) problems.push(...(await this.take(loads)));
      if (problems.some(isUnreachable)) break;
    }
    return problems;
  }

  /** Loads files on top of what other pages have stored, and stores what that changes; returns the problems. */
  private take(loads: ((core: Core) => Problem | undefined)[]): Promise<Problem[]> {
    return this.slots.alone(async () => {
      let problems: Problem[] = [];
      for (let tries = 0; tries < TRIES; tries += 1) {
        await this.reload();
        const seen = this.core.trustList();
        problems = loads.map((load) => load(this.core)).filter((problem) => problem !== undefined);
        // A trust list that has expired is believed, though it is not in force.
        const changed = problems.length < loads.length || this.core.trustList() !== seen;
        if (!changed || (await this.store())) break;
        // Another page has stored something since: the same again, on top of that.
      }
      return problems;
    });
  }

  /** Stores what it believes; returns false if another page has stored something since. */
  private async store(): Promise<boolean> {
    if (this.reserved) return true;
    const { core, generation } = this;
    try {
      const stored = await this.slots.write(core.save(), this.now(), { generation });
      if (stored === undefined) return false;
      this.generation = stored;
      this.storageProblem = undefined;
    } catch (thrown) {
      this.storageProblem = problemOf(thrown);
    }
    return true;
  }

  /**
   * Loads what is stored, if somebody else has stored it. What cannot be read is done without, and is written over unless
   * a newer version of the app has stored it: the next `refresh` fetches the files again.
   */
  private async reload(): Promise<void> {
    try {
      const stored = await this.slots.read();
      this.alive();
      if (stored?.generation === this.generation) return;
      this.generation = stored?.generation;
      this.reserved = false;
      if (stored !== undefined) this.restore(stored.bytes);
    } catch (thrown) {
      this.alive();
      const problem = problemOf(thrown);
      const { code } = problem;
      this.storageProblem = problem;
      this.reserved = code === "checkpoint-state-newer" || code === "storage-newer";
      if (code === "storage-damaged") this.generation = await this.slots.generation().catch(() => undefined);
    }
  }

  private restore(bytes: Uint8Array): void {
    this.use(Core.restore(this.options.roots, bytes, this.now()));
  }

  /** Opens again what the clock made invalid and may be valid now: a manifest in use hides none that is not. */
  private reopen(): void {
    const inUse = this.core.files().map(({ digest }) => digest);
    const restored = Core.restore(this.options.roots, this.core.save(), this.now());
    // Otherwise there is nothing to gain, and what has expired since still says until when it was valid.
    if (restored.files().some(({ digest }) => inUse.indexOf(digest) < 0)) this.use(restored);
    else restored.free();
  }

  private use(core: Core): void {
    this.core.free();
    this.opened = core;
  }
}
