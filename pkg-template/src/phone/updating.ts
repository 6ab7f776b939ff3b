// Brings the signed files of a phone up to date, as far as a server has newer ones.
import type { FileState, Named, Problem } from "../engine/core/healthcode.js";
import { problemOf } from "../texts/problem.js";
import { heldManifest } from "./files.js";
import { Following, isUnreachable } from "./following.js";
import type { Kept } from "./kept.js";
import type { Server } from "./server.js";
import { turns } from "./turns.js";

/** Files fetched less than this ago are not fetched again, in milliseconds. */
const JUST_NOW = 10_000;
/** Files fetched at a time: hosts open some ten connections at most. */
const TOGETHER = 6;

/** Fetches what is new of the signed files. */
export class Updating {
  private readonly kept: Kept;
  private readonly server: Server;
  private readonly now: () => number;
  private readonly following: Following;
  /** When all files were last fetched and accepted, by the device's own clock. */
  private fetched = 0;

  constructor(kept: Kept, server: Server, now: () => number) {
    this.kept = kept;
    this.server = server;
    this.now = now;
    this.following = new Following(
      {
        held: () => heldManifest(kept.core.files(), now()),
        trustList: () => kept.core.trustList(),
        newerTrustList: () => kept.core.missing().find(({ kind }) => kind === "trust-list")?.version,
        take: async (file) => (await this.takeAll([file]))[0],
      },
      server,
    );
  }

  /** Whether all files were fetched and accepted a moment ago. */
  get done(): boolean {
    return Math.abs(Date.now() - this.fetched) < JUST_NOW;
  }

  /** The files are not there any more. */
  forget(): void {
    this.fetched = 0;
  }

  /** Fetches them, the manifest first; returns the problems with those that cannot be used. */
  async update(): Promise<Problem[]> {
    const { kept } = this;
    // Files that the clock made invalid may be valid now, and others may have expired.
    if (kept.core.files().some((file) => file.problem !== undefined || this.expired(file)))
      kept.core.reopen(this.now());
    const problems = await this.following.follow();
    if (!problems.some(isUnreachable)) problems.push(...(await this.fetch()));
    if (problems.length === 0) {
      this.fetched = Date.now();
      // Files that are valid by this clock show that it is right.
      if (this.now() < kept.latest) {
        kept.latest = this.now();
        await kept.change(
          () => undefined,
          () => true,
          true,
        );
      }
    }
    return problems;
  }

  /** Fetches the files that the manifest names and this phone wants and does not have, each by its hash. */
  private async fetch(): Promise<Problem[]> {
    const problems: Problem[] = [];
    const fetched = (named: Named) =>
      this.server.file(named).catch((thrown: unknown) => void problems.push(problemOf(thrown)));
    // A newer trust list came before, or there is a problem with it.
    const missing = this.kept.core.missing().filter(({ kind }) => kind !== "trust-list");
    for (let at = 0; at < missing.length; at += TOGETHER) {
      const files = await Promise.all(missing.slice(at, at + TOGETHER).map(fetched));
      const came = files.filter((file) => file !== undefined);
      if (came.length > 0) problems.push(...(await this.takeAll(came)));
    }
    return problems;
  }

  /** Loads files one after another, each by itself, and stores what that changes; returns the problems. */
  private async takeAll(files: Uint8Array[]): Promise<Problem[]> {
    const { problems } = await this.kept.change(
      async (holder) => {
        const problems: Problem[] = [];
        const before = holder.trustList();
        const turn = turns();
        for (const file of files) {
          await turn();
          this.kept.alive();
          const loaded = holder.load(file, this.now());
          if (loaded.result === "refused") problems.push(loaded.problem);
        }
        // A trust list that has expired is believed, though it is not in force.
        return { problems, changed: problems.length < files.length || holder.trustList() !== before };
      },
      ({ changed }) => changed,
      true,
    );
    return problems;
  }

  private expired({ expires }: FileState): boolean {
    return expires !== undefined && Date.parse(expires) <= this.now();
  }
}
