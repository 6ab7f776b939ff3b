// The component `checkpoint`.
import type { Problem } from "../engine/core/healthcode.js";
import type { Judgement } from "../phone/challenge.js";
import { problemOf } from "../texts/problem.js";
import { checkpointWords } from "./checkpoint-words.js";
import { troubleText } from "./clock.js";
import { deskInWords } from "./desk.js";
import { fullDay, seconds } from "./format.js";
import { Gate } from "./gate.js";
import type { Sign } from "./names.js";
import type { Checkpoint } from "./phone.js";
import { places } from "./places/names.js";
import { codeText, problemText, todoText } from "./problem.js";
import { pauseOf } from "./refreshing.js";
import { connect, session } from "./session.js";
import {
  doubtInWords,
  madeInWords,
  shownBeforeInWords,
  VERDICT,
  verdictInWords,
  verdictWords,
  vouchedInWords,
} from "./verdict.js";
import type { Context, Happened, View } from "./view.js";
import { retry, waiting } from "./waiting.js";

/** A verdict for display: only an accepted code comes with personal data. */
export function verdictData(verdict: Judgement | undefined, left: number) {
  const t = verdictWords();
  const accepted = verdict?.verdict === "accepted" ? verdict : undefined;
  const refused = verdict && verdict.verdict !== "accepted" ? verdict : undefined;
  const doubt = refused && doubtInWords(refused);
  const glance = verdict ? verdictInWords(verdict) : { sign: "grey" as Sign, word: "", todo: "", under: "" };
  return {
    sign: glance.sign,
    word: glance.word,
    first: glance.todo,
    under: glance.under,
    verdict: verdict?.verdict ?? "",
    accepted: accepted !== undefined,
    before: verdict ? shownBeforeInWords(verdict) : "",
    compare: t.compare,
    nameWord: t.name,
    name: accepted?.name ?? "",
    digitsWord: t.digits,
    digits: accepted?.digits ?? "",
    made: accepted ? madeInWords(accepted) : "",
    issuerWord: t.issuer,
    issuer: accepted ? vouchedInWords(accepted, "issuer") : [],
    holderWord: t.holder,
    holder: accepted ? vouchedInWords(accepted, "holder") : [],
    holderNote: t.holderNote,
    cause: refused ? (doubt?.cause ?? codeText(refused.code)) : "",
    todo: refused ? (doubt?.todo ?? todoText(refused.code)) : "",
    refusal: refused?.code ?? "",
    code: refused ? `${t.code} ${refused.code}` : "",
    next: t.next,
    resets: t.resets(left),
  };
}

/** The checkpoint: scans and verifies codes, and asks for the answer to a challenge if that is wanted. */
export class CheckpointView implements View {
  readonly needs = "checkpoint";
  readonly lasts = true;
  private readonly context: Context;
  private readonly gate: Gate;
  /** Why the files could not be renewed. */
  private problem: Problem | undefined;
  private pasted = "";
  /** The initial value of the paste field; it is cleared by setting a value that differs from the last one. */
  private cleared = "";
  private busy = false;
  private more = false;
  /** Stops the camera that scans on and on. */
  private watching: (() => void) | undefined;

  constructor(context: Context) {
    this.context = context;
    // The names are there by the time that a verdict is to say whose rules were used.
    places();
    this.gate = new Gate({
      checkpoint: () => session.checkpoint,
      asks: () => session.challenge === true,
      update: () => context.update(),
      judged: (verdict) => {
        this.fold();
        context.update();
        context.reveal("verdict");
        context.tell("judged", { sign: verdictInWords(verdict).sign });
      },
    });
    this.changed();
  }

  data() {
    const t = checkpointWords();
    const { checkpoint } = session;
    const { given, challenge, problem, able } = this.gate;
    const now = checkpoint?.adaptors.clock.now() ?? 0;
    const left = Math.ceil((VERDICT - (Date.now() - (given?.at ?? 0))) / 1000);
    const desk = deskInWords(checkpoint, this.problem);
    const scans = checkpoint?.adaptors.scan.able !== false;
    return {
      open: checkpoint !== undefined,
      ...waiting(),
      given: given !== undefined,
      ...verdictData(given?.verdict, Math.max(0, left)),
      more: this.more,
      moreWord: this.more ? t.less : t.more,
      closed: desk.closed,
      closedWord: t.closed,
      title: scans ? t.title : t.verifyOne,
      about: scans ? t.about : t.withoutCamera,
      scans,
      scan: checkpoint?.adaptors.scan.watch ? (this.watching ? t.close : t.open) : t.scan,
      scanLook: this.watching ? "" : "primary",
      paste: scans ? t.paste : t.type,
      pasted: this.cleared,
      verify: t.verify,
      // Where nothing can be scanned, this is the way.
      main: scans ? "" : "primary",
      asks: session.challenge === true,
      ask: t.ask,
      askMore: t.askMore,
      asked: challenge !== undefined,
      challengeWord: t.challenge,
      challengeQr: t.challengeQr,
      challengeDigits: t.digits,
      // Apart, or screen readers say a number.
      fourDigits: challenge?.digits.split("").join(" ") ?? "",
      idle: !able || this.busy,
      problem: problem ? problemText(problem) : "",
      time: seconds(now),
      date: fullDay(now),
      trust: desk.trust,
      calm: desk.calm,
      fault: desk.fault,
      clock: checkpoint?.clockProblem ? troubleText(checkpoint.clockProblem, checkpoint.clockError) : "",
      refresh: t.refresh,
      busy: this.busy,
    };
  }

