import type { Adaptors } from "../adaptors/interfaces.js";
import { type FileState, type Problem, Verifier } from "../engine/core/healthcode.js";
import { problemOf } from "../texts/problem.js";
import { type Challenge, type Judgement, judged, newChallenge } from "./challenge.js";
import { ClockCheck, undecidedForClock } from "./clock.js";
import type { OpenOptions } from "./phone.js";
import { Seen } from "./seen.js";
import { Server } from "./server.js";
import { Slots } from "./slots.js";

/**
 * A checkpoint: the core's `Verifier` with a stored trust list, the host's clock and scanner. Scanned codes are never
 * kept; their checksums are, in memory, for two minutes.
 */
export class Checkpoint {
  /** The adaptors that the checkpoint uses. */
  readonly adaptors: Adaptors;
  /** The trust list in use, if there is one. */
  trust: FileState | undefined;
  /** Why the trust list cannot be stored, if it cannot. */
  storageProblem: Problem | undefined;

  private readonly verifier: Verifier;
  private readonly server: Server;
  private readonly slots: Slots;
  private readonly clock: ClockCheck;
  private readonly seen = new Seen();

  private constructor(options: OpenOptions, adaptors: Adaptors) {
    this.adaptors = adaptors;
    this.clock = new ClockCheck(adaptors.clock);
    this.server = new Server(options.server ?? "", this.clock.listening(adaptors.network));
    this.slots = new Slots(adaptors.storage, "checkpoint");
    this.verifier = new Verifier(options.roots);
  }

  /** A checkpoint with the stored trust list, if that can be read and is still valid. */
  static async open(options: OpenOptions, adaptors: Adaptors): Promise<Checkpoint> {
    const checkpoint = new Checkpoint(options, adaptors);
    try {
      const stored = await checkpoint.slots.alone(() => checkpoint.slots.read());
      if (stored !== undefined) checkpoint.take(stored.bytes);
    } catch (thrown) {
      // A trust list is the same for everyone, and the next `refresh` fetches it again.
      checkpoint.storageProblem = problemOf(thrown);
    }
    return checkpoint;
  }

  /** Fetches the current trust list; returns the problem if it cannot be used. The old one then stays in use. */
  async refresh(): Promise<Problem | undefined> {
    let file: Uint8Array;
    try {
      file = await this.server.file("trust-list");
    } catch (thrown) {
      return problemOf(thrown);
    }
    const problem = this.take(file);
    if (problem === undefined) {
      try {
        await this.slots.alone(() => this.slots.write(file, this.adaptors.clock.now()));
        this.storageProblem = undefined;
      } catch (thrown) {
        this.storageProblem = problemOf(thrown);
      }
    }
    return problem;
  }

  /** By how much the clock is wrong, in milliseconds; positive if it is fast, 0 if that is not known. */
  get clockError(): number {
    return this.clock.error(this.trust ? [this.trust] : []);
  }

  /** `clock-inexact` or `clock-off` from an error of 20 s on: codes are then undecided where they would be refused for it. */
  get clockProblem(): Problem | undefined {
    return this.clock.problem(this.trust ? [this.trust] : []);
  }

  /** A new challenge, to be shown to one person. Throws `random-missing`. */
  ask(): Promise<Challenge> {
    return newChallenge(this.adaptors.random);
  }

  /** Verifies a scanned text; `challenge` is what this checkpoint asked the phone to sign. */
  verify(text: string, challenge?: Challenge | Uint8Array): Judgement {
    const now = this.adaptors.clock.now();
    const given = judged(challenge, (bytes) => this.verifier.verify(text, now, bytes));
    const verdict = this.clockProblem ? undecidedForClock(given) : given;
    const shownBefore = verdict.verdict === "accepted" ? this.seen.note(text.trim(), now) : undefined;
    return shownBefore === undefined ? verdict : { ...verdict, shownBefore };
  }

  /** Forgets the checksums of codes that it saw more than two minutes ago; `verify` does so too. */
  tidy(): void {
    this.seen.clear(this.adaptors.clock.now());
  }

  /** Scans a code and verifies it. Throws `scan-…`. */
  async scan(challenge?: Challenge | Uint8Array): Promise<Judgement> {
    return this.verify(await this.adaptors.scan.scan(), challenge);
  }

  /** Forgets the stored trust list. */
  forget(): Promise<void> {
    return this.slots.alone(() => this.slots.forget());
  }

  /** Frees the core's memory. The checkpoint cannot be used afterwards. */
  close(): void {
    this.verifier.free();
  }

  private take(file: Uint8Array): Problem | undefined {
    const loaded = this.verifier.load(file, this.adaptors.clock.now());
    if (loaded.result === "refused") return loaded.problem;
    this.trust = loaded.file;
    return undefined;
  }
}
