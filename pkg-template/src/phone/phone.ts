// A phone with storage, clock, keys and server: what an app opens.
import type { Adaptors } from "../adaptors/interfaces.js";
import { hasTexts, isAbsent, need, needFunction, needText } from "../argument.js";
import {
  type Answers,
  type Assessment,
  type Comparison,
  type FileState,
  type Forecast,
  Holder,
  type Identity,
  type LoadResult,
  type Named,
  type Problem,
  type Questionnaire,
  type Roots,
  type ShowResult,
  type SubmitResult,
  type Visit,
  type VisitResult,
} from "../engine/core/healthcode.js";
import { closed, codeOf, failure } from "../failure.js";
import { pause } from "../pause.js";
import type { FailureCode } from "../texts/failures.js";
import { problemOf } from "../texts/problem.js";
import { ClockCheck } from "./clock.js";
import { withoutKeys } from "./copy.js";
import { heldManifest, staleSince } from "./files.js";
import { Following, isUnreachable } from "./following.js";
import { HostKeys, tried } from "./keys.js";
import * as saved from "./saved.js";
import { Server } from "./server.js";
import { Slots, type Stored } from "./slots.js";
import { turns } from "./turns.js";

/** A day certificate is renewed when it has less than this left, in milliseconds. */
const RENEW_CERTIFICATE = 4 * 3_600_000;
/** A clock that is this much behind an earlier reading was set back, in milliseconds. */
const CLOCK_TOLERANCE = 5 * 60_000;
/** Files fetched less than this ago are not fetched again, in milliseconds. */
const JUST_NOW = 10_000;
/** The name of the first person to use this phone. */
const FIRST = "1";
/** Files fetched at a time: hosts open some ten connections at most. */
const TOGETHER = 6;
const GONE = "the device no longer has the key of the day certificate";
/** How many random bytes make a key. */
const KEY_BYTES = 32;

/** What a phone notifies listeners of: it has loaded changes stored elsewhere, or its person was forgotten. */
export type News = "stored" | "forgotten";

/** Options for opening a phone, a family or a checkpoint. */
export interface OpenOptions {
  /**
   * The root keys that your app pins, each as 64 hexadecimal digits, and how many of them must sign a trust list:
   * `{ keys: ["…"], signers: 1 }`.
   */
  roots: Roots;
  /**
   * Where the signed files and certificates come from, such as `https://health.example`; `http://` only on this computer. By
   * default the page's own site. Where there is no page, as in Node and in mini-programs, what is stored works without, and
   * `refresh` and `certify` have `misuse-argument`.
   */
  server?: string | undefined;
  /**
   * Where the person lives, as a place code of 2, 4, 6, 9 or 12 digits such as `3301`: whose rules a phone takes. Without it,
   * those of the day certificate's region, or the only ones that the server has. Checkpoints have no use for it.
   */
  region?: string | undefined;
  /** Replacements for the host's own adaptors: `{ storage: memoryStorage() }`. Those left out are the host's own. */
  adaptors?: { [K in keyof Adaptors]?: Adaptors[K] | undefined } | undefined;
}

/** Options for opening a phone. */
export interface PhoneOptions extends OpenOptions {
  /** Which of the people who use this phone: a word of 1 to 32 letters, digits and hyphens; by default `1`. */
  person?: string | undefined;
}

/**
 * A citizen's phone: the core's `Holder` with the host's storage, clock, random source and network. Changes are stored
 * before their promise resolves, and the person's other phones pick them up, on this page and, if the storage can
 * notify them, on others: none undoes another's changes or keeps using forgotten data. It has no user interface, and
 * making a code needs no request.
 */
export class Phone {
  /** The person's name among those who use this phone. */
  readonly person: string;
  /** The adaptors that the phone uses. */
  readonly adaptors: Adaptors;
  /** Why changes cannot be stored, if they cannot: the problem at the last attempt. */
  storageProblem: Problem | undefined;

  /**
   * Whether one of the two stored copies was damaged on opening and the other was used: the last change may be lost.
   */
  recovered = false;

  /** When it last fetched signed files, in milliseconds of the device's own clock; 0 if it has not. */
  asked = 0;

