// The component `code`: shows a code and renews it.
import type { Colour, Forecast, Problem } from "../engine/core/healthcode.js";
import { problemOf } from "../texts/problem.js";
import { troubleText } from "./clock.js";
import { codeWords } from "./code-words.js";
import { causesInWords } from "./explain/causes.js";
import { codeEnds, dataWords, expiredFiles, staleInWords } from "./explain/data.js";
import type { Log } from "./explain/log.js";
import { colourWord } from "./explain/names.js";
import { logOf } from "./explain/phone.js";
import { reasonsInWords } from "./explain/reasons.js";
import { guarded } from "./fault-barrier.js";
import { dayAndTime, fullDay, seconds, time } from "./format.js";
import { say } from "./language.js";
import { colourOf, LiveCode, type LiveState, RENEWAL } from "./live-code.js";
import { colourName, kindName } from "./names.js";
import type { Phone } from "./phone.js";
import { problemText } from "./problem.js";
import { renew, session } from "./session.js";
import type { Context, Happened, View } from "./view.js";
import { retry, waiting } from "./waiting.js";

/** The state shown on a code card. */
export interface CodeState extends LiveState {
  forecast?: Forecast | undefined;
  /** Why files or certificate could not be renewed. */
  refreshProblem?: Problem | undefined;
  /** What is said of a renewal that was asked for and went well. */
  refreshed?: string | undefined;
  busy: boolean;
}

/** The problem with a scanned text that is not a challenge. */
export const NO_CHALLENGE: Problem = { code: "scan-no-challenge", message: "the text is not a challenge" };

/** The card: colour, word, clock, name, and the most important notices. */
export function codeData(state: CodeState, log: Log = NO_LOG) {
  const t = codeWords();
  const { now, shown, refreshProblem, refreshed = "" } = state;
  const colour = colourOf(state);
  const left = shown ? Math.max(0, Math.ceil((RENEWAL - (now - Date.parse(shown.issued))) / 1000)) : 0;
  return {
    colour,
    word: shown ? colourName(colour) : t.unavailable,
    under: underWord(state, colour),
    shown: shown !== undefined,
    qrLabel: t.qr(colourName(colour)),
    larger: t.larger,
    smaller: t.smaller,
    renews: t.renews(left),
    left: Math.round((left * 100_000) / RENEWAL),
    noNetwork: t.noNetwork,
    time: seconds(now),
    date: fullDay(now),
    name: shown?.identity.name ?? "",
    digits: shown?.identity.digits ?? "",
    digitsLabel: t.holder,
    problem: state.problem ? troubleText(state.problem, state.clockError) : "",
    // A missing name has nothing to do with the network.
    online: state.problem?.code !== "holder-no-key",
    ending: ending(state),
    ...whyInWords(log, state),
    renewable: shown !== undefined && canHelp(state),
    stale: notices(state).length > 0 || refreshProblem !== undefined || refreshed !== "",
    notices: notices(state),
    refreshed,
    notRenewed: refreshProblem ? t.notRenewed(problemText(refreshProblem)) : "",
    retry: state.busy ? dataWords().busy : t.retry,
    busy: state.busy,
  };
}

const NO_LOG: Log = { reports: () => [], questions: () => [] };

/** Why the code is not green, in a sentence, and what to do: the first of what the component `reasons` explains. */
function whyInWords(log: Log, { assessment, shown }: CodeState): { why: string; todo: string } {
  if (assessment === undefined || shown === undefined) return { why: "", todo: "" };
  const [cause] = assessment.colour === "grey" ? causesInWords(log, assessment.causes.slice(0, 1)) : [];
  if (cause) return { why: cause.says, todo: cause.todo };
  const [reason] = reasonsInWords(log, assessment.reasons);
  if (assessment.colour === "green" || reason === undefined) return { why: "", todo: "" };
  return { why: reason.says, todo: reason.wayBack };
}

/** Whether to show when the colour ends. */
const ends = (colour: Colour | undefined): boolean => colour === "yellow" || colour === "red";

/** Until when a bad colour is expected to last; without a code, what the rules say nevertheless; otherwise whose rules apply. */
function underWord({ shown, assessment, forecast }: CodeState, colour: Colour): string {
  if (shown === undefined && assessment && assessment.colour !== "grey") {
    return codeWords().counts(colourWord(assessment.colour));
  }
  const end = assessment?.until ?? forecast?.steps[0]?.at;
  if (ends(colour) && end) return codeWords().until(dayAndTime(end));
  return assessment ? say(assessment.rules.issuer) : "";
}

/** When there can be no code any more; empty unless that is soon. */
function ending({ shown, files, now }: CodeState): string {
  const end = shown && codeEnds(files, now);
  return end === undefined ? "" : codeWords().ending(dayAndTime(end));
}

/** When a green code will be worse by the rules, whatever is reported; empty if nothing says so. */
function turning({ shown, forecast }: CodeState): string {
  const [next] = forecast?.colour === "green" && shown ? forecast.steps : [];
  return next ? codeWords().turns(colourWord(next.colour), dayAndTime(next.at)) : "";
}

