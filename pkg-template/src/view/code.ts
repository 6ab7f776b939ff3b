// The component `code`: shows a code and renews it.
import type { Assessment, Colour, FileState, Forecast, Problem, Shown } from "../engine/core/healthcode.js";
import { problemOf } from "../texts/problem.js";
import { first } from "./after-drawing.js";
import { Answer } from "./challenge-answer.js";
import { troubleText } from "./clock.js";
import { codeWords } from "./code-words.js";
import { expiredFiles, staleInWords } from "./explain/data.js";
import { guarded } from "./fault-barrier.js";
import { foreseen } from "./foreseen.js";
import { dayAndTime, fullDay, seconds } from "./format.js";
import { say } from "./language.js";
import { colourName, kindName } from "./names.js";
import type { Phone } from "./phone.js";
import { problemText } from "./problem.js";
import { renew, session } from "./session.js";
import type { Context, Happened, View } from "./view.js";
import { retry, waiting } from "./waiting.js";

/** A code is valid for a minute; it is replaced after half of it, in milliseconds. */
export const RENEWAL = 30_000;
/** How often the signed files are fetched again, in milliseconds. */
const REFRESH = 3_600_000;
/** The same while something is wrong with the clock, which the answers tell, or a new certificate is needed. */
const RECHECK = 60_000;

/** How long to wait before the signed files are fetched again, in milliseconds. */
export const pauseOf = (clockProblem: Problem | undefined, problem?: Problem): number =>
  clockProblem || isGone(problem) ? RECHECK : REFRESH;

/** Whether there is no code because the host has lost the certificate's key: only a new certificate helps. */
export const isGone = (problem: Problem | undefined): boolean => problem?.code === "host-key-gone";

/** The state shown on a code card. */
export interface CodeState {
  now: number;
  assessment?: Assessment | undefined;
  forecast?: Forecast | undefined;
  shown?: Shown | undefined;
  /** Why there is no code. */
  problem?: Problem | undefined;
  /** Why files or certificate could not be renewed. */
  refreshProblem?: Problem | undefined;
  files: FileState[];
  /** Problems with the clock or the storage. */
  troubles: Problem[];
  /** By how much the clock is wrong, in milliseconds; positive if it is fast. */
  clockError: number;
  clockProblem?: Problem | undefined;
  /** Whether the code answers a challenge. */
  answered?: boolean;
  busy: boolean;
}

/** The problem with a scanned text that is not a challenge. */
export const NO_CHALLENGE: Problem = { code: "scan-no-challenge", message: "the text is not a challenge" };

/** The card: colour, word, clock, name, and the most important notices. */
export function codeData(state: CodeState) {
  const t = codeWords();
  const { now, assessment, shown, refreshProblem } = state;
  const colour: Colour = shown?.colour ?? assessment?.colour ?? "grey";
  const left = shown ? Math.max(0, Math.ceil((RENEWAL - (now - Date.parse(shown.issued))) / 1000)) : 0;
  return {
    colour,
    word: colourName(colour),
    under: underWord(state, colour),
    shown: shown !== undefined,
    qrLabel: t.qr(colourName(colour)),
    renews: t.renews(left),
    left: Math.round((left * 100_000) / RENEWAL),
    noNetwork: t.noNetwork,
    time: seconds(now),
    date: fullDay(now),
    name: shown?.identity.name ?? "",
    digits: shown?.identity.digits ?? "",
    digitsLabel: t.holder,
    unavailable: t.unavailable,
    problem: state.problem ? troubleText(state.problem, state.clockError) : "",
    // A missing name has nothing to do with the network.
    online: state.problem?.code !== "holder-no-key",
    stale: notices(state).length > 0 || refreshProblem !== undefined,
    notices: notices(state),
    notRenewed: refreshProblem ? t.notRenewed(problemText(refreshProblem)) : "",
    retry: state.busy ? t.busy : t.retry,
    busy: state.busy,
  };
}

/** Whether to show when the colour ends. */
const ends = (colour: Colour | undefined): boolean => colour === "yellow" || colour === "red";

/** Until when a bad colour is expected to last; otherwise whose rules apply. */
function underWord({ assessment, forecast }: CodeState, colour: Colour): string {
  const end = assessment?.until ?? forecast?.steps[0]?.at;
  if (ends(colour) && end) return codeWords().until(dayAndTime(end));
  return assessment ? say(assessment.rules.issuer) : "";
}