  /** Set while the phone is open. */
  private opened: Holder | undefined;
  /** Whether `close` was called. */
  private over = false;
  private readonly options: PhoneOptions;
  private readonly slots: Slots;
  private readonly keys: HostKeys;
  /** Whether the host has lost the key of the day certificate. */
  private lost: boolean | undefined;
  private readonly server: Server;
  private readonly following: Following;
  private readonly clock: ClockCheck;
  private named: Identity | undefined;
  private generation: number | undefined;
  private latest = 0;
  /** When all files were last fetched and accepted, by the device's own clock. */
  private fetched = 0;
  private readonly listeners = new Set<(news: News) => void>();
  /** Stops listening to the storage; set while the phone is open. */
  private deaf: (() => void) | undefined;
  /** A scheduled check for changes stored by others. */
  private looking: Promise<unknown> | undefined;
  /** The forecasts that are being made or wait for it, by place. */
  private readonly foreseeing = new Map<string | undefined, Promise<Forecast>>();
  /** The end of the last of them. */
  private foreseen: Promise<unknown> = Promise.resolve();
  /** Whether the person was forgotten: nothing is stored until `certify` starts again. */
  private gone: boolean | undefined;
  /** Whether others may have stored something that could not be looked up. */
  private outdated: boolean | undefined;
  /** Whether the stored data could not be read yet: it must not be overwritten. */
  private unread: boolean | undefined;

  private constructor(options: PhoneOptions, adaptors: Adaptors) {
    this.options = options;
    this.adaptors = adaptors;
    this.person = options.person ?? FIRST;
    this.slots = slotsOf(adaptors, this.person);
    this.keys = keysOf(adaptors, this.person);
    this.clock = new ClockCheck(adaptors.clock);
    this.server = new Server(options.server ?? "", this.clock.listening(adaptors.network));
    this.following = new Following(
      {
        held: () => heldManifest(this.core.files(), this.now()),
        trustList: () => this.core.trustList(),
        newerTrustList: () => this.core.missing().find(({ kind }) => kind === "trust-list")?.version,
        take: async (file) => (await this.takeAll([file]))[0],
      },
      this.server,
    );
  }

  /**
   * The stored phone, or a new one, once the engine is `ready`. Throws `storage-damaged`, `storage-newer`,
   * `holder-state-damaged` or `holder-state-newer`; the stored data then stays as it is.
   */
  static async open(options: PhoneOptions, adaptors: Adaptors, ready?: Promise<void>): Promise<Phone> {
    const phone = new Phone(options, adaptors);
    // While the engine loads; any failure here will happen again below.
    const early = phone.slots.alone(() => phone.slots.read(), true).catch(() => undefined);
    await ready;
    const before = await early;
    await phone.slots.alone(async () => {
      await phone.reload(before);
      phone.deaf = phone.slots.hear(() => phone.look());
    }, true);
    return phone;
  }

  /**
   * The core's state for this person, read-only. It is a new object after each change, so do not keep it. Throws
   * `phone-closed`.
   */
  get holder(): Holder {
    return this.core;
  }

  /** Whether the phone was closed. */
  get closed(): boolean {
    return this.over;
  }

  /**
   * The masked identity of the day certificate, for the next one too; `undefined` until `certify` has got one. Throws
   * `phone-closed`.
   */
  get identity(): Identity | undefined {
    const { core } = this;
    return this.named ?? core.identity();
  }

  /**
   * Calls `hear` when the phone has loaded changes stored elsewhere, or its person was forgotten, here or elsewhere:
   * whatever is shown of it should be refreshed. Returns a function that stops this. Throws `misuse-argument` for anything
   * but a function.
   */
  listen(hear: (news: News) => void): () => void {
    needFunction(hear, "hear");
    this.listeners.add(hear);
    return () => this.listeners.delete(hear);
  }

  /** The moment now, in milliseconds since 1970. */
  now(): number {
    return this.adaptors.clock.now();
  }

  /**
   * By how much the clock is wrong, in milliseconds, by the `Date` of the server's answers and by signed files; positive
   * if it is fast, 0 if that is not known.
   */
  get clockError(): number {
    return this.clock.error(this.core.files());
  }

  /**
   * What is wrong with the clock: `clock-off` if checkpoints would refuse a code for it, so that none is shown;
   * `clock-inexact` from 20 s on; `clock-set-back` while it is behind an earlier reading, so that certificates and data
   * may seem not yet issued.
   */
  get clockProblem(): Problem | undefined {
    const problem = this.clock.problem(this.core.files());
    if (problem !== undefined || this.now() >= this.latest - CLOCK_TOLERANCE) return problem;
    return { code: "clock-set-back", message: "the clock shows an earlier time than before" };
  }

