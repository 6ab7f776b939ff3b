import type { Problem } from "../engine/core/healthcode.js";
import type { Challenge, Judgement } from "../phone/challenge.js";
import { problemOf } from "../texts/problem.js";
import { checkpointWords } from "./checkpoint-words.js";
import { troubleText } from "./clock.js";
import { staleInWords } from "./explain/data.js";
import { dayAndTime, fullDay, seconds } from "./format.js";
import type { Sign } from "./names.js";
import { places } from "./places/names.js";
import { codeText, problemText, todoText } from "./problem.js";
import { connect, session } from "./session.js";
import { madeInWords, shownBeforeInWords, VERDICT, verdictInWords, verdictWords, vouchedInWords } from "./verdict.js";
import type { Context, Happened, View } from "./view.js";
import { retry, waiting } from "./waiting.js";

/** A verdict for display: only an accepted code comes with personal data. */
export function verdictData(verdict: Judgement | undefined, left: number) {
  const t = verdictWords();
  const accepted = verdict?.verdict === "accepted" ? verdict : undefined;
  const refused = verdict && verdict.verdict !== "accepted" ? verdict : undefined;
  const { sign, word, under } = verdict ? verdictInWords(verdict) : { sign: "grey" as Sign, word: "", under: "" };
  return {
    sign,
    word,
    under,
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
    cause: refused ? codeText(refused.code) : "",
    todo: refused ? todoText(refused.code) : "",
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
  private verdict: Judgement | undefined;
  private at = 0;
  private problem: Problem | undefined;
  private pasted = "";
  /** The initial value of the paste field; it is cleared by setting a value that differs from the last one. */
  private cleared = "";
  private busy = false;
  private more = false;
  /** What the next person's code is to answer. */
  private challenge: Challenge | undefined;
  private drawing = false;

  constructor(context: Context) {
    this.context = context;
    // The names are there by the time that a verdict is to say whose rules were used.
    places();
    this.changed();
  }

  data() {
    const t = checkpointWords();
    const { checkpoint } = session;
    const trust = checkpoint?.trust;
    const now = checkpoint?.adaptors.clock.now() ?? 0;
    const expired = trust?.expires !== undefined && Date.parse(trust.expires) <= now;
    const files = checkpoint?.manifest ? [checkpoint.manifest] : [];
    return {
      open: checkpoint !== undefined,
      ...waiting(),
      given: this.verdict !== undefined,
      ...verdictData(this.verdict, Math.max(0, Math.ceil((VERDICT - (Date.now() - this.at)) / 1000))),
      more: this.more,
      moreWord: this.more ? t.less : t.more,
      title: t.title,
      about: t.about,
      scan: t.scan,
      paste: t.paste,
      pasted: this.cleared,
      verify: t.verify,
      ready: trust !== undefined,
      asks: session.challenge === true,
      ask: t.ask,
      askMore: t.askMore,
      asked: session.challenge === true && this.challenge !== undefined,
      challengeWord: t.challenge,
      challengeQr: t.challengeQr,
      challengeDigits: t.digits,
      // Apart, or screen readers say a number.
      fourDigits: this.challenge?.digits.split("").join(" ") ?? "",
      idle: trust === undefined || this.busy || (session.challenge === true && this.challenge === undefined),
      problem: this.problem ? problemText(this.problem) : "",
      time: seconds(now),
      date: fullDay(now),
      trust: trust?.expires ? t.trust(String(trust.version ?? "?"), dayAndTime(trust.expires)) : t.noTrust,
      stale: expired ? t.stale : staleInWords(files, now),
      clock: checkpoint?.clockProblem ? troubleText(checkpoint.clockProblem, checkpoint.clockError) : "",
      refresh: t.refresh,
      busy: this.busy,
    };
  }

  qr(): string | undefined {
    return this.verdict === undefined && session.challenge ? this.challenge?.text : undefined;
  }

  changed(): void {
    if (session.challenge && this.challenge === undefined) void this.renew();
  }

  tick(): void {
    session.checkpoint?.tidy();
    if (this.verdict !== undefined && Math.abs(Date.now() - this.at) >= VERDICT) this.forget();
    this.context.update();
  }

  seen(seen: boolean): void {
    // The last person's name must not stay on the screen.
    if (!seen) this.forget();
  }

  readonly on = {
    retry,
    ask: () => {
      this.problem = this.challenge = undefined;
      connect({ challenge: !session.challenge });
    },
    scan: () => this.scan(),
    type: ({ value }: Happened) => {
      this.pasted = value;
    },
    verify: () => {
      if (this.pasted.trim() !== "") this.judge(this.pasted);
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

  private judge(scanned: string): void {
    const { checkpoint } = session;
    if (checkpoint === undefined) return;
    this.forget();
    const asked = session.challenge ? this.challenge : undefined;
    // Nobody gets an unasked code through while the next challenge is drawn.
    if (session.challenge && asked === undefined) return;
    this.verdict = checkpoint.verify(scanned.trim(), asked);
    this.at = Date.now();
    // Everyone gets a new one.
    this.challenge = undefined;
    if (asked) void this.renew();
    this.context.update();
    this.context.reveal("verdict");
  }

  /** Draws the next challenge. */
  private async renew(): Promise<void> {
    if (this.drawing) return;
    this.drawing = true;
    try {
      this.challenge = await session.checkpoint?.ask();
    } catch (thrown) {
      this.problem = problemOf(thrown);
    }
    this.drawing = false;
    this.context.update();
  }

  private forget(): void {
    this.verdict = undefined;
    this.problem = undefined;
    this.more = false;
    if (this.pasted !== "") this.cleared = this.cleared === "" ? " " : "";
    this.pasted = "";
  }

  private async scan(): Promise<void> {
    const { checkpoint } = session;
    if (checkpoint === undefined || this.busy) return;
    this.busy = true;
    try {
      this.judge(await checkpoint.adaptors.scan.scan());
    } catch (thrown) {
      const problem = problemOf(thrown);
      this.problem = problem.code === "scan-cancelled" ? undefined : problem;
    }
    this.busy = false;
    this.context.update();
  }

  private async refresh(): Promise<void> {
    const { checkpoint } = session;
    if (checkpoint === undefined || this.busy) return;
    this.busy = true;
    this.context.update();
    [this.problem] = await checkpoint.refresh().catch((thrown: unknown) => [problemOf(thrown)]);
    this.busy = false;
    this.context.update();
  }
}
