import type { Adaptors } from "../adaptors/interfaces.js";
import {
  type Answers,
  type Assessment,
  type Comparison,
  type FileState,
  type Forecast,
  Holder,
  type Identity,
  type LoadResult,
  type Problem,
  type Questionnaire,
  type ShowResult,
  type SubmitResult,
  type Visit,
  type VisitResult,
} from "../engine/core/healthcode.js";
import { codeOf, failure } from "../failure.js";
import type { FailureCode } from "../texts/failures.js";
import { problemOf } from "../texts/problem.js";
import * as saved from "./saved.js";
import { type FileName, Server } from "./server.js";
import { Slots, type Stored } from "./slots.js";
import { turns } from "./turns.js";

/** A day certificate is renewed when it has less than this left, in milliseconds. */
const RENEW_CERTIFICATE = 4 * 3_600_000;
/** A clock that shows this much less than it did before is set back, in milliseconds. */
const CLOCK_TOLERANCE = 5 * 60_000;
/** What was fetched less than this ago is not asked for again, in milliseconds. */
const JUST_NOW = 10_000;
/** The name of whoever was first to use this phone. */
const FIRST = "1";
/** In this order: each is checked by the one before. */
const FILES: readonly FileName[] = ["trust-list", "rule-pack", "risk-table"];

/** What a phone tells: it has taken up what was stored elsewhere, or its person was forgotten. */
export type News = "stored" | "forgotten";

/** What a phone, a family or a checkpoint is opened with. */
export interface OpenOptions {
  /** The root keys that your app pins, each in 64 hexadecimal digits. */
  roots: string[];
  /** Where the signed files and certificates come from, such as `https://health.example`; left out, the page's own site. */
  server?: string;
  /** What is to stand in for the host's own adaptors. */
  adaptors?: Partial<Adaptors>;
}

/** What a phone is opened with. */
export interface PhoneOptions extends OpenOptions {
  /** Which of the people who use this phone: a word of letters, digits and hyphens; `1` if left out. */
  person?: string;
}

/**
 * A citizen's phone: the core's `Holder` with the host's storage, clock, random source and network. What changes is
 * stored before the promise is kept, and the other phones of this person take it up by themselves, in this page and in
 * others where the storage can tell them: none undoes another's changes or goes on with what is forgotten. It shows
 * nothing, and showing a code makes no request.
 */
export class Phone {
  /** The name among the people who use this phone. */
  readonly person: string;
  /** What the phone stands on. */
  readonly adaptors: Adaptors;
  /** Why changes do not outlive this visit, if they do not: what the last attempt to store met. */
  storageProblem: Problem | undefined;

  /** A copy of what was stored was damaged when this was opened, and the other was taken: the last change may be lost. */
  recovered = false;

  /** When it last asked for signed files, in milliseconds of the device's own clock; 0 for not yet. */
  asked = 0;

  /** There once the phone is open. */
  private core!: Holder;
  private readonly options: PhoneOptions;
  private readonly slots: Slots;
  private readonly server: Server;
  private named: Identity | undefined;
  private generation: number | undefined;
  private latest = 0;
  /** When all files came and were taken, by the device's own clock. */
  private fetched = 0;
  private readonly listeners = new Set<(news: News) => void>();
  /** Ends the hearing of others; there while the phone is open. */
  private deaf: (() => void) | undefined;
  /** It is going to look what others have stored. */
  private looking: Promise<unknown> | undefined;
  /** The person was forgotten: nothing is stored until `certify` begins anew. */
  private gone: boolean | undefined;
  /** What is stored could not be read yet: nothing may be written over it. */
  private unread: boolean | undefined;

  private constructor(options: PhoneOptions, adaptors: Adaptors) {
    this.options = options;
    this.adaptors = adaptors;
    this.person = options.person ?? FIRST;
    this.slots = slotsOf(adaptors, this.person);
    this.server = new Server(options.server ?? "", adaptors.network);
  }

