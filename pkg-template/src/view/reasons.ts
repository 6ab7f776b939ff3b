// The component `reasons`: colour, reasons, what has changed and what is to come.
import type { Assessment, Comparison, Forecast, Problem, RulesFor, Visit } from "../engine/core/healthcode.js";
import { problemOf } from "../texts/problem.js";
import { daysData, daysOf } from "./days.js";
import { elsewhere, elsewhereData } from "./elsewhere.js";
import { causesInWords, causeWords } from "./explain/causes.js";
import { changeInWords, type ToldChange } from "./explain/change.js";
import { dataWords, filesInWords, lastCode } from "./explain/data.js";
import { type Log, lastReport } from "./explain/log.js";
import { outlookInWords, type ToldOutlook } from "./explain/outlook.js";
import { logOf } from "./explain/phone.js";
import { laterGreen, reasonsInWords, reasonWords } from "./explain/reasons.js";
import { scoresInWords, scoreWords } from "./explain/scores.js";
import { Outlook } from "./foreseen.js";
import { dayAndTime, time } from "./format.js";
import { type Answered, answered, insideField, insideWords, keep, visitOf } from "./inside.js";
import { say } from "./language.js";
import { noteColour } from "./noting.js";
import type { Phone } from "./phone.js";
import { problemText } from "./problem.js";
import { renew, session } from "./session.js";
import { ago, sentences } from "./spans.js";
import type { Context, Happened, View } from "./view.js";
import { retry, waiting } from "./waiting.js";

const HOUR = 3_600_000;
/** How often the reasons are updated while somebody reads them, in milliseconds. */
const AGAIN = 30_000;
const NO_CHANGE: ToldChange = { title: "", since: "", differences: [], understood: "" };
const NO_OUTLOOK: ToldOutlook = { title: "", earliest: "", steps: [], assumed: "", change: "" };

/** The panels in which files can be renewed: the answer is given where somebody asked. */
type Panel = "causes" | "data";

/** The state shown in the reasons. */
export interface ReasonsState {
  assessment: Assessment | undefined;
  forecast: Forecast | undefined;
  /** What differs from the last noted colour. */
  changed: Comparison | undefined;
  /** Why files could not be renewed. */
  problem: Problem | undefined;
  /** What is said of a renewal that went well. */
  refreshed: string;
  /** Where it was asked for. */
  asked: Panel;
  busy: boolean;
  /** What was said of the visits that causes name, and not yet confirmed. */
  said: Map<string, Answered>;
  /** Why what was confirmed could not be kept. */
  unkept: Problem | undefined;
  /** Whether the colours of the days are shown as a table. */
  tabled: boolean;
  /** By which other rules somebody wants to know their code. */
  wanted: RulesFor | undefined;
}

/** What a visit that a cause names goes by. */
const keyOf = ({ place, arrive, leave, mode }: Visit): string => [place, arrive, leave, mode].join(" ");