/** Which files are too old, and other problems. */
function notices({ files, troubles, clockError, problem, now }: CodeState): string[] {
  const stale = staleInWords(files, now);
  return [
    ...troubles.filter(({ code }) => code !== problem?.code).map((trouble) => troubleText(trouble, clockError)),
    ...(stale === "" ? [] : [stale]),
    ...expiredFiles(files, now).map(({ kind, expires }) =>
      codeWords().stale(kindName(kind), dayAndTime(expires ?? now)),
    ),
  ];
}

/** Makes the screen bright, or no longer; the code comes without it, too. */
function bright(phone: Phone | undefined, wanted: boolean): void {
  guarded(() => void phone?.adaptors.screen.bright(wanted));
}

/** The code as shown at a checkpoint: renewed before it expires, even offline. */
export class CodeView implements View {
  private readonly context: Context;
  private state: CodeState = { now: 0, files: [], troubles: [], clockError: 0, busy: false };
  private phone: Phone | undefined;
  /** The assessment that the forecast is of; empty once the phone may know something else. */
  private assessed = "";
  /** Counts the assessments and changes after each of which another forecast is wanted. */
  private outlook = 0;
  private looked = false;
  private made = 0;
  /** Counts the codes that were begun: one that another has overtaken is not shown. */
  private turn = 0;
  /** Whether the phone has answered: there is a code, or a reason why there is none. */
  private ready = false;
  private readonly answer = new Answer();
  /** Whether the field for a challenge is open. */
  private asking = false;
  private typed = "";
  /** What is wrong with what was typed or scanned. */
  private fault = "";

  constructor(context: Context) {
    this.context = context;
    void this.changed();
  }

  data() {
    return {
      open: session.phone !== undefined && this.ready,
      ...waiting(codeWords().wait),
      ...codeData(this.state),
      ask: this.askData(),
    };
  }

  qr(): string | undefined {
    return this.state.shown?.text;
  }

  async changed(): Promise<void> {
    const { phone } = session;
    if (phone !== this.phone) {
      this.state = { now: 0, files: [], troubles: [], clockError: 0, busy: false };
      this.ready = false;
      this.turn += 1;
      if (this.looked) bright(phone, true);
      this.answer.forget();
      this.close();
    }
    this.phone = phone;
    // What was foretold need not hold any more, though the colour stays.
    this.assessed = "";
    this.outlook += 1;
    if (phone) await this.replace(phone);
  }

  async tick(): Promise<void> {
    const { phone } = session;
    if (phone === undefined) return;
    const now = phone.now();
    const age = now - this.made;
    const over = this.state.answered && this.answer.given(now) === undefined;
    const { shown, clockProblem, problem } = this.state;
    // A host that takes long to sign leaves no code standing that has expired.
    if (shown && now >= Date.parse(shown.expires)) this.state = { ...this.state, shown: undefined };
    let replaced: Promise<void> | undefined;
    // A clock that tells no number makes a new code, too.
    if (age >= 0 && age < RENEWAL && !over) this.state = { ...this.state, now };
    else replaced = this.replace(phone);
    // Hosts may keep a page open for days.
    if (Math.abs(Date.now() - phone.asked) >= pauseOf(clockProblem, problem)) void this.refresh();
    this.context.update();
    await replaced;
  }

  seen(seen: boolean): void {
    this.looked = seen;
    bright(session.phone, seen);
    if (seen) void this.tick();
  }

  readonly on = {
    retry,
    refresh: () => this.refresh(),
    ask: () => {
      this.close();
      this.asking = true;
      this.context.update();
      this.context.reveal("asking");
    },
    cancel: () => {
      this.close();
      this.context.update();
    },
    type: ({ value }: Happened) => {
      this.typed = value;
    },
    give: () => this.give(this.typed, codeWords().fourDigits),
    scan: () => this.scan(),
    stop: () => {
      this.answer.forget();
      return session.phone && this.replace(session.phone);
    },
  };

  /** What is said about answering a checkpoint's challenge. */
  private askData() {
    const t = codeWords();
    return {
      given: this.state.answered === true,
      says: this.state.answered ? t.answers(this.answer.digits) : "",
      stop: t.stop,
      open: this.asking,
      word: t.answer,
      label: t.digits,
      fault: this.fault,
      give: t.give,
      scan: t.scanIt,
      cancel: t.cancel,
    };
  }

