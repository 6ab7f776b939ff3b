import type { Adaptors } from "../adaptors/interfaces.js";
import { type FileState, type Problem, type Verdict, Verifier } from "../engine/core/healthcode.js";
import { problemOf } from "../texts/problem.js";
import type { OpenOptions } from "./phone.js";
import { Server } from "./server.js";
import { Slots } from "./slots.js";

/** A checkpoint: the core's `Verifier` with a stored trust list, the host's clock and its scanner. What is scanned is never kept. */
export class Checkpoint {
  /** What the checkpoint stands on. */
  readonly adaptors: Adaptors;
  /** The trust list in use, if there is one. */
  trust: FileState | undefined;
  /** Why the trust list does not outlive this visit, if it does not. */
  storageProblem: Problem | undefined;

  private readonly verifier: Verifier;
  private readonly server: Server;
  private readonly slots: Slots;

  private constructor(options: OpenOptions, adaptors: Adaptors) {
    this.adaptors = adaptors;
    this.server = new Server(options.server ?? "", adaptors.network);
    this.slots = new Slots(adaptors.storage, "checkpoint");
    this.verifier = new Verifier(options.roots);
  }

  /** A checkpoint with the trust list that was stored, if that can be read and still holds. */
  static async open(options: OpenOptions, adaptors: Adaptors): Promise<Checkpoint> {
    const checkpoint = new Checkpoint(options, adaptors);
    try {
      const stored = await checkpoint.slots.alone(() => checkpoint.slots.read());
      if (stored !== undefined) checkpoint.take(stored.bytes);
    } catch (thrown) {
      // A trust list is the same for everyone and comes again with the next `refresh`.
      checkpoint.storageProblem = problemOf(thrown);
    }
    return checkpoint;
  }

  /** Asks for the current trust list; returns what kept it from being used. The one that was there stays in use. */
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

  /** What is to be concluded from a scanned text; `challenge` is what this checkpoint asked to be signed. */
  verify(text: string, challenge?: Uint8Array): Verdict {
    return this.verifier.verify(text, this.adaptors.clock.now(), challenge);
  }

  /** Scans a code and verifies it. Throws `scan-…`. */
  async scan(challenge?: Uint8Array): Promise<Verdict> {
    return this.verify(await this.adaptors.scan.scan(), challenge);
  }

  /** Forgets the trust list that is stored. */
  forget(): Promise<void> {
    return this.slots.alone(() => this.slots.forget());
  }

  /** Lets go of the core's memory. The checkpoint cannot be used afterwards. */
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