/** Causes, reasons with their courses and ways back, forecast, scores, and the data used. */
export function reasonsData(phone: Phone | undefined, state: ReasonsState) {
  const { assessment, forecast, changed, problem, refreshed, asked, busy, said, unkept, tabled, wanted } = state;
  const [cause, reason, score, data] = [causeWords(), reasonWords(), scoreWords(), dataWords()];
  const log: Log = phone ? logOf(phone) : { reports: () => [], questions: () => [] };
  const now = phone?.now() ?? 0;
  const last = lastReport(log);
  const causes = assessment ? causesInWords(log, assessment.causes) : [];
  const reasons = assessment ? reasonsInWords(log, assessment.reasons) : [];
  const scores = assessment ? scoresInWords(assessment) : [];
  const files = filesInWords(phone?.holder.files() ?? [], now, assessment?.rules);
  const failed = problem ? data.failed(problemText(problem)) : "";
  // Where the panel of causes is gone, that is said in the one that stays.
  const inCauses = asked === "causes" && causes.length > 0;
  return {
    differs: changed !== undefined,
    before: changed?.before ?? "grey",
    after: changed?.after ?? "grey",
    change: changed ? changeInWords(changed) : NO_CHANGE,
    undecided: causes.length > 0,
    causeTitle: assessment?.colour === "grey" ? cause.title : cause.partly,
    causes: causes.map(({ cause: id, says, todo, act, visit }, at) => {
      const told = visit && said.get(keyOf(visit));
      return {
        key: `${id}-${at}`,
        says,
        todo,
        report: act === "report",
        refresh: act === "refresh",
        inside: insideField(phone, visit, told, "", String(at)),
        sure: told !== undefined && told.said !== "unsure",
      };
    }),
    confirm: insideWords().save,
    report: cause.report,
    refresh: busy ? data.busy : cause.refresh,
    busy,
    causesRefreshed: inCauses ? refreshed : "",
    causesFailed: unkept ? problemText(unkept) : inCauses ? failed : "",
    explained: assessment !== undefined && (reasons.length > 0 || assessment.colour === "green"),
    reasonTitle: reason.title,
    green: reasons.length === 0 ? reason.green : "",
    reasons: reasons.map((one, at) => ({
      ...one,
      key: `${one.rule}-${at}`,
      runs: one.course.length > 0,
      readable:
        session.readRule !== undefined &&
        assessment?.reasons.find(({ rule }) => rule === one.rule)?.fact.kind !== "floor",
      later: laterGreen(
        assessment?.reasons.find(({ rule }) => rule === one.rule),
        forecast?.green,
      ),
    })),
    based: reason.based,
    openWord: reason.open,
    courseWord: reason.course,
    alone: reason.thisRule,
    wayBackWord: reason.wayBack,
    groundWord: reason.ground,
    correctWord: reason.correct,
    ruleWord: reason.rule,
    read: reason.read,
    foreseen: forecast !== undefined,
    outlook: forecast ? withCode(outlookInWords(forecast), phone, now) : NO_OUTLOOK,
    waits: forecast !== undefined && outlookInWords(forecast).steps.length > 0,
    days: daysData(daysOf(phone?.colours ?? [], forecast, now), tabled),
    elsewhere: elsewhereData(phone, wanted),
    scored: scores.length > 0,
    scoreTitle: score.title,
    scoreRange: score.range,
    scores: scores.map((one) => ({ ...one, points: String(one.points), none: one.gave.length === 0 })),
    nothing: score.nothing,
    dataTitle: data.title,
    rules: assessment ? data.rules(say(assessment.rules.title), say(assessment.rules.issuer)) : "",
    files: files.map((file) => ({ ...file, about: file.about.join(" · "), look: file.stale ? "fault" : "hint" })),
    lastReport: last ? data.report(dayAndTime(last.at), ago(last.at, now)) : "",
    dataRefreshed: inCauses ? "" : refreshed,
    problem: inCauses ? "" : failed,
  };
}

/** The outlook, and until when there is a code to show: the colour is what the rules say even when there is none. */
function withCode(told: ToldOutlook, phone: Phone | undefined, now: number): ToldOutlook {
  const end = lastCode(phone?.holder.files() ?? []);
  if (end === undefined) return told;
  const t = dataWords();
  const when = dayAndTime(end);
  if (end <= now) return { ...told, earliest: sentences([t.noCode(when), told.earliest]) };
  return { ...told, change: sentences([t.lastCode(when), told.change]) };
}

/** Why the colour is what it is, and the way back. Emits `report` when somebody wants to report. */
export class ReasonsView implements View {
  private readonly context: Context;
  private readonly outlook: Outlook;
  private assessment: Assessment | undefined;
  private differs: Comparison | undefined;
  private problem: Problem | undefined;
  private refreshed = "";
  /** When the files were fetched then, by the phone's own account. */
  private fetched = 0;
  private asked: Panel = "data";
  private busy = false;
  private readonly said = new Map<string, Answered>();
  private unkept: Problem | undefined;
  private tabled = false;
  private wanted: RulesFor | undefined;
  /** When the last colour was noted that is drawn among the days. */
  private noted: number | undefined;
  private made = 0;
  private phone: Phone | undefined;

  constructor(context: Context) {
    this.context = context;
    this.outlook = new Outlook(
      () => session.phone,
      () => context.update(),
    );
    this.changed();
  }

  data() {
    const { phone } = session;
    const { assessment, differs: changed, problem, asked, busy } = this;
    // It holds until they are fetched again, by whatever component.
    const refreshed = phone?.asked === this.fetched ? this.refreshed : "";
    const { forecast } = this.outlook;
    const { said, unkept, tabled, wanted } = this;
    const state = { assessment, forecast, changed, problem, refreshed, asked, busy, said, unkept, tabled, wanted };
    return { open: phone !== undefined, ...waiting(), ...reasonsData(phone, state) };
  }

