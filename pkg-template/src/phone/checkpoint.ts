import type { Adaptors } from "../adaptors/interfaces.js";
import { type FileState, type Problem, type Verdict, Verifier } from "../engine/core/healthcode.js";
import { problemOf } from "../texts/problem.js";
import type { OpenOptions } from "./phone.js";
import { Server } from "./server.js";
import { Slots } from "./slots.js";

/**
 * A checkpoint: the core's `Verifier` with a stored trust list, the host's clock and scanner. Scanned codes are never
 * kept.
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

  private constructor(options: OpenOptions, adaptors: Adaptors) {
    this.adaptors = adaptors;
    this.server = new Server(options.server ?? "", adaptors.network);
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

  /** Verifies a scanned text; `challenge` is what this checkpoint asked the phone to sign. */
  verify(text: string, challenge?: Uint8Array): Verdict {
    return this.verifier.verify(text, this.adaptors.clock.now(), challenge);
  }

  /** Scans a code and verifies it. Throws `scan-…`. */
  async scan(challenge?: Uint8Array): Promise<Verdict> {
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