  /**
   * What was stored, or a new phone, once the engine is `ready`. Throws `storage-damaged`, `storage-newer`,
   * `holder-state-damaged` or `holder-state-newer`; what was stored then stays as it is.
   */
  static async open(options: PhoneOptions, adaptors: Adaptors, ready?: Promise<void>): Promise<Phone> {
    const phone = new Phone(options, adaptors);
    // While the engine comes; what goes wrong here does so again below.
    const early = phone.slots.alone(() => phone.slots.read()).catch(() => undefined);
    await ready;
    const before = await early;
    await phone.slots.alone(async () => {
      await phone.reload(before);
      phone.deaf = phone.slots.hear(() => phone.look());
    });
    return phone;
  }

  /** The core's state of this person, for reading. It is another object after each change, so do not keep it. */
  get holder(): Holder {
    return this.core;
  }

  /** The masked identity to ask certificates for. */
  get identity(): Identity | undefined {
    return this.named ?? this.core.identity();
  }

  /**
   * Calls `hear` when the phone has taken up what was stored elsewhere, and when its person was forgotten, here or
   * elsewhere: what is shown of it is to be made anew. What it returns ends that.
   */
  listen(hear: (news: News) => void): () => void {
    this.listeners.add(hear);
    return () => this.listeners.delete(hear);
  }

  /** The moment now, in milliseconds since 1970. */
  now(): number {
    return this.adaptors.clock.now();
  }

  /** `clock-set-back` while the clock shows less than it did before; certificates and data may then seem expired or not yet issued. */
  get clockProblem(): Problem | undefined {
    if (this.now() >= this.latest - CLOCK_TOLERANCE) return undefined;
    return { code: "clock-set-back", message: "the clock shows an earlier time than before" };
  }

  /** The state of a kind of file, if there is one. */
  file(kind: FileState["kind"]): FileState | undefined {
    return this.core.files().find((file) => file.kind === kind);
  }

  /** Asks for the current signed files, and returns what kept any from being used. What was there stays in use. */
  async refresh(): Promise<Problem[]> {
    let fetched: Uint8Array[];
    this.asked = Date.now();
    try {
      fetched = await Promise.all(FILES.map((name) => this.server.file(name)));
    } catch (thrown) {
      // What the clock kept from being opened may be in order now, and what has expired no longer.
      if (this.core.files().some((file) => file.problem !== undefined || this.expired(file)))
        this.core.reopen(this.now());
      return [problemOf(thrown)];
    }
    return this.change(async (holder) => {
      const problems: Problem[] = [];
      const turn = turns();
      for (const bytes of fetched) {
        await turn();
        const loaded = holder.load(bytes, this.now());
        if (loaded.result === "refused") problems.push(loaded.problem);
      }
      // Fresh files that are in order by this clock show that it is right.
      if (problems.length === 0) {
        this.latest = this.now();
        this.fetched = Date.now();
      }
      return problems;
    });
  }

  /** Takes a signed file that came some other way, such as the person's record. */
  load(file: Uint8Array): Promise<LoadResult> {
    return this.change((holder) => holder.load(file, this.now()));
  }

  /** Whether a day certificate must be asked for now. */
  certificateDue(): boolean {
    const expires = this.file("day-certificate")?.expires;
    return expires === undefined || Date.parse(expires) - this.now() < RENEW_CERTIFICATE;
  }

  /**
   * Makes the phone's key if there is none, and asks for a day certificate for the masked identity. Throws
   * `random-missing`, `network-…`, or what the server or the core say against it.
   */
  async certify(identity: Identity): Promise<void> {
    let random: Uint8Array | undefined;
    if (this.core.publicKey() === undefined) {
      random = (await this.adaptors.random.bytes(32)) as Uint8Array | undefined;
      if (random?.length !== 32) throw failure("random-missing", "too few random bytes");
    }
    await this.change((holder) => {
      if (random !== undefined && holder.publicKey() === undefined) holder.createKey(random);
      this.named = identity;
      this.gone = false;
    });
    const certificate = await this.server.certificate(this.core.certificateRequest(identity, this.now()));
    const loaded = await this.load(certificate);
    if (loaded.result === "refused") throw failure(loaded.problem.code as FailureCode, loaded.problem.message);
  }