  qr(): string | undefined {
    return this.gate.given === undefined ? this.gate.challenge?.text : undefined;
  }

  get sign(): string | undefined {
    const { given } = this.gate;
    return given && verdictInWords(given.verdict).sign;
  }

  judge(text: string): void {
    this.gate.judge(text);
  }

  changed(): void {
    // The camera is of a checkpoint that was closed.
    if (session.checkpoint === undefined) this.lookAway();
    void this.gate.renew();
  }

  tick(): void {
    const { given } = this.gate;
    this.gate.tick();
    if (given !== undefined && this.gate.given === undefined) this.fold();
    // A gate is open for days.
    const { checkpoint } = session;
    if (checkpoint && Math.abs(Date.now() - checkpoint.asked) >= pauseOf(checkpoint.clockProblem))
      void this.follow(checkpoint);
    this.context.update();
  }

  seen(seen: boolean): void {
    // The last person's name must not stay on the screen.
    if (!seen) this.forget();
    if (!seen) this.lookAway();
  }

  /** Takes a key that was pressed anywhere on the page: scanners may type. */
  key(key: string, inField: boolean, at: number): boolean {
    return this.gate.key(key, inField, at);
  }

  readonly on = {
    retry,
    ask: () => {
      connect({ challenge: !session.challenge });
      this.gate.asked();
      const asks = session.challenge ? "yes" : "no";
      this.context.tell("asks", { asks });
    },
    scan: () => this.scan(),
    type: ({ value }: Happened) => {
      this.pasted = value;
      this.gate.typed(value);
    },
    verify: () => {
      if (this.pasted.trim() !== "") this.gate.judge(this.pasted);
    },
    next: () => {
      this.forget();
      this.context.update();
    },
    unfold: () => {
      this.more = !this.more;
      this.context.update();
    },
    refresh: () => this.refresh(),
  };

  private forget(): void {
    this.gate.forget();
    this.fold();
  }

  /** Clears what belongs to the last person. */
  private fold(): void {
    this.more = false;
    if (this.pasted !== "") this.cleared = this.cleared === "" ? " " : "";
    this.pasted = "";
  }

  private async scan(): Promise<void> {
    const { checkpoint } = session;
    if (checkpoint === undefined || this.busy) return;
    if (checkpoint.adaptors.scan.watch) {
      this.watch(checkpoint);
      return;
    }
    this.busy = true;
    try {
      this.gate.judge(await checkpoint.adaptors.scan.scan((text) => checkpoint.codeIn(text) !== undefined));
    } catch (thrown) {
      const problem = problemOf(thrown);
      this.gate.failed = problem.code === "scan-cancelled" ? undefined : problem;
    }
    this.busy = false;
    this.context.update();
  }

  /** Opens the camera that scans on and on, or closes it. */
  private watch({ adaptors }: Checkpoint): void {
    const closed = this.watching;
    this.lookAway();
    this.gate.failed = undefined;
    if (closed === undefined) {
      const over = (problem: Problem) => {
        this.watching = undefined;
        this.gate.lookAway();
        this.gate.failed = problem;
        this.context.update();
      };
      try {
        this.watching = adaptors.scan.watch?.((texts) => this.gate.look(texts), over);
      } catch (thrown) {
        over(problemOf(thrown));
      }
    }
    this.context.update();
  }

  private lookAway(): void {
    this.watching?.();
    this.watching = undefined;
    this.gate.lookAway();
  }

  private async refresh(): Promise<void> {
    const { checkpoint } = session;
    if (checkpoint === undefined || this.busy) return;
    this.busy = true;
    this.context.update();
    await this.follow(checkpoint);
    this.busy = false;
    this.context.update();
  }

  /** Fetches the newest files; codes are judged meanwhile. */
  private async follow(checkpoint: Checkpoint): Promise<void> {
    [this.problem] = await checkpoint.refresh().catch((thrown: unknown) => [problemOf(thrown)]);
    this.context.update();
  }
}