/** When the code ends, what will be, which files are too old, and other problems. */
function notices(state: CodeState): string[] {
  const { files, troubles, clockError, problem, now } = state;
  const stale = staleInWords(files, now);
  return [
    ...[ending(state), turning(state)].filter((told) => told !== ""),
    ...troubles.filter(({ code }) => code !== problem?.code).map((trouble) => troubleText(trouble, clockError)),
    ...(stale === "" ? [] : [stale]),
    ...expiredFiles(files, now).map(({ kind, expires }) =>
      codeWords().stale(kindName(kind), dayAndTime(expires ?? now)),
    ),
  ];
}

/** Whether going online helps with what is said below the code: it does nothing for what will be, or for a full storage. */
function canHelp(state: CodeState): boolean {
  const { files, troubles, refreshProblem, now } = state;
  const trouble = troubles.some(({ code }) => !code.startsWith("storage-"));
  const old = staleInWords(files, now) !== "" || expiredFiles(files, now).length > 0;
  return trouble || old || ending(state) !== "" || refreshProblem !== undefined;
}

/** Makes the screen bright, or no longer; the code comes without it, too. */
function bright(phone: Phone | undefined, wanted: boolean): void {
  guarded(() => void phone?.adaptors.screen.bright(wanted));
}

/** The code as shown at a checkpoint: renewed before it expires, even offline. */
export class CodeView implements View {
  private readonly context: Context;
  private readonly code: LiveCode;
  private phone: Phone | undefined;
  private refreshProblem: Problem | undefined;
  private refreshed = "";
  private busy = false;
  private looked = false;
  /** Whether the field for a challenge is open. */
  private asking = false;
  private typed = "";
  private large = false;
  /** What is wrong with what was typed or scanned. */
  private fault = "";

  constructor(context: Context) {
    this.context = context;
    this.code = new LiveCode({
      phone: () => session.phone,
      update: () => context.update(),
      refresh: () => this.refresh(),
      made: () => this.foretell(),
    });
    void this.changed();
  }

  data() {
    const { refreshProblem, refreshed, busy } = this;
    const { forecast } = this.code.outlook;
    return {
      open: session.phone !== undefined && this.code.ready,
      ...waiting(codeWords().wait),
      ...codeData(
        { ...this.code.state, forecast, refreshProblem, refreshed, busy },
        session.phone && logOf(session.phone),
      ),
      full: this.enlarged ? "full" : "",
      size: this.enlarged ? codeWords().smaller : codeWords().larger,
      ask: this.askData(),
    };
  }

  get sign(): string {
    return colourOf(this.code.state);
  }

  qr(): string | undefined {
    return this.code.state.shown?.text;
  }

  /** Whether the code fills the screen. */
  get enlarged(): boolean {
    return this.large && this.code.state.shown !== undefined;
  }

  key(key: string): boolean {
    if (key !== "Escape" || !this.enlarged) return false;
    this.enlarge(false);
    return true;
  }

  async changed(): Promise<void> {
    const { phone } = session;
    if (phone !== this.phone) {
      this.large = false;
      this.code.clear();
      this.refreshProblem = undefined;
      this.refreshed = "";
      this.busy = false;
      if (this.looked) bright(phone ?? this.phone, phone !== undefined);
      this.close();
    }
    this.phone = phone;
    await this.code.changed();
  }

  async tick(): Promise<void> {
    await this.code.tick();
  }

  seen(seen: boolean): void {
    this.looked = seen;
    bright(session.phone, seen);
    if (seen) void this.tick();
  }

  readonly on = {
    retry,
    refresh: () => this.refresh(true),
    enlarge: () => this.enlarge(!this.enlarged),
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
      this.code.answer.forget();
      return this.code.replace();
    },
  };

  /** What is said about answering a checkpoint's challenge. */
  private askData() {
    const t = codeWords();
    const given = this.code.state.answered === true;
    return {
      given,
      says: given ? t.answers(this.code.answer.digits) : "",
      stop: t.stop,
      open: this.asking,
      word: t.answer,
      label: t.digits,
      fault: this.fault,
      give: t.give,
      scans: session.phone?.adaptors.scan.able !== false,
      scan: t.scanIt,
      cancel: t.cancel,
    };
  }

  private enlarge(large: boolean): void {
    this.large = large;
    this.context.update();
  }

  private close(): void {
    this.asking = false;
    this.typed = this.fault = "";
  }

  /** Makes a code that answers a challenge; `otherwise` is said if the text is none. */
  private async give(text: string, otherwise: string): Promise<void> {
    const { phone } = session;
    if (phone === undefined) return;
    if (this.code.answer.take(text, phone.now())) {
      this.close();
      await this.code.replace();
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

  private async refresh(asked = false): Promise<void> {
    const { phone } = session;
    if (phone === undefined || this.busy) return;
    this.busy = true;
    this.refreshed = "";
    this.context.update();
    const [refreshProblem] = await phone.renew(asked).catch((thrown: unknown) => [problemOf(thrown)]);
    // A different person may be shown by now.
    if (phone !== session.phone) return;
    this.busy = false;
    this.refreshProblem = refreshProblem;
    if (asked && refreshProblem === undefined) this.refreshed = dataWords().done(time(phone.now()));
    renew();
  }

  /** Has it foretold when a bad colour ends, unless that is known, or a good one. */
  private foretell(): void {
    const { outlook, state } = this.code;
    const open = state.assessment !== undefined && state.assessment.until === undefined;
    if (open && outlook.forecast === undefined && colourOf(state) !== "grey") outlook.look();
  }
}
