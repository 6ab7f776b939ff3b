// A phone with storage, clock, keys and server: what an app opens.
import type { Adaptors } from "../adaptors/interfaces.js";
import { hasTexts, isAbsent, need, needFunction, needText } from "../argument.js";
import type {
  Answers,
  Assessment,
  ChangeResult,
  Comparison,
  FileState,
  Forecast,
  Holder,
  Identity,
  Listed,
  LoadResult,
  LogChange,
  Problem,
  Questionnaire,
  RulesFor,
  ShowResult,
  SubmitResult,
  Visit,
  VisitResult,
} from "../engine/core/healthcode.js";
import { maskIdentity } from "../engine/core/healthcode.js";
import { codeOf, failure } from "../failure.js";
import type { FailureCode } from "../texts/failures.js";
import { problemOf } from "../texts/problem.js";
import { numbered, withNumbers } from "./answers.js";
import { DayCertificate } from "./certificate.js";
import { ClockCheck, clockFirst } from "./clock.js";
import { type PastColour, recent, withColour } from "./colours.js";
import { compared, type KeptRules, type RulesCompared } from "./compared.js";
import { staleSince } from "./files.js";
import { Foreseeing } from "./foreseeing.js";
import { type Done, Kept, type News } from "./kept.js";
import type { OpenOptions } from "./options.js";
import { FIRST, keysOf, slotsOf } from "./people.js";
import { chosen, drop, keptRules } from "./rules.js";
import { Server } from "./server.js";
import { Updating } from "./updating.js";
import { Watching } from "./watching.js";

export type { PastColour } from "./colours.js";
export type { Done, News } from "./kept.js";

/** A clock that is this much behind an earlier reading was set back, in milliseconds. */
const CLOCK_TOLERANCE = 5 * 60_000;

/** Options for opening a phone. */
export interface PhoneOptions extends OpenOptions {
  /** Which of the people who use this phone: a word of 1 to 32 letters, digits and hyphens; by default `1`. */
  person?: string | undefined;
}

/**
 * A citizen's phone: the core's `Holder` with the host's storage, clock, random source and network. Each change is stored
 * before its promise resolves, or else what it resolves to has `unstored`, the reason: then it counts as long as the phone is
 * open, and is lost with it. The person's other phones pick changes up, within seconds, on this page and, if the storage can
 * notify them, on others: none undoes another's changes or keeps using forgotten data. It has no user interface, and making a
 * code needs no request.
 */
export class Phone {
  /** The person's name among those who use this phone. */
  readonly person: string;
  /** The adaptors that the phone uses. */
  readonly adaptors: Adaptors;
  /** When it last fetched signed files, in milliseconds of the device's own clock; 0 if it has not. */
  asked = 0;

  private readonly kept: Kept;
  private readonly clock: ClockCheck;
  private readonly updating: Updating;
  private readonly certificate: DayCertificate;
  private readonly forecasts: Foreseeing;
  /** What stops the watching that goes on. */
  private readonly watched = new Set<() => void>();

  private constructor({ roots, region, server: base, person }: PhoneOptions, adaptors: Adaptors) {
    this.adaptors = adaptors;
    this.person = person ?? FIRST;
    const slots = slotsOf(adaptors, this.person);
    const keys = keysOf(adaptors, this.person);
    const now = () => this.now();
    const emptied = () => {
      this.updating.forget();
      this.certificate.lost = false;
    };
    this.kept = new Kept({ roots, region, slots, keys, now, emptied });
    this.clock = new ClockCheck(adaptors.clock);
    const server = new Server(base ?? "", this.clock.listening(adaptors.network));
    this.updating = new Updating(this.kept, server, now, () => this.clockError < -CLOCK_TOLERANCE);
    this.certificate = new DayCertificate(this.kept, keys, server, adaptors);
    this.forecasts = new Foreseeing(() => this.kept.core, now);
  }

