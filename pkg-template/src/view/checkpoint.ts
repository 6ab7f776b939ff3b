// The component `checkpoint`.
import type { Problem } from "../engine/core/healthcode.js";
import type { Judgement } from "../phone/challenge.js";
import { problemOf } from "../texts/problem.js";
import { checkpointWords } from "./checkpoint-words.js";
import { troubleText } from "./clock.js";
import { deskInWords } from "./desk.js";
import { fullDay, seconds } from "./format.js";
import { Gate, leftOf } from "./gate.js";
import type { Sign } from "./names.js";
import type { Checkpoint } from "./phone.js";
import { placeName, places } from "./places/names.js";
import { codeText, problemText, todoText } from "./problem.js";
import { OFFERED, regionsBy, wantedInWords } from "./purpose.js";
import { pauseOf } from "./refreshing.js";
import { connect, session } from "./session.js";
import {
  doubtInWords,
  isPerson,
  madeInWords,
  shownBeforeInWords,
  verdictInWords,
  verdictWords,
  vouchedInWords,
} from "./verdict.js";
import type { Context, Happened, View } from "./view.js";
import { retry, waiting } from "./waiting.js";

/** Why there is no camera, and will be none. */
const NO_CAMERA: readonly string[] = ["scan-missing", "scan-denied", "scan-insecure"];

/** How often lists of withdrawn certificates are fetched again, in milliseconds. */
const STATUSES = 900_000;

const NOTHING = { word: "", todo: "", under: "", use: "" };

/** A verdict for display: only an accepted code comes with personal data. */
export function verdictData(verdict: Judgement | undefined, left: number, picture = false) {
  const t = verdictWords();
  const accepted = verdict?.verdict === "accepted" ? verdict : undefined;
  const refused = verdict && verdict.verdict !== "accepted" ? verdict : undefined;
  const doubt = refused && doubtInWords(refused);
  const glance = verdict ? verdictInWords(verdict) : { ...NOTHING, sign: "grey" as Sign };
  return {
    sign: glance.sign,
    word: glance.word,
    use: glance.use,
    first: picture && glance.sign === "green" ? t.lookFirst : glance.todo,
    under: glance.under,
    picture: picture && accepted ? t.picture : "",
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
  /** Whether somebody has asked to verify nothing. */
  private empty = false;
  private busy = false;
  private more = false;
  /** Stops the camera that scans on and on. */
  private watching: (() => void) | undefined;

  constructor(context: Context) {
    this.context = context;
    // The names are there by the time that a verdict is to say whose rules were used.
    places();
    regionsBy(placeName);
    this.gate = new Gate({
      checkpoint: () => session.checkpoint,
      asks: () => session.challenge === true,
      update: () => context.update(),
      judged: (verdict) => {
        this.fold();
        context.update();
        context.reveal("verdict");
        const counts = isPerson(verdict) ? "yes" : "no";
        context.tell("judged", { sign: verdictInWords(verdict).sign, counts });
      },
    });
    this.changed();
  }

  data() {
    const t = checkpointWords();
    const { checkpoint } = session;
    const { given, challenge, problem, able } = this.gate;
    const now = checkpoint?.adaptors.clock.now() ?? 0;
    const left = given ? Math.ceil(leftOf(given) / 1000) : 0;
    const desk = deskInWords(checkpoint, this.problem);
    const scans = checkpoint?.adaptors.scan.able !== false;
    // Where nothing can be scanned, the text is the way.
    const main = !scans || NO_CAMERA.indexOf(problem?.code ?? "") >= 0;
    const offered = this.offered;
    return {
      open: checkpoint !== undefined,
      ...waiting(),
      given: given !== undefined,
      wantedWord: t.wanted,
      wanted: wantedInWords(checkpoint?.purpose ?? "any"),
      chooses: offered.length > 1,
      offered: offered.map(wantedInWords),
      offer: Math.max(0, offered.indexOf(checkpoint?.purpose ?? "any")),
      ...verdictData(given?.verdict, Math.max(0, left), given?.picture),
      more: this.more,
      moreWord: this.more ? t.less : t.more,
      closed: desk.closed,
      closedWord: t.closed,
      title: scans ? t.title : t.verifyOne,
      about: scans ? t.about : t.withoutCamera,
      scans,
      scan: checkpoint?.adaptors.scan.watch ? (this.watching ? t.close : t.open) : t.scan,
      scanLook: this.watching || main ? "" : "primary",
      paste: scans ? t.paste : t.type,
      pasted: this.cleared,
      verify: t.verify,
      main: main ? "primary" : "",
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
      problem: problem ? problemText(problem) : this.empty ? t.empty : "",
      time: seconds(now),
      date: fullDay(now),
      trust: desk.trust,
      statuses: desk.statuses,
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

  judge(text: string, picture?: boolean): void {
    this.gate.judge(text, picture);
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
    if (checkpoint && Math.abs(Date.now() - checkpoint.asked) >= Math.min(STATUSES, pauseOf(checkpoint.clockProblem)))
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
      this.empty = false;
      this.gate.typed(value);
    },
    verify: () => {
      if (this.pasted.trim() !== "") return this.gate.judge(this.pasted);
      this.gate.failed = undefined;
      this.empty = true;
      this.context.update();
    },
    want: ({ value }: Happened) => {
      const { checkpoint } = session;
      const purpose = this.offered[Number(value)];
      if (checkpoint === undefined || purpose === undefined) return;
      checkpoint.purpose = purpose;
      // What stands was judged by another.
      this.forget();
      this.context.update();
      this.context.tell("purpose", { purpose });
    },
    next: () => {
      this.forget();
      this.context.update();
    },
    unfold: () => {
      this.more = !this.more;
      this.gate.read(this.more);
      this.context.update();
    },
    refresh: () => this.refresh(),
  };

  /** What it offers to ask for; what it asks for is among that. */
  private get offered(): string[] {
    const offered = session.purposes ?? OFFERED;
    const asked = session.checkpoint?.purpose ?? "any";
    return offered.indexOf(asked) < 0 ? [asked, ...offered] : [...offered];
  }

  private forget(): void {
    this.gate.forget();
    this.fold();
  }

  /** Clears what belongs to the last person. */
  private fold(): void {
    this.more = this.empty = false;
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