  /**
   * The state of a kind of file, such as `day-certificate`, if there is one; of several, the first that is in use. Throws
   * `misuse-argument` or `phone-closed`.
   */
  file(kind: FileState["kind"]): FileState | undefined {
    needText(kind, "kind");
    const files = this.core.files().filter((file) => file.kind === kind);
    return files.find(({ problem }) => problem === undefined) ?? files[0];
  }

  /**
   * Since when the data has been stale, as RFC 3339 text; `undefined` while it is not. By then a newer manifest should
   * have come: the phone has had no network, or somebody keeps newer data from it.
   */
  get staleSince(): string | undefined {
    return staleSince(this.core.files(), this.now());
  }

  /**
   * Fetches what is new of the signed files, the manifest first, and returns the problems with those that cannot be
   * used. Each is taken by itself, and what was in use before stays in use where there is nothing better.
   */
  async refresh(): Promise<Problem[]> {
    this.asked = Date.now();
    // Files that the clock made invalid may be valid now, and others may have expired.
    if (this.core.files().some((file) => file.problem !== undefined || this.expired(file)))
      this.core.reopen(this.now());
    const problems = await this.following.follow();
    if (!problems.some(isUnreachable)) problems.push(...(await this.fetch()));
    if (problems.length === 0) {
      this.fetched = Date.now();
      // Files that are valid by this clock show that it is right.
      if (this.now() < this.latest) {
        this.latest = this.now();
        await this.change(
          () => undefined,
          () => true,
          true,
        );
      }
    }
    return problems;
  }

  /** Loads a signed file that arrived some other way, such as the person's record. */
  load(file: Uint8Array): Promise<LoadResult> {
    return this.change((holder) => holder.load(file, this.now()));
  }

  /** Whether a day certificate should be requested now. */
  certificateDue(): boolean {
    const expires = this.file("day-certificate")?.expires;
    return this.lost || expires === undefined || Date.parse(expires) - this.now() < RENEW_CERTIFICATE;
  }

  /**
   * Requests a day certificate for the masked identity, which `maskIdentity` gives. It fetches the signed files first if there
   * are no rules yet, as on a new phone and after `forget`, and makes the phone's key if there is none; where the host keeps
   * keys, it makes them. If it fails, `identity` is what it was before.
   *
   * Throws `misuse-argument`, `certificate-not-masked`, `random-missing`, `network-…`, `phone-closed`, or a code by which the
   * server or the core refuses it.
   */
  async certify(identity: Identity): Promise<void> {
    need(hasTexts(identity, "name", "digits"), "identity", "what `maskIdentity` gave");
    if (this.core.rules() === undefined) {
      const [problem] = await this.refresh();
      if (problem !== undefined && this.core.rules() === undefined)
        throw failure(problem.code as FailureCode, problem.message);
    }
    // The certificate's key must be stored before anybody can know of it.
    const request = await this.change(async (holder) => {
      if (this.storageProblem === undefined && !this.outdated) await this.keys.tidy(holder);
      const request = (await this.hostRequest(holder, identity)) ?? (await this.request(holder, identity));
      this.gone = false;
      return request;
    });
    const certificate = await this.server.certificate(request());
    const loaded = await this.change((holder) => {
      const loaded = holder.load(certificate, this.now());
      // One who was refused may have mistyped, and is asked again.
      if (loaded.result === "loaded") this.named = identity;
      return loaded;
    });
    if (loaded.result === "refused") throw failure(loaded.problem.code as FailureCode, loaded.problem.message);
    this.lost = false;
  }

  /** Renews files that were not just fetched, and the certificate if it is due; returns the problems. */
  async renew(): Promise<Problem[]> {
    const problems = Math.abs(Date.now() - this.fetched) < JUST_NOW ? [] : await this.refresh();
    const { identity } = this;
    if (identity !== undefined && this.core.rules() !== undefined && this.certificateDue()) {
      await this.certify(identity).catch((thrown) => problems.push(problemOf(thrown)));
      this.alive();
    }
    return problems;
  }

  /**
   * The questions to ask, given the answers so far, and what is wrong with those answers: begin with `{}`, and ask again after
   * each answer, as some questions depend on others. What form an answer has says the question's `type`: see `Answer`.
   *
   * Throws `holder-no-rules`, `misuse-argument` for an answer that no question takes, or `phone-closed`.
   */
  questions(answers: Answers): Questionnaire {
    return this.core.questions(answers, this.now());
  }