  /** Renews files that have not just come, and the certificate if it is due; returns what kept anything from being renewed. */
  async renew(): Promise<Problem[]> {
    const problems = Math.abs(Date.now() - this.fetched) < JUST_NOW ? [] : await this.refresh();
    const { identity } = this;
    if (identity !== undefined && this.core.rules() !== undefined && this.certificateDue()) {
      await this.certify(identity).catch((thrown) => problems.push(problemOf(thrown)));
    }
    return problems;
  }

  /** The questions to ask, given the answers so far, and what is wrong with those. Throws `holder-no-rules`. */
  questions(answers: Answers): Questionnaire {
    return this.core.questions(answers, this.now());
  }

  /** Hands in a report. Throws `holder-no-rules` or `holder-diary-full`. */
  report(answers: Answers): Promise<SubmitResult> {
    return this.change(
      (holder) => holder.submit(answers, this.now()),
      ({ result }) => result === "accepted",
    );
  }

  /** Adds a visit to the diary. */
  addVisit(visit: Visit): Promise<VisitResult> {
    return this.change(
      (holder) => holder.addVisit(visit, this.now()),
      ({ result }) => result === "added",
    );
  }

  /** Takes a visit out of the diary, given as the diary gives it, and says whether it was there. */
  removeVisit(visit: Visit): Promise<boolean> {
    return this.change(
      (holder) => holder.removeVisit(visit),
      (removed) => removed,
    );
  }

  /** Notes that the person has seen what is assessed now. Throws `holder-no-rules`. */
  async note(here?: string): Promise<void> {
    await this.change((holder) => holder.note(this.now(), here));
  }

  /** What differs from what was noted last: why the colour is not what it was. Throws `holder-no-rules`. */
  compare(here?: string): Comparison | undefined {
    return this.core.compare(this.now(), here);
  }

  /** The colour now and why; `here` is where the code is to be shown, if that is known. Throws `holder-no-rules`. */
  assess(here?: string): Assessment {
    return this.core.assess(this.now(), here);
  }

  /** What is to come. Throws `holder-no-rules`. */
  forecast(here?: string): Forecast {
    return this.core.forecast(this.now(), here);
  }

  /** A code for this minute, made without any request; `challenge` is what a checkpoint asked to be signed. */
  show(here?: string, challenge?: Uint8Array): ShowResult {
    // Word of a change may be late, or not come.
    if (this.adaptors.storage.hear) this.look();
    return this.core.show(this.now(), here, challenge);
  }

  /** Forgets this person: nothing of what was stored can be read afterwards. `certify` begins anew. */
  async forget(): Promise<void> {
    try {
      await this.slots.alone(() => {
        this.empty();
        return this.slots.forget();
      });
    } finally {
      this.tell("forgotten");
    }
  }

  /** Takes up what others have stored or forgotten: for a storage that several pages share and that cannot tell of it. */
  reopen(): Promise<void> {
    return this.slots.alone(() => this.reload());
  }

  /** Lets go of the core's memory. The phone cannot be used afterwards. */
  close(): void {
    this.deaf?.();
    this.deaf = undefined;
    this.core.free();
  }

  private expired({ expires }: FileState): boolean {
    return expires !== undefined && Date.parse(expires) <= this.now();
  }

  /** Changes the newest state, and stores it if what came out says that it did change. */
  private async change<T>(act: (holder: Holder) => T | Promise<T>, changed?: (result: T) => boolean): Promise<T> {
    return this.slots.alone(async () => {
      // What people do with what they saw before is nothing for an empty phone.
      if ((await this.follow()) === "forgotten" || (this.gone && changed)) {
        throw failure("phone-forgotten", "what was stored has been forgotten");
      }
      const result = await act(this.core);
      if (!changed || changed(result)) await this.store();
      return result;
    });
  }

