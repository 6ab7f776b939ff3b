// A code that is renewed while it is shown, whoever draws it: the component `code` or the browser app.
import type { Assessment, Colour, FileState, Problem, Shown } from "../engine/core/healthcode.js";
import { problemOf } from "../texts/problem.js";
import { first } from "./after-drawing.js";
import { Answer } from "./challenge-answer.js";
import { Outlook } from "./foreseen.js";
import { noteColour } from "./noting.js";
import type { Phone } from "./phone.js";
import { isGone, pauseOf } from "./refreshing.js";

/** A code is valid for a minute; it is replaced after half of it, in milliseconds. */
export const RENEWAL = 30_000;
/** What there is of a code, and what it stands on, all of one moment. */
export interface LiveState {
  now: number;
  assessment?: Assessment | undefined;
  shown?: Shown | undefined;
  /** Why there is no code. */
  problem?: Problem | undefined;
  files: FileState[];
  /** Problems with the clock or the storage. */
  troubles: Problem[];
  /** By how much the clock is wrong, in milliseconds; positive if it is fast. */
  clockError: number;
  clockProblem?: Problem | undefined;
  /** Whether the code answers a challenge. */
  answered?: boolean;
}

const NOTHING: LiveState = { now: 0, files: [], troubles: [], clockError: 0 };

/** The colour of the card: the code's. Without one it is grey, whatever the rules say, for only a code counts. */
export const colourOf = ({ shown }: LiveState): Colour => shown?.colour ?? "grey";

/** What a code needs around it. */
export interface Surroundings {
  /** The phone whose code is shown, if there is one. */
  phone(): Phone | undefined;
  /** Draws the code again. */
  update(): void;
  /** Renews the files and the certificate. */
  refresh(): Promise<void>;
  /** Called when there is another code, before it is drawn. */
  made(): void;
}

/** The code as shown at a checkpoint: renewed before it expires, even offline, and never left standing once it has expired. */
export class LiveCode {
  state = NOTHING;
  /** Whether the phone has answered: there is a code, or a reason why there is none. */
  ready = false;
  /** The challenge that the code answers. */
  readonly answer = new Answer();
  readonly outlook: Outlook;
  private readonly around: Surroundings;
  private made = 0;
  /** Counts the codes that were begun: one that another has overtaken is not shown. */
  private turn = 0;

  constructor(around: Surroundings) {
    this.around = around;
    this.outlook = new Outlook(
      () => around.phone(),
      () => around.update(),
    );
  }

  /** Nothing is left of the person before. */
  clear(): void {
    this.state = NOTHING;
    this.ready = false;
    this.turn += 1;
    this.answer.forget();
    this.outlook.of(undefined);
  }

  /** Makes a new code after a change of what the phone knows. */
  async changed(): Promise<void> {
    this.outlook.changed();
    await this.replace();
  }

  /** Whether it is time for a new code: also when the clock was set back or tells no number. */
  due(now: number): boolean {
    const age = now - this.made;
    return !(age >= 0 && age < RENEWAL) || (this.state.answered === true && this.answer.given(now) === undefined);
  }

  /** To be called each second while the code is seen. */
  async tick(): Promise<void> {
    const phone = this.around.phone();
    if (phone === undefined) return;
    const now = phone.now();
    const due = this.due(now);
    const { shown, clockProblem, problem, assessment } = this.state;
    if (assessment) noteColour(phone, assessment);
    // A host that takes long to sign leaves no code standing that has expired.
    if (shown && now >= Date.parse(shown.expires)) this.state = { ...this.state, shown: undefined };
    if (Number.isFinite(now)) this.state = { ...this.state, now };
    const replaced = due ? this.replace() : undefined;
    // Hosts may keep a page open for days.
    if (Math.abs(Date.now() - phone.asked) >= pauseOf(clockProblem, problem)) void this.around.refresh();
    this.around.update();
    await replaced;
  }

  /** Makes a new code; if that fails, there is none, rather than the old one. */
  async replace(): Promise<void> {
    const phone = this.around.phone();
    if (phone === undefined) return;
    this.turn += 1;
    const { turn } = this;
    // Nothing else looks at the phone before its first code is there.
    const over = this.ready ? undefined : first();
    const before = this.state.problem;
    try {
      await this.make(phone, turn);
    } catch (thrown) {
      if (turn === this.turn) this.fail(thrown);
    }
    // A different person may be shown by now, or another code be on its way.
    if (turn === this.turn) {
      this.ready = true;
      this.around.update();
      if (isGone(this.state.problem) && !isGone(before)) void this.around.refresh();
    }
    over?.();
  }

  /** After a fault: no code, rather than one that is no longer renewed. The next second tries again. */
  fail(thrown: unknown): void {
    this.made = Number.NaN;
    this.state = { ...this.state, assessment: undefined, shown: undefined, problem: problemOf(thrown) };
  }

  /** Assesses and makes a new code. */
  private async make(phone: Phone, turn: number): Promise<void> {
    this.made = phone.now();
    const challenge = this.answer.given(this.made);
    // Begun once: where signing takes longer than a second, each second would overtake the one before.
    if (challenge === undefined) this.state = { ...this.state, answered: false };
    const result = await phone.show(undefined, challenge);
    if (turn !== this.turn) return;
    // Not before: the code may be signed with files that came meanwhile, and the reasons are to be its own.
    const now = phone.now();
    const { holder } = phone;
    const files = holder.files();
    const assessment = holder.rules() ? phone.assess() : undefined;
    const shown = result.result === "shown" ? result.code : undefined;
    const problem = result.result === "unavailable" ? result.problem : undefined;
    const { clockProblem, clockError, storageProblem } = phone;
    const troubles = [clockProblem, storageProblem].filter((trouble) => trouble !== undefined);
    const answered = shown !== undefined && challenge !== undefined;
    this.outlook.of(assessment);
    this.state = { now, files, troubles, assessment, shown, problem, clockProblem, clockError, answered };
    this.around.made();
  }
}