  /**
   * The stored phone, or a new one, once the engine is `ready`. Throws `storage-damaged`, `storage-newer`,
   * `holder-state-damaged` or `holder-state-newer`; the stored data then stays as it is.
   */
  static async open(options: PhoneOptions, adaptors: Adaptors, ready?: Promise<void>): Promise<Phone> {
    const phone = new Phone(options, adaptors);
    await phone.kept.open(ready);
    return phone;
  }

  /**
   * The core's state for this person, read-only. It is a new object after each change, so do not keep it. Throws
   * `phone-closed`.
   */
  get holder(): Holder {
    return this.kept.core;
  }

  /** Whether the phone was closed. */
  get closed(): boolean {
    return this.kept.over;
  }

  /** Why changes cannot be stored, if they cannot: the problem at the last attempt. */
  get storageProblem(): Problem | undefined {
    return this.kept.storageProblem;
  }

  /**
   * Whether one of the two stored copies was damaged on opening and the other was used: the last change may be lost.
   */
  get recovered(): boolean {
    return this.kept.recovered;
  }

  /**
   * The masked identity of the day certificate, for the next one too; `undefined` until `certify` has got one. Throws
   * `phone-closed`.
   */
  get identity(): Identity | undefined {
    return this.kept.identity;
  }

  /**
   * Calls `hear` when the phone has loaded changes stored elsewhere (`stored`), its person was forgotten, here or elsewhere
   * (`forgotten`), or it was closed (`closed`): whatever is shown of it should be refreshed. Returns a function that stops this.
   * What `hear` throws is logged to the console. Throws `misuse-argument` for anything but a function, and `phone-closed`.
   */
  listen(hear: (news: News) => void): () => void {
    needFunction(hear, "hear");
    this.kept.alive();
    return this.kept.listen(hear);
  }

  /**
   * Calls `see` with a code for this minute, now, every half minute and after each change of what the phone knows, from here or
   * elsewhere; or with why there is none. What it got before is then no longer to be shown. `here` as in `show`. Returns a function
   * that stops this; `close` does so too.
   *
   * ```js
   * const stop = phone.watch((shown) => {
   *   if (shown.result === "shown") draw(shown.code);
   *   else tell(problemText(shown.problem, language));
   * });
   * ```
   *
   * What `see` throws is logged to the console, and stops nothing.
   *
   * Throws `misuse-argument` or `phone-closed`.
   */
  watch(see: (shown: ShowResult) => void, here?: string): () => void {
    needFunction(see, "see");
    if (!isAbsent(here)) needText(here, "here");
    this.kept.alive();
    const watching = new Watching(this, see, here);
    const deaf = this.kept.watch(() => watching.renew());
    const stop = () => {
      this.watched.delete(stop);
      deaf();
      watching.stop();
    };
    this.watched.add(stop);
    return stop;
  }