  changed(): void {
    if (session.phone !== this.phone) {
      this.problem = undefined;
      this.refreshed = "";
      this.busy = false;
      this.said.clear();
      this.unkept = undefined;
      this.wanted = undefined;
    }
    this.phone = session.phone;
    this.outlook.changed();
    this.look();
  }

  private look(): void {
    const { phone } = session;
    this.made = phone?.now() ?? 0;
    this.assessment = phone?.holder.rules() ? phone.assess() : undefined;
    const compared = this.assessment && phone?.compare();
    this.differs = compared && compared.before !== compared.after ? compared : undefined;
    this.outlook.of(this.assessment);
    // What somebody has seen again is what a later colour is compared with.
    const seen = compared && compared.before === compared.after && this.made - Date.parse(compared.noted) > HOUR;
    if (seen) phone?.note().catch((thrown: unknown) => this.fail(thrown));
    if (this.assessment === undefined || phone === undefined) return;
    // While only time passes, what was foretold stays until the new forecast is there.
    this.outlook.look();
    // Later colours are compared with the first one after a report.
    if (!compared && phone.holder.reports().length > 0) phone.note().catch((thrown: unknown) => this.fail(thrown));
  }

  tick(): void {
    const { phone } = session;
    const noted = phone && this.assessment && noteColour(phone, this.assessment);
    const age = (phone?.now() ?? 0) - this.made;
    const fresh = age >= 0 && age < AGAIN;
    if (fresh && noted === this.noted) return;
    this.noted = noted;
    if (!fresh) this.look();
    this.context.update();
  }

  readonly on = {
    retry,
    report: () => this.context.tell("report"),
    understood: () => this.note(),
    read: async ({ data }: Happened) => {
      await session.readRule?.(data.rule ?? "", this.assessment?.rules.hash ?? "");
    },
    refresh: ({ data }: Happened) => this.refresh(data.panel === "causes" ? "causes" : "data"),
    inside: ({ data }: Happened) => {
      const visit = this.visit(data);
      if (visit && this.phone) this.said.set(keyOf(visit), answered(this.phone, visit, data.option ?? ""));
      this.context.update();
    },
    confirm: ({ data }: Happened) => this.confirm(this.visit(data)),
    elsewhere: ({ value }: Happened) => {
      this.wanted = elsewhere(session.phone)[Number(value) - 1];
      this.context.update();
    },
    table: () => {
      this.tabled = !this.tabled;
      this.context.update();
    },
  };

  /** The visit that the cause with this index names. */
  private visit({ index }: Record<string, string>): Visit | undefined {
    const cause = this.assessment?.causes[Number(index)];
    return cause?.cause === "visit-unclear" ? visitOf(cause) : undefined;
  }

  /** Keeps what was said of where a visit was. */
  private async confirm(visit: Visit | undefined): Promise<void> {
    const { phone } = this;
    const said = visit && this.said.get(keyOf(visit));
    if (phone === undefined || visit === undefined || said === undefined) return;
    const problem = await keep(phone, visit, said).catch(problemOf);
    if (phone !== this.phone) return;
    this.unkept = problem;
    if (problem === undefined) this.said.delete(keyOf(visit));
    renew();
  }

  private async note(): Promise<void> {
    await session.phone?.note().catch((thrown: unknown) => this.fail(thrown));
    renew();
  }

  private fail(thrown: unknown): void {
    this.problem = problemOf(thrown);
    this.asked = "data";
    this.context.update();
  }

  private async refresh(asked: Panel): Promise<void> {
    const { phone } = session;
    if (phone === undefined || this.busy) return;
    this.busy = true;
    this.asked = asked;
    this.refreshed = "";
    this.context.update();
    const [problem] = await phone.renew(true).catch((thrown: unknown) => [problemOf(thrown)]);
    if (phone !== session.phone) return;
    this.busy = false;
    this.problem = problem;
    if (problem === undefined) this.refreshed = dataWords().done(time(phone.now()));
    this.fetched = phone.asked;
    renew();
  }
}