  /**
   * Submits the answers to the questions, each by its question's id: see `Answer`. If any is missing or wrong, nothing is kept
   * and the result is `{ result: "rejected", faults }`; `problemText(fault)` says what is wrong with it.
   *
   * Throws `holder-no-rules`, `holder-diary-full`, `misuse-argument`, `phone-forgotten` or `phone-closed`.
   */
  report(answers: Answers): Promise<SubmitResult> {
    return this.change(
      (holder) => holder.submit(answers, this.now()),
      ({ result }) => result === "accepted",
    );
  }

  /**
   * Adds a visit to the diary: `{ place: "330106", arrive: "2020-02-11T08:00:00+08:00", leave: "…", mode: "stay" }`, without
   * `leave` while the person is there. What cannot be is `{ result: "refused", problem }`.
   *
   * Throws `misuse-argument`, `phone-forgotten` or `phone-closed`.
   */
  addVisit(visit: Visit): Promise<VisitResult> {
    return this.change(
      (holder) => holder.addVisit(visit, this.now()),
      ({ result }) => result === "added",
    );
  }

  /** Removes a visit, as returned by the diary, from the diary; returns whether it was there. */
  removeVisit(visit: Visit): Promise<boolean> {
    return this.change(
      (holder) => holder.removeVisit(visit),
      (removed) => removed,
    );
  }

  /** Notes the current assessment as seen by the person. Throws `holder-no-rules`. */
  async note(here?: string): Promise<void> {
    await this.change((holder) => holder.note(this.now(), here));
  }

  /** What differs from the last noted assessment, and so why the colour changed. Throws `holder-no-rules`. */
  compare(here?: string): Comparison | undefined {
    return this.core.compare(this.now(), here);
  }

  /** The colour now and why; `here` is where the code will be shown, if that is known. Throws `holder-no-rules`. */
  assess(here?: string): Assessment {
    return this.core.assess(this.now(), here);
  }

  /**
   * When the colour will change and when it can be green; `here` as in `assess`. It is made in slices of some milliseconds
   * with turns for the page in between, so show the colour first. What the phone learns meanwhile is foretold, too. Throws
   * `holder-no-rules`.
   */
  foresee(here?: string): Promise<Forecast> {
    let made = this.foreseeing.get(here);
    if (made === undefined) {
      // One after another: the core makes one at a time.
      made = this.foreseen.then(() => this.lookAhead(here));
      this.foreseen = made.catch(() => undefined);
      this.foreseeing.set(here, made);
    }
    return made;
  }

  /**
   * A code for this minute, made without any request; `challenge` is what a checkpoint asked the phone to sign
   * (`challengeOf`). There is none while the clock is known to be so wrong that a checkpoint would refuse it: `clock-off`;
   * and none if the host has lost the key of the day certificate, so that a new certificate is due: `host-key-gone`.
   */
  async show(here?: string, challenge?: Uint8Array): Promise<ShowResult> {
    // The notification of a change may be late or missing.
    if (this.adaptors.storage.hear) this.look();
    const { clockProblem } = this;
    if (clockProblem?.code === "clock-off") return { result: "unavailable", problem: clockProblem };
    for (let tries = 0; ; tries += 1) {
      const now = this.now();
      const step = this.core.codeToSign(now, here, challenge);
      let signature: string | undefined;
      try {
        signature = step && (await this.keys.sign(step));
      } catch (thrown) {
        this.alive();
        return { result: "unavailable", problem: problemOf(thrown) };
      }
      const shown = this.core.show(now, here, challenge, signature);
      const code = shown.result === "unavailable" ? shown.problem.code : undefined;
      this.lost = code === "holder-host-key";
      if (this.lost) return { result: "unavailable", problem: { code: "host-key-gone", message: GONE } };
      // The phone's data may have changed meanwhile.
      if (code !== "holder-host-signature" || tries > 0) return shown;
    }
  }

  /**
   * Forgets this person: no phone reads any of the stored data afterwards. It is written over before it is removed, but the
   * host's own files may keep old pages until it tidies up. `certify` starts again.
   */
  async forget(): Promise<void> {
    this.alive();
    try {
      await this.slots.alone(async () => {
        // Once begun it is finished, whoever closes the phone.
        if (!this.over) this.empty();
        await forgotten(this.slots, this.keys);
      });
    } finally {
      this.tell("forgotten");
    }
  }

