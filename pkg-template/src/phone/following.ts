// Fetches what is new from a server, in the order in which a phone or a checkpoint can take it.
import type { Problem } from "../engine/core/healthcode.js";
import { TRUST_LIST_STEPS } from "../limits.js";
import { problemOf } from "../texts/problem.js";
import type { Server } from "./server.js";

/** What a phone and a checkpoint have in common: both believe a trust list and a manifest. */
export interface Believer {
  /** The SHA-256 of the manifest if that and the trust list are in force. */
  held(): string | undefined;
  /** The version of the trust list whose roots it believes: the way to the newest list begins after it. */
  trustList(): number | undefined;
  /** The version of the trust list that the manifest names, if that is newer than any seen. */
  newerTrustList(): number | undefined;
  /** Loads a file, and stores what that changes; returns the problem if it is refused. */
  take(file: Uint8Array): Promise<Problem | undefined>;
}

/** A manifest refused with one of these may be taken by a newer trust list. */
const FOR_WANT_OF_TRUST: readonly string[] = [
  "holder-no-trust-list",
  "checkpoint-no-trust-list",
  "file-expired",
  "file-unknown-key",
  "file-bad-signature",
  "file-too-few-signers",
];

/** Keeps what somebody believes up with a server, as The Update Framework asks of a client (TUF 1.0, section 5). */
export class Following {
  private readonly believer: Believer;
  private readonly server: Server;
  /** The last trust list tried on the way from old roots to the newest. */
  private tried = 0;

  constructor(believer: Believer, server: Server) {
    this.believer = believer;
    this.server = server;
  }

  /**
   * Fetches the manifest, and the trust list where a newer one is needed; returns the problems with those that cannot be
   * used. The old ones then stay in use.
   */
  async follow(): Promise<Problem[]> {
    const { believer, server } = this;
    const problems: (Problem | undefined)[] = [];
    let refused: Problem | undefined;
    const manifest = await server.manifest(believer.held()).catch(problemOf);
    if (isProblem(manifest)) {
      problems.push(manifest);
      // Without a network there is no trust list either; without a manifest there may be one.
      if (isUnreachable(manifest)) return [manifest];
    } else if (manifest) {
      refused = await believer.take(manifest);
    }
    const wanting = refused !== undefined && FOR_WANT_OF_TRUST.indexOf(refused.code) >= 0;
    if (wanting || isProblem(manifest) || believer.newerTrustList() !== undefined) {
      let without = await this.named(await this.trustList());
      if (wanting) {
        refused = without === undefined ? await believer.take(manifest as Uint8Array) : undefined;
        without = await this.named(without);
      }
      // What is wrong with every answer, as with those of a network that wants a password first, is said once.
      if (without?.code !== problems[0]?.code) problems.unshift(without);
    }
    problems.push(refused);
    return problems.filter((problem) => problem !== undefined);
  }

  /**
   * Fetches the trust list that the manifest names, if the newest that the server gives is not it: whoever keeps back a
   * revocation does not do so unnoticed. Returns the problem if it does not come, `before` if there was one already.
   */
  private async named(before: Problem | undefined): Promise<Problem | undefined> {
    const { believer } = this;
    const version = believer.newerTrustList();
    if (version === undefined || (before && isUnreachable(before))) return before;
    const problem = await this.trustList(version);
    if (believer.newerTrustList() === undefined) return problem;
    const message = `the trust list that came is not number ${version}, which the manifest names`;
    return before ?? problem ?? { code: "file-not-in-manifest", message };
  }

  /**
   * Fetches the newest trust list, or the one of that number, and those on the way to it; returns the problem if it cannot
   * be used.
   */
  private async trustList(version?: number): Promise<Problem | undefined> {
    const { believer, server } = this;
    const newest = await server.trustList(version).catch(problemOf);
    if (isProblem(newest)) return newest;
    const problem = await believer.take(newest);
    if (problem?.code !== "trust-other-roots") return problem;
    // Each list is signed by roots of the one before. One that is not taken may be from before the app's own roots.
    for (let step = 0; step < TRUST_LIST_STEPS; step += 1) {
      const next = Math.max(this.tried, believer.trustList() ?? 0) + 1;
      const list = await server.trustList(next).catch(problemOf);
      if (isProblem(list)) {
        if (isUnreachable(list)) return list;
        // Whoever comes back starts again, as there may be more by then.
        this.tried = 0;
        break;
      }
      await believer.take(list);
      this.tried = next;
    }
    return believer.take(newest);
  }
}

const isProblem = (found: Uint8Array | Problem | undefined): found is Problem => found !== undefined && "code" in found;

/** Whether nothing can be had from the server. */
export const isUnreachable = ({ code }: Problem): boolean =>
  code === "network-unreachable" || code === "network-not-allowed" || code === "network-busy";
