import { type Answers, type FileState, Holder, type Identity, type LoadResult, type Problem, type Visit } from "healthcode";
import { clock } from "../app/clock.ts";
import { problemOf } from "../app/problem.ts";
import { fetchFile, requestCertificate, type FileName } from "../app/server.ts";
import { tellSiblings } from "../app/siblings.ts";
import { read, remove, removeEverything, write } from "../app/storage.ts";

const STATE = "holder";
const IDENTITY = "identity";
/** What could not be read is kept under this name, for whoever can help. */
const DAMAGED = "holder-damaged";
/** In this order: each is checked by the one before. */
const FILES: FileName[] = ["trust-list", "rule-pack", "risk-table"];
/** A day certificate is renewed when it has less than this left, in milliseconds. */
const RENEW_CERTIFICATE = 4 * 3_600_000;

/** The citizen's phone: the crate's holder with its storage and its three kinds of request. It shows nothing. */
export class Phone {
  readonly holder: Holder;
  /** The masked identity to ask certificates for. */
  identity: Identity | undefined;
  /** Whether changes outlive this visit. */
  stored = true;

  private constructor(holder: Holder, identity: Identity | undefined) {
    this.holder = holder;
    this.identity = identity ?? holder.identity();
  }

  /**
   * What was stored, or a new phone. Throws `holder-state-damaged` or `holder-state-newer`; what was stored then stays
   * as it is.
   */
  static async open(roots: string[]): Promise<Phone> {
    let saved: Uint8Array | undefined;
    let identity: Identity | undefined;
    try {
      saved = await read(STATE);
      identity = await readIdentity();
    } catch {
      const phone = new Phone(new Holder(roots), undefined);
      phone.stored = false;
      return phone;
    }
    return new Phone(saved ? Holder.restore(roots, saved, clock.now()) : new Holder(roots), identity);
  }

  /** Puts what could not be read aside, so that a new phone can begin; returns it. */
  static async setAside(): Promise<void> {
    const saved = await read(STATE);
    if (saved === undefined) return;
    await write(`${DAMAGED}-${new Date().toISOString()}`, saved);
    await remove(STATE);
  }

  /** The bytes that are stored, as they are. */
  static async storedBytes(): Promise<Uint8Array | undefined> {
    return read(STATE);
  }

  /** Asks for the current signed files, and returns what kept any from being used. What was there stays in use. */
  async refresh(): Promise<Problem[]> {
    const problems: Problem[] = [];
    let fetched: Uint8Array[];
    try {
      fetched = await Promise.all(FILES.map(fetchFile));
    } catch (thrown) {
      // What the clock kept from being opened may be in order now.
      this.holder.reopen(clock.now());
      return [problemOf(thrown)];
    }
    for (const bytes of fetched) {
      const loaded: LoadResult = this.holder.load(bytes, clock.now());
      if (loaded.result === "refused") problems.push(loaded.problem);
    }
    await this.save();
    return problems;
  }

  /** The state of a kind of file. */
  file(kind: FileState["kind"]): FileState | undefined {
    return this.holder.files().find((file) => file.kind === kind);
  }

  /** Whether a certificate must be asked for now. */
  certificateDue(): boolean {
    const certificate = this.file("day-certificate");
    if (certificate?.expires === undefined) return true;
    return Date.parse(certificate.expires) - clock.now() < RENEW_CERTIFICATE;
  }

  /** Asks for a day certificate. Throws what the server or the crate say against it. */
  async certify(identity: Identity): Promise<void> {
    this.identity = identity;
    await this.saveIdentity();
    if (this.holder.publicKey() === undefined) this.holder.createKey(crypto.getRandomValues(new Uint8Array(32)));
    await this.save();
    const request = this.holder.certificateRequest(identity, clock.now());
    const loaded = this.holder.load(await requestCertificate(new Uint8Array(request)), clock.now());
    if (loaded.result === "refused") throw Object.assign(new Error(loaded.problem.message), { code: loaded.problem.code });
    await this.save();
  }

  async report(answers: Answers): Promise<ReturnType<Holder["submit"]>> {
    const result = this.holder.submit(answers, clock.now());
    if (result.result === "accepted") await this.save();
    return result;
  }

  async addVisit(visit: Visit): Promise<ReturnType<Holder["addVisit"]>> {
    const result = this.holder.addVisit(visit, clock.now());
    if (result.result === "added") await this.save();
    return result;
  }

  async removeVisit(visit: Visit): Promise<void> {
    if (this.holder.removeVisit(visit)) await this.save();
  }

  /** Notes that the person has seen what is assessed now. */
  async note(): Promise<void> {
    this.holder.note(clock.now());
    await this.save();
  }

  /** Forgets everything that this site has stored. */
  async forget(): Promise<void> {
    this.holder.forget();
    this.identity = undefined;
    await removeEverything();
    tellSiblings("forgotten");
  }

  private async save(): Promise<void> {
    await this.keep(STATE, this.holder.save());
    tellSiblings("stored");
  }

  private async saveIdentity(): Promise<void> {
    await this.keep(IDENTITY, new TextEncoder().encode(JSON.stringify(this.identity)));
  }

  private async keep(name: string, bytes: Uint8Array): Promise<void> {
    try {
      await write(name, bytes);
    } catch {
      this.stored = false;
    }
  }
}

async function readIdentity(): Promise<Identity | undefined> {
  const bytes = await read(IDENTITY);
  if (bytes === undefined) return undefined;
  try {
    const value = JSON.parse(new TextDecoder().decode(bytes)) as Partial<Identity>;
    const { name, digits } = value;
    return typeof name === "string" && typeof digits === "string" ? { name, digits } : undefined;
  } catch {
    return undefined;
  }
}