  /** The moment now by the phone's clock, in milliseconds since 1970; it is told of a closed phone, too. */
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
    if (problem !== undefined || this.now() >= this.kept.latest - CLOCK_TOLERANCE) return problem;
    return { code: "clock-set-back", message: "the clock shows an earlier time than before" };
  }

  /**
   * The state of a kind of file, such as `day-certificate`, if there is one; of several, the first that is in use. There is
   * none of a kind that is no file's. Throws `misuse-argument` for anything but text, or `phone-closed`.
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
   * used. Each is taken by itself, and what was in use before stays in use where there is nothing better. If files seem expired
   * or not yet issued and the clock is known to be wrong, `clock-off` comes first.
   */
  async refresh(): Promise<Problem[]> {
    this.asked = Date.now();
    const problems = await this.updating.update();
    return clockFirst(problems, this.clock.problem(this.core.files()));
  }

  /**
   * Loads a signed file that arrived some other way, such as the person's record, with the proof that the public log has it, if there
   * must be one: see `log`.
   */
  load(file: Uint8Array, proof?: Uint8Array): Promise<LoadResult & Done> {
    return this.changed((holder) => holder.load(file, this.now(), proof));
  }

  /**
   * The name of the public log that must have rules, tables and restrictions before they act on this phone; `undefined` where nothing
   * is logged, so that nobody else can see what the authority signs.
   */
  get log(): string | undefined {
    return this.core.log();
  }

  /** Whether a day certificate should be requested now. */
  certificateDue(): boolean {
    return this.certificate.due(this.file("day-certificate"));
  }

  /**
   * Requests a day certificate for the masked identity, which `maskIdentity` gives. It fetches the signed files first if there
   * are no rules yet, as on a new phone and after `forget`, and makes the phone's key if there is none; where the host keeps
   * keys, it makes them. If it fails, `identity` is what it was before. Where the certificate and its key cannot be stored, the phone
   * has them until it is closed, and the answer is `{ unstored }`; otherwise it is `{}`.
   *
   * Throws `misuse-argument`, `certificate-not-masked`, `random-missing`, `network-…`, `phone-closed`, or a code by which the
   * server or the core refuses it.
   */
  async certify(identity: Identity): Promise<Done> {
    need(hasTexts(identity, "name", "digits"), "identity", "what `maskIdentity` gave");
    if (this.core.rules() === undefined) {
      const [problem] = await this.refresh();
      if (problem !== undefined && this.core.rules() === undefined)
        throw failure(problem.code as FailureCode, problem.message);
    }
    return this.certificate.request(identity);
  }

  /**
   * `certify` for somebody by name and document number, as in the document: only what `maskIdentity` leaves of them leaves the
   * phone, and nothing else of them is kept. The answer is that of `certify`.
   *
   * Throws `certificate-name` or `certificate-number` for what cannot be in a document, and what `certify` throws.
   */
  async enrol(name: string, number: string): Promise<Done> {
    this.kept.alive();
    return this.certify(maskIdentity(name, number));
  }

  /** Whether the person has handed in a report, ever: if not, ask for one. Throws `phone-closed`. */
  get reported(): boolean {
    return this.core.reports().length > 0;
  }

  /**
   * Renews files that were not just fetched, and the certificate if it is due or the person's mailbox takes back what it says;
   * returns the problems. Where the mailbox is not there, a certificate that is an hour old is renewed too, as the issuer may say
   * something else of the person by now; that this did not work is no problem while it will do. With `anew` it fetches files however
   * recently that was done, and renews a certificate that is an hour old, as somebody expects who presses a button.
   */
  async renew(anew?: boolean): Promise<Problem[]> {
    if (!isAbsent(anew)) need(typeof anew === "boolean", "anew", "true or false");
    const problems = this.updating.done && anew !== true ? [] : await this.refresh();
    const { identity } = this;
    if (identity === undefined || this.core.rules() === undefined) return problems;
    const due = this.certificateDue() || this.core.isSuperseded();
    // Who presses a button may have been told at a gate that the certificate was withdrawn, which no mailbox says.
    if (due || ((anew === true || !this.updating.heard) && this.certificate.stale(this.file("day-certificate")))) {
      await this.certify(identity).catch((thrown) => due && problems.push(problemOf(thrown)));
      this.kept.alive();
    }
    return problems;
  }

  /**
   * The questions to ask, given the answers so far, and what is wrong with those answers: begin with `{}`, and ask again after
   * each answer, as some questions depend on others. What form an answer has says the question's `type`: see `Answer`. Of a
   * report that is corrected, `handedIn` is when it was handed in, in milliseconds since 1970.
   *
   * Throws `holder-no-rules`, `clock-off` if there are none because the clock is known to be wrong, `misuse-argument` for an answer
   * that no question takes, or `phone-closed`.
   */
  questions(answers: Answers, handedIn?: number): Questionnaire {
    return this.byClock(() => this.core.questions(numbered(answers), this.now(), handedIn));
  }

  /**
   * Submits the answers to the questions, each by its question's id: see `Answer`. If any is missing or wrong, nothing is kept
   * and the result is `{ result: "rejected", faults }`; `problemText(fault)` says what is wrong with it. An accepted report that
   * cannot be stored counts until the phone is closed, and is lost then: `{ result: "accepted", unstored: { code, message } }`.
   *
   * Throws `holder-no-rules`, `holder-diary-full`, `clock-off` while the clock is known to be ahead (the report would be one of
   * the future) or so wrong that no rules are in force, `misuse-argument`, `phone-forgotten` or `phone-closed`.
   */
  report(answers: Answers): Promise<SubmitResult & Done> {
    return this.changed(
      (holder) => {
        const { clockAhead } = this;
        if (clockAhead) throw failure("clock-off", clockAhead.message);
        return this.byClock(() => holder.submit(numbered(answers), this.now()));
      },
      ({ result }) => result === "accepted",
    );
  }

  /**
   * Adds a visit to the diary: `{ place: "330106", arrive: "2020-02-11T08:00:00+08:00", leave: "…", mode: "stay" }`, without
   * `leave` while the person is there. What cannot be is `{ result: "refused", problem }`; so is any visit while the clock is
   * known to be ahead (`clock-off`). One that was added and cannot be stored has `unstored`, as a report.
   *
   * Throws `misuse-argument`, `phone-forgotten` or `phone-closed`.
   */
  addVisit(visit: Visit): Promise<VisitResult & Done> {
    return this.visit((holder) => holder.addVisit(visit, this.now()));
  }

  /**
   * Takes a venue's code, as it was scanned at the door: a visit there begins now, and the one at the venue before ends. Who scans
   * the code of the venue where they are already goes on with that visit. What is no venue's code, was signed by nobody who may, or
   * is a picture of a code that has expired is `{ result: "refused", problem }`, and no visit; so is any while the clock is known
   * to be ahead.
   *
   * Throws `misuse-argument`, `phone-forgotten` or `phone-closed`.
   */
  enterVenue(scanned: string): Promise<VisitResult & Done> {
    return this.visit((holder) => holder.enterVenue(scanned, this.now()));
  }

  private visit(adding: (holder: Holder) => VisitResult): Promise<VisitResult & Done> {
    return this.changed(
      (holder): VisitResult => {
        const { clockAhead } = this;
        return clockAhead ? { result: "refused", problem: clockAhead } : adding(holder);
      },
      ({ result }) => result === "added",
    );
  }

  /**
   * Which places inside the place of a visit the risk data listed while it lasted: what to ask somebody who told no more than that
   * place. The answer is a visit to one of them, or the same visit with `notIn`. `undefined` if there are more than anybody can be
   * asked about: then a narrower place is wanted.
   *
   * Throws `misuse-argument` or `phone-closed`.
   */
  listedInside(visit: Visit): Listed[] | undefined {
    return this.core.listedInside(visit, this.now());
  }

  /**
   * What the questionnaire's component has kept of a report that is not handed in, so that it outlives its page: text that means
   * something to the component alone, `undefined` if there is none. It is forgotten with the person.
   */
  unsent(): Promise<string | undefined> {
    this.kept.alive();
    return this.kept.unsent();
  }

  /** What the person is called on this device; `undefined` if nobody has said so. */
  get called(): string | undefined {
    return this.kept.called;
  }

  /**
   * Keeps what the person is called on this device, such as “Grandma”: 20 characters at most, an empty text for nothing. It is on no code, in
   * no request and in no file for moving, and is forgotten with the person. Throws `misuse-argument`, `storage-…` or `phone-…`.
   */
  call(name: string): Promise<void> {
    needText(name, "name");
    need([...name].length <= 20, "name", "20 characters at most");
    return this.kept.call(name.trim() === "" ? undefined : name.trim());
  }

  /** Keeps such a text, or `undefined` none. Where nothing can be stored, nothing is. */
  keepUnsent(text: string | undefined): Promise<void> {
    this.kept.alive();
    if (!isAbsent(text)) needText(text, "text");
    return this.kept.keepUnsent(text);
  }

  /**
   * Changes the log: above all, corrects a report of `holder.reports()` or a visit of `holder.diary()`, by one rule for both. What
   * was wrong stays in `holder.corrections()`, and what corrects it counts as if it had been entered in the first place:
   *
   * - `{ answers, corrects: report }`, also for a trip that the report tells
   * - `{ remove: visit, add: another }`; one that only ends the visit, after it was entered, or says more exactly where it was, is
   *   no correction
   * - `{ remove: visit }`
   *
   * The rules say until when that may be, else it is for 24 hours: then the result is `{ result: "refused", problem }`, with a
   * `correction-…` code or `clock-off`; and with faults in the answers `{ result: "rejected", faults }`. What was accepted and
   * cannot be stored has `unstored`, as a report.
   *
   * Throws `misuse-argument`, `phone-forgotten` or `phone-closed`.
   */
  change(change: LogChange): Promise<ChangeResult & Done> {
    return this.changed(
      (holder): ChangeResult => this.mistimed(change) ?? holder.change(withNumbers(change), this.now()),
      ({ result }) => result === "accepted",
    );
  }

  /**
   * What a change of the log would come to, before it counts: a correction, or `{ answers }`, a new report, or `{ add: visit }`.
   * Nothing is kept of it: `{ result: "foreseen", comparison, assessment }`. What `change` would refuse, also for the clock, is
   * refused here. `here` is as in `assess`.
   *
   * Throws `misuse-argument` or `phone-closed`.
   */
  preview(change: LogChange, here?: string): ChangeResult {
    return this.mistimed(change) ?? this.core.preview(withNumbers(change), this.now(), here);
  }

  /**
   * All that the phone keeps rules for: the person's own region first, once that is known. Each is assessed by itself, from the
   * diary, the record, and the reports that answered its own questions.
   */
  keptRules(): KeptRules[] {
    return keptRules(this.core, this.now());
  }

  /**
   * Chooses whose questions, colour and code the phone is about from now on: the everyday code of a region (`3301`) or what is asked
   * there for one purpose (`44/hospital`), for which it keeps rules beside the others; without an argument, the person's own region.
   *
   * Fetches the rules if they are not there yet. If they cannot be had, what was chosen stays, and the problems say why: that of the
   * network, or `phone-no-rules` if the server has none for this. A phone that has no rules at all keeps its first choice while the
   * network is at fault, for the next `refresh`. That the choice cannot be stored is among the problems, too, as a `storage-…` code.
   *
   * Throws `holder-too-many-rules` beyond eight, `misuse-argument`, `phone-forgotten` or `phone-closed`.
   */
  async choose(rulesFor?: RulesFor): Promise<Problem[]> {
    if (!isAbsent(rulesFor)) needText(rulesFor, "rulesFor");
    return chosen(this.kept, () => this.refresh(), rulesFor ?? undefined);
  }

  /**
   * Keeps no more rules for a region or purpose, nor what was reported for it; for one that it keeps none for, it changes nothing. If
   * it was chosen, the person's own region is. What cannot be stored has `unstored`, as in `certify`.
   *
   * Throws `misuse-argument`, `phone-forgotten` or `phone-closed`.
   */
  async dropRules(rulesFor: RulesFor): Promise<Done> {
    needText(rulesFor, "rulesFor");
    const dropped = (holder: Holder) => {
      drop(holder, rulesFor);
      this.kept.colours = this.kept.colours.filter((one) => one.for !== rulesFor);
    };
    return (await this.kept.change(dropped)).done;
  }

  /**
   * What the code would be by other rules that the phone keeps, beside what it is by the chosen ones. Nothing is sent; an answer that
   * the other rules' questions lack is a cause there, as `report-missing`. `here` as in `assess`.
   *
   * Throws `holder-no-rules`, `misuse-argument` or `phone-closed`.
   */
  compareWith(rulesFor: RulesFor, here?: string): RulesCompared {
    needText(rulesFor, "rulesFor");
    const now = this.now();
    return compared(this.core.assess(now, here), this.core.assess(now, here, rulesFor));
  }

  /** Notes the current assessment as seen by the person; what cannot be stored has `unstored`. Throws `holder-no-rules`. */
  async note(here?: string): Promise<Done> {
    return (await this.kept.change((holder) => holder.note(this.now(), here))).done;
  }

  /**
   * The colours that the code has had by the chosen rules in the last two weeks, the oldest first: on each day on which somebody looked
   * (`noteColour`), each one of another colour than the one before. Other days are not known. They are stored with the rest, moved and
   * forgotten with it, and in no request. Throws `phone-closed`.
   */
  get colours(): PastColour[] {
    const chosen = this.chosenRules(this.core);
    return recent(this.kept.colours, this.now())
      .filter((one) => one.for === chosen)
      .map(({ at, colour }) => ({ at, colour }));
  }

  /** Notes the colour of now for `colours`, unless it is there; what cannot be stored has `unstored`. Throws `holder-no-rules`. */
  async noteColour(here?: string): Promise<Done> {
    const noted = (holder: Holder): boolean => {
      const [at, { kept }] = [this.now(), this];
      const { colour } = holder.assess(at, here);
      const one = { for: this.chosenRules(holder), at, colour };
      const colours = withColour(kept.colours, one, holder.rules(at)?.utcOffset ?? 0);
      if (colours !== undefined) kept.colours = colours;
      return colours !== undefined;
    };
    return (await this.kept.change(noted, (isNew) => isNew)).done;
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
    return this.forecasts.foresee(here);
  }

  /**
   * A code for this minute, made without any request; `challenge` is what a checkpoint asked the phone to sign
   * (`challengeOf`). There is none while the clock is known to be so wrong that a checkpoint would refuse it: `clock-off`;
   * and none if the host has lost the key of the day certificate, so that a new certificate is due: `host-key-gone`.
   */
  async show(here?: string, challenge?: Uint8Array): Promise<ShowResult> {
    // The notification of a change may be late or missing.
    if (this.adaptors.storage.hear) this.kept.look();
    const problem = this.clockOff;
    if (problem) return { result: "unavailable", problem };
    return this.certificate.show(here, challenge);
  }

  /**
   * Forgets this person: no phone reads any of the stored data afterwards. It is written over before it is removed, but the
   * host's own files may keep old pages until it tidies up. `certify` starts again.
   */
  forget(): Promise<void> {
    return this.kept.forget();
  }

  /** Loads what others have stored or forgotten: for a storage that several pages share and that cannot notify them. */
  reopen(): Promise<void> {
    return this.kept.reopen();
  }

  /**
   * Frees the core's memory; a second time it does nothing. The phone cannot be used afterwards: whatever is called, and
   * whatever is not done yet, throws `phone-closed`. Only `forget` is finished.
   */
  close(): void {
    this.watched.forEach((stop) => stop());
    this.kept.close();
  }

  /** The refusal of a change by a clock that is known to be wrong. */
  private mistimed(change: LogChange): ChangeResult | undefined {
    // What is new must not be of a day to come; and no clock that was set back gives more time for a correction.
    const { corrects, remove } = Object(change) as { corrects?: unknown; remove?: unknown };
    const problem = corrects === undefined && remove === undefined ? this.clockAhead : this.clockOff;
    return problem && { result: "refused", problem };
  }

  /** Changes what the phone keeps, and gives what that came to, and whether it is stored. */
  private async changed<T extends object>(
    act: (holder: Holder) => T,
    changed?: (result: T) => boolean,
  ): Promise<T & Done> {
    const { result, done } = await this.kept.change(act, changed);
    return { ...result, ...done };
  }

  /** Does it; where there are no rules for want of a right clock, that is what is thrown: nothing else helps. */
  private byClock<T>(act: () => T): T {
    try {
      return act();
    } catch (thrown) {
      const { clockOff } = this;
      if (clockOff && codeOf(thrown) === "holder-no-rules") throw failure("clock-off", clockOff.message);
      throw thrown;
    }
  }

  /** `clock-off` if the clock is known to be ahead. */
  private get clockAhead(): Problem | undefined {
    return this.clockError > 0 ? this.clockOff : undefined;
  }

  private get clockOff(): Problem | undefined {
    const { clockProblem } = this;
    return clockProblem?.code === "clock-off" ? clockProblem : undefined;
  }

  private chosenRules(holder: Holder): RulesFor {
    return holder.keptRules()[0] ?? "";
  }

  private get core(): Holder {
    return this.kept.core;
  }
}