  private async store(): Promise<void> {
    this.latest = Math.max(this.latest, this.now());
    if (this.unread || this.gone) return;
    try {
      const bytes = saved.write({ state: this.core.save(), identity: this.named, latest: this.latest });
      this.generation = await this.slots.write(bytes, this.now());
      this.storageProblem = undefined;
    } catch (thrown) {
      this.storageProblem = problemOf(thrown);
    }
  }

  /** Sees to it that no code is made of what others have changed since. */
  private look(): void {
    const over = () => (this.looking = undefined);
    this.looking ??= this.slots
      .alone(async () => {
        over();
        if (this.deaf) await this.follow();
      })
      // What cannot be read is told as the storage's problem.
      .catch(over);
  }

  /** Takes up what somebody else has stored or forgotten, or what could not be read before. */
  private async follow(): Promise<News | undefined> {
    const { generation: before } = this;
    try {
      const generation = await this.slots.generation();
      if (generation === before && !this.unread) return undefined;
      await this.reload();
    } catch (thrown) {
      // Storing will meet it again, and says so.
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

  /** Tells those who listen, once what is going on is done. */
  private tell(news: News): void {
    this.listeners.forEach((hear) => void Promise.resolve(news).then(hear));
  }

  /** Has nothing any more. */
  private empty(): void {
    this.core.forget();
    this.named = this.generation = undefined;
    this.latest = this.fetched = 0;
    this.gone = true;
  }

  /** Takes up what is stored; `before` is what was read of it before. */
  private async reload(before?: Stored): Promise<void> {
    try {
      const stored = await this.slots.read(before);
      if (stored !== undefined) await this.take(stored);
      else if (this.generation !== undefined) this.empty();
      this.unread = false;
    } catch (thrown) {
      if (!passes(thrown)) throw thrown;
      this.storageProblem = problemOf(thrown);
      this.unread = true;
    }
    this.core ??= new Holder(this.options.roots);
  }

  /** Opens the stored files one by one: without WebAssembly, all of them at once would be a stand-still. */
  private async take({ bytes, generation, recovered }: Stored): Promise<void> {
    const turn = turns();
    const { state, identity, latest } = saved.read(bytes);
    const holder = Holder.unopened(this.options.roots, state);
    try {
      do await turn();
      while (holder.openNext(this.now()));
    } catch (thrown) {
      holder.free();
      throw thrown;
    }
    this.core?.free();
    this.core = holder;
    this.named = identity;
    this.latest = latest;
    this.generation = generation;
    this.recovered = recovered;
    this.gone = false;
  }
}

/** Whether a storage that throws this may be read another time. Without one a phone works as long as it is open. */
function passes(thrown: unknown): boolean {
  const code = codeOf(thrown);
  return code === "storage-unavailable" || code === "storage-full";
}

/** Where a person's state is stored. Throws `phone-person`. */
export function slotsOf({ storage }: Adaptors, person = FIRST): Slots {
  if (!/^[A-Za-z0-9-]{1,32}$/.test(person))
    throw failure("phone-person", "a person's name is a word of 1 to 32 characters");
  return new Slots(storage, `person-${person}`);
}

/** Everything that is stored of a person, whole or not, as JSON text. */
export async function storedCopy({ person }: PhoneOptions, adaptors: Adaptors): Promise<string> {
  const slots = slotsOf(adaptors, person);
  return JSON.stringify(await slots.alone(() => slots.all()));
}

/** Puts what cannot be read aside, until it is forgotten, so that a new phone can begin. */
export async function setAside({ person }: PhoneOptions, adaptors: Adaptors): Promise<void> {
  const slots = slotsOf(adaptors, person);
  await slots.alone(() => slots.setAside(adaptors.clock.now()));
}