  private close(): void {
    this.asking = false;
    this.typed = this.fault = "";
  }

  /** Makes a code that answers a challenge; `otherwise` is said if the text is none. */
  private async give(text: string, otherwise: string): Promise<void> {
    const { phone } = session;
    if (phone === undefined) return;
    if (this.answer.take(text, phone.now())) {
      this.close();
      await this.replace(phone);
    } else {
      this.fault = otherwise;
    }
    this.context.update();
    this.context.reveal(this.asking ? "asking" : "code");
  }

  private async scan(): Promise<void> {
    const { phone } = session;
    if (phone === undefined) return;
    try {
      const scanned = await phone.adaptors.scan.scan();
      // A different person may be shown by now.
      if (phone === session.phone) await this.give(scanned, problemText(NO_CHALLENGE));
    } catch (thrown) {
      const problem = problemOf(thrown);
      this.fault = problem.code === "scan-cancelled" ? "" : problemText(problem);
      this.context.update();
    }
  }

  private async refresh(): Promise<void> {
    const { phone } = session;
    if (phone === undefined || this.state.busy) return;
    this.state = { ...this.state, busy: true };
    this.context.update();
    const [refreshProblem] = await phone.renew().catch((thrown: unknown) => [problemOf(thrown)]);
    // A different person may be shown by now.
    if (phone !== session.phone) return;
    this.state = { ...this.state, busy: false, refreshProblem };
    renew();
  }

  /** Makes a new code; if that fails, there is none, rather than the old one. */
  private async replace(phone: Phone): Promise<void> {
    this.turn += 1;
    const { turn } = this;
    // Nothing else looks at the phone before its first code is there.
    const over = this.ready ? undefined : first();
    await this.replaced(phone, turn);
    over?.();
  }

  private async replaced(phone: Phone, turn: number): Promise<void> {
    let made: Partial<CodeState>;
    try {
      made = await this.make(phone, turn);
    } catch (thrown) {
      made = { assessment: undefined, shown: undefined, problem: problemOf(thrown) };
      // The next second tries again.
      if (turn === this.turn) this.made = Number.NaN;
    }
    // A different person may be shown by now, or another code be on its way.
    if (turn !== this.turn) return;
    const before = this.state.problem;
    this.state = { ...this.state, ...made };
    this.ready = true;
    this.context.update();
    if (isGone(made.problem) && !isGone(before)) void this.refresh();
  }

  /** Assesses and makes a new code. */
  private async make(phone: Phone, turn: number): Promise<Partial<CodeState>> {
    this.made = phone.now();
    const challenge = this.answer.given(this.made);
    // Begun once: where signing takes longer than a second, each second would overtake the one before.
    if (challenge === undefined) this.state = { ...this.state, answered: false };
    const result = await phone.show(undefined, challenge);
    if (turn !== this.turn) return {};
    // Not before: the code may be signed with files that came meanwhile, and the reasons are to be its own.
    const now = phone.now();
    const { holder } = phone;
    const files = holder.files();
    const assessment = holder.rules() ? phone.assess() : undefined;
    const assessed = JSON.stringify({ ...assessment, at: "", of: phone.person });
    const known = assessed === this.assessed;
    if (!known) this.outlook += 1;
    this.assessed = assessed;
    const shown = result.result === "shown" ? result.code : undefined;
    const problem = result.result === "unavailable" ? result.problem : undefined;
    const { clockProblem, clockError, storageProblem } = phone;
    const troubles = [clockProblem, storageProblem].filter((trouble) => trouble !== undefined);
    const forecast = known ? this.state.forecast : undefined;
    const answered = shown !== undefined && challenge !== undefined;
    const open = assessment !== undefined && assessment.until === undefined && forecast === undefined;
    if (open && ends(shown?.colour ?? assessment.colour)) this.foresee(phone);
    return { now, files, troubles, assessment, forecast, shown, problem, clockProblem, clockError, answered };
  }

  /** Adds the forecast once it is made, which takes as long as many assessments. */
  private foresee(phone: Phone): void {
    const { outlook } = this;
    const wanted = () => phone === session.phone && outlook === this.outlook;
    foreseen(phone, wanted, (forecast) => {
      this.state = { ...this.state, forecast };
      this.context.update();
    });
  }
}