  /** Loads what others have stored or forgotten: for a storage that several pages share and that cannot notify them. */
  reopen(): Promise<void> {
    return this.slots.alone(() => this.reload(), true);
  }

  /**
   * Frees the core's memory; a second time it does nothing. The phone cannot be used afterwards: whatever is called, and
   * whatever is not done yet, throws `phone-closed`. Only `forget` is finished.
   */
  close(): void {
    this.over = true;
    this.deaf?.();
    this.deaf = undefined;
    this.opened?.free();
    this.opened = undefined;
  }

  /** The core's phone, while this one is open. */
  private get core(): Holder {
    this.alive();
    return this.opened as Holder;
  }

  private alive(): void {
    if (this.over) throw closed("phone");
  }

  /** Makes a forecast; the core begins anew with every change of what it knows. */
  private async lookAhead(here: string | undefined): Promise<Forecast> {
    try {
      await pause();
      for (const turn = turns(); ; await turn()) {
        const made = this.core.forecastInSlices(this.now(), here);
        if (made !== undefined) return made;
      }
    } finally {
      // At once: whoever asks after the next change gets another.
      this.foreseeing.delete(here);
    }
  }

  /** Fetches the files that the manifest names and this phone wants and does not have, each by its hash. */
  private async fetch(): Promise<Problem[]> {
    const problems: Problem[] = [];
    const fetched = (named: Named) =>
      this.server.file(named).catch((thrown: unknown) => void problems.push(problemOf(thrown)));
    // A newer trust list came before, or there is a problem with it.
    const missing = this.core.missing().filter(({ kind }) => kind !== "trust-list");
    for (let at = 0; at < missing.length; at += TOGETHER) {
      const files = await Promise.all(missing.slice(at, at + TOGETHER).map(fetched));
      const came = files.filter((file) => file !== undefined);
      if (came.length > 0) problems.push(...(await this.takeAll(came)));
    }
    return problems;
  }

