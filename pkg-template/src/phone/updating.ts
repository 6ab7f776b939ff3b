// Brings the signed files of a phone up to date, as far as a server has newer ones.
import type { FileState, Named, Problem } from "../engine/core/healthcode.js";
import { codeOf, failure } from "../failure.js";
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

/** What came: a file, or the delta that leads to one. */
interface Came {
  bytes: Uint8Array;
  /** The proof that the public log has the file. */
  proof?: Uint8Array | undefined;
  to?: Named;
}

/** Fetches what is new of the signed files. */
export class Updating {
  private readonly kept: Kept;
  private readonly server: Server;
  private readonly now: () => number;
  /** Whether the clock is known to be slow. */
  private readonly slow: () => boolean;
  private readonly following: Following;
  /** When all files were last fetched and accepted, by the device's own clock. */
  private fetched = 0;
  /** Whether the mailbox was there when it was last looked into. */
  heard = false;

  constructor(kept: Kept, server: Server, now: () => number, slow: () => boolean) {
    this.kept = kept;
    this.server = server;
    this.now = now;
    this.slow = slow;
    this.following = new Following(
      {
        held: () => heldManifest(kept.core.files(), now()),
        trustList: () => kept.core.trustList(),
        newerTrustList: () => kept.core.missing().find(({ kind }) => kind === "trust-list")?.version,
        take: async (bytes) => (await this.takeAll([{ bytes }])).problems[0],
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
    const problems: Problem[] = [];
    // Files that the clock made invalid may be valid now, and a list that has expired no longer lets any in. What else has
    // expired stays open, and whoever reads it looks at the time.
    const isOver = (file: FileState) =>
      file.problem !== undefined || (file.kind === "trust-list" && this.expired(file));
    if (kept.core.files().some(isOver)) {
      await kept.openAgain().catch((thrown: unknown) => {
        // Where there is no memory for both, what is in use stays so.
        if (codeOf(thrown) !== "engine-out-of-memory") throw thrown;
        problems.push(problemOf(thrown));
      });
    }
    problems.push(...(await this.following.follow()));
    if (!problems.some(isUnreachable))
      problems.push(...(await this.fetch()), ...this.without(), ...(await this.look()));
    if (problems.length === 0) {
      this.fetched = Date.now();
      // Files that are valid by this clock show that it is right, unless the server's says otherwise, and what was told by one
      // that was ahead is of now.
      if (this.now() < kept.latest && !this.slow()) {
        kept.latest = this.now();
        await kept.change(
          (holder) => holder.dateBack(this.now()),
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
    const came = async (named: Named, whole: boolean): Promise<Came> => {
      const proof = this.kept.core.log() === undefined ? undefined : await this.proof(named);
      const from = whole ? undefined : this.from(named);
      if (from !== undefined) {
        const delta = await this.server.delta(named, from).catch((thrown: unknown) => {
          // Without a network there is no file either; without a delta there may be one.
          if (isUnreachable(problemOf(thrown))) throw thrown;
        });
        if (delta) return { bytes: delta, proof, to: named };
      }
      return { bytes: await this.server.file(named), proof };
    };
    const fetched = (named: Named, whole = false) =>
      came(named, whole).catch((thrown: unknown) => void problems.push(problemOf(thrown)));
    // A newer trust list came before, or there is a problem with it.
    const tried = new Set<string>();
    const next = () =>
      this.kept.core
        .missing()
        .filter(({ kind, digest }) => kind !== "trust-list" && !tried.has(digest))
        .slice(0, TOGETHER);
    // Which lists a phone wants depends on the rules that came before them.
    for (let missing = next(); missing.length > 0; missing = next()) {
      for (const { digest } of missing) tried.add(digest);
      const files = await Promise.all(missing.map((named) => fetched(named)));
      const there = files.filter((file) => file !== undefined);
      if (there.length === 0) continue;
      const { problems: refused, whole } = await this.takeAll(there);
      problems.push(...refused);
      // What a delta does not lead to comes whole.
      const instead = await Promise.all(whole.map((named) => fetched(named, true)));
      const others = instead.filter((file) => file !== undefined);
      if (others.length > 0) problems.push(...(await this.takeAll(others)).problems);
    }
    return problems;
  }

  /** The proof of a file, which is not fetched without: nothing would be taken, and all of it would come again each time. */
  private proof(named: Named): Promise<Uint8Array | undefined> {
    return this.server.proof(named.digest).catch((thrown: unknown) => {
      throw isUnreachable(problemOf(thrown)) ? thrown : failure("proof-missing", `no proof came for the ${named.kind}`);
    });
  }

  /** Looks into the person's mailbox, where the issuer says what has changed since their certificate. */
  private async look(): Promise<Problem[]> {
    const path = this.kept.core.mailbox();
    this.heard = false;
    if (path === undefined) return [];
    try {
      const { problems } = await this.takeAll([{ bytes: await this.server.mailbox(path) }]);
      this.heard = problems.length === 0;
      return problems;
    } catch (thrown) {
      return [problemOf(thrown)];
    }
  }

  /** `holder-no-region` if there are rules of several regions and nobody has said whose are wanted: none are fetched then. */
  private without(): Problem[] {
    const { core } = this.kept;
    if (core.rules() !== undefined) return [];
    try {
      core.questions({}, this.now());
    } catch (thrown) {
      if (codeOf(thrown) === "holder-no-region") return [problemOf(thrown)];
    }
    return [];
  }

  /** The version of the table in use from which a server may have a delta to a newer one. */
  private from({ kind, place, version, deltas }: Named): number | undefined {
    if (deltas === undefined) return undefined;
    const isBefore = (file: FileState) =>
      file.kind === kind &&
      file.place === place &&
      file.problem === undefined &&
      file.version !== undefined &&
      file.version >= deltas &&
      file.version < version;
    return this.kept.core.files().find(isBefore)?.version;
  }

  /** Loads files one after another, each by itself, and stores what that changes; returns the problems, and what is to come whole. */
  private async takeAll(files: Came[]): Promise<{ problems: Problem[]; whole: Named[] }> {
    const { result } = await this.kept.change(
      async (holder) => {
        const problems: Problem[] = [];
        const whole: Named[] = [];
        const before = holder.trustList();
        let taken = false;
        const turn = turns();
        for (const { bytes, proof, to } of files) {
          await turn();
          this.kept.alive();
          const loaded = to ? holder.loadDelta(bytes, this.now(), proof) : holder.load(bytes, this.now(), proof);
          if (loaded.result === "loaded") taken = true;
          else if (to === undefined) problems.push(loaded.problem);
          // Another page may have taken it meanwhile.
          else if (holder.missing().some(({ digest }) => digest === to.digest)) whole.push(to);
        }
        // A trust list that has expired is believed, though it is not in force.
        return { problems, whole, changed: taken || holder.trustList() !== before };
      },
      ({ changed }) => changed,
      true,
    );
    return result;
  }

  private expired({ expires }: FileState): boolean {
    return expires !== undefined && Date.parse(expires) <= this.now();
  }
}