  /** Loads files one after another, each by itself, and stores what that changes; returns the problems. */
  private async takeAll(files: Uint8Array[]): Promise<Problem[]> {
    const { problems } = await this.change(
      async (holder) => {
        const problems: Problem[] = [];
        const before = holder.trustList();
        const turn = turns();
        for (const file of files) {
          await turn();
          this.alive();
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

  /** A request for a day certificate with keys that the host keeps, if it keeps any. */
  private async hostRequest(holder: Holder, identity: Identity): Promise<(() => Uint8Array) | undefined> {
    try {
      return await this.keys.request(holder, identity, this.now());
    } finally {
      this.alive();
    }
  }

  /** A request for a day certificate with keys of the phone's own; what is thrown for it comes with it. */
  private async request(holder: Holder, identity: Identity): Promise<() => Uint8Array> {
    const enrolment = holder.publicKey() === undefined ? await this.random() : undefined;
    const day = await this.random();
    this.alive();
    if (enrolment !== undefined) holder.createKey(enrolment);
    return tried(() => holder.certificateRequest(identity, day, this.now()));
  }

  /** Fresh random bytes for a key. Throws `random-missing`. */
  private async random(): Promise<Uint8Array> {
    const bytes = (await this.adaptors.random.bytes(KEY_BYTES)) as Uint8Array | undefined;
    if (bytes?.length !== KEY_BYTES) throw failure("random-missing", "too few random bytes");
    return bytes;
  }

  private expired({ expires }: FileState): boolean {
    return expires !== undefined && Date.parse(expires) <= this.now();
  }

  /**
   * Changes the newest state, and stores it if `changed` says so of the result; `anew` is what may be done with a phone
   * whose person was forgotten.
   */
  private async change<T>(
    act: (holder: Holder) => T | Promise<T>,
    changed?: (result: T) => boolean,
    anew = changed === undefined,
  ): Promise<T> {
    return this.slots.alone(async () => {
      for (let acted: Holder | undefined; ; ) {
        // An action based on an earlier screen must not apply to an empty phone.
        if ((await this.follow()) === "forgotten" || (this.gone && !anew)) {
          throw failure("phone-forgotten", "what was stored has been forgotten");
        }
        if (acted === this.core) throw failure("storage-unavailable", "what another page stored cannot be read");
        acted = this.core;
        const result = await act(acted);
        if ((changed && !changed(result)) || (await this.store())) return result;
        // Another page has stored something since: the same again, on top of that.
      }
    });
  }

  /** Stores the state; returns false if another page has stored one since. What the storage throws becomes the problem. */
  private async store(): Promise<boolean> {
    const { core } = this;
    this.latest = Math.max(this.latest, this.now());
    if (this.unread || this.gone) return true;
    try {
      const bytes = saved.write({ state: core.save(), identity: this.named, latest: this.latest });
      const generation = await this.slots.write(bytes, this.now(), { generation: this.generation });
      if (generation === undefined) return false;
      this.generation = generation;
      this.storageProblem = undefined;
    } catch (thrown) {
      this.storageProblem = problemOf(thrown);
    }
    return true;
  }

  /** Makes sure that no code is made from data that others have changed since. */
  private look(): void {
    const over = () => (this.looking = undefined);
    this.looking ??= this.slots
      .alone(async () => {
        over();
        if (this.deaf) await this.follow();
      }, true)
      // Unreadable data is reported as the storage's problem.
      .catch(over);
  }

  /** Loads what somebody else has stored or forgotten, or what could not be read before. */
  private async follow(): Promise<News | undefined> {
    const { generation: before } = this;
    try {
      const generation = await this.slots.generation();
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
    this.listeners.forEach((hear) => void Promise.resolve(news).then(hear));
  }

  /** Clears the phone. */
  private empty(): void {
    this.core.forget();
    this.settle(this.core);
    this.named = this.generation = undefined;
    this.latest = this.fetched = 0;
    this.lost = false;
    this.gone = true;
  }

  /** Loads what is stored; `before` is what was read earlier. */
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
    this.alive();
    if (this.opened === undefined) {
      this.opened = new Holder(this.options.roots);
      this.settle(this.opened);
    }
  }

  /** Tells a phone where its person lives, if the app knows. Throws a `place-…` code. */
  private settle(holder: Holder): void {
    const { region } = this.options;
    if (!isAbsent(region) && holder.region() !== region) holder.setRegion(region);
  }

  /** Opens the stored files one by one: without WebAssembly, opening all of them at once would freeze the page. */
  private async take({ bytes, generation, recovered }: Stored): Promise<void> {
    const turn = turns();
    const { state, identity, latest } = saved.read(bytes);
    const holder = Holder.unopened(this.options.roots, state);
    try {
      do await turn();
      while (holder.openNext(this.now()));
      this.settle(holder);
      this.alive();
    } catch (thrown) {
      holder.free();
      throw thrown;
    }
    this.opened?.free();
    this.opened = holder;
    this.named = identity;
    this.latest = latest;
    this.generation = generation;
    this.recovered = recovered;
    this.gone = false;
  }
}

/** Whether a storage that throws this may be readable later. Without storage, a phone works as long as it is open. */
function passes(thrown: unknown): boolean {
  const code = codeOf(thrown);
  return code === "storage-unavailable" || code === "storage-full";
}

/** Where a person's state is stored. Throws `phone-person`. */
export function slotsOf({ storage }: Adaptors, person?: string): Slots {
  return new Slots(storage, `person-${checkPerson(person ?? FIRST)}`);
}

/** The name, if it is one for a person. Throws `phone-person`. */
export function checkPerson(person: string): string {
  if (typeof person !== "string" || !/^[A-Za-z0-9-]{1,32}$/.test(person))
    throw failure("phone-person", "a person's name is a word of 1 to 32 letters, digits and hyphens");
  return person;
}

/** The keys of a person that the host keeps. */
export function keysOf({ keys }: Adaptors, person: string): HostKeys {
  return new HostKeys(keys, `person-${person}`);
}

/** Forgets what is stored, and the keys; of one that cannot be removed, at least the other. */
export function forgotten(slots: Slots, keys: HostKeys): Promise<void> {
  return slots.forget(() => keys.forget());
}

/** What is stored about a person, intact or not, as JSON text, without keys. */
export async function storedCopy({ person }: PhoneOptions, adaptors: Adaptors): Promise<string> {
  const slots = slotsOf(adaptors, person);
  return JSON.stringify(withoutKeys(await slots.alone(() => slots.all(), true)));
}

/** Sets unreadable data aside until it is forgotten, so that a new phone can start. */
export async function setAside({ person }: PhoneOptions, adaptors: Adaptors): Promise<void> {
  const slots = slotsOf(adaptors, person);
  await slots.alone(() => slots.setAside(adaptors.clock.now()));
}
