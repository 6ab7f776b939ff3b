// The component `questionnaire`.
import type { Asked, Place, Problem, Report } from "../engine/core/healthcode.js";
import { problemOf } from "../texts/problem.js";
import { codeWords } from "./code-words.js";
import { isWanted, takeUp } from "./correcting.js";
import {
  changed,
  type DraftTrip,
  type Fault,
  insideOf,
  placeOf,
  QuestionnaireDraft,
  type Typed,
  visitOfAnswer,
  visitOfTrip,
} from "./draft.js";
import { lastReport } from "./explain/log.js";
import { logOf } from "./explain/phone.js";
import { fieldFaultText } from "./fault.js";
import { flat } from "./flat.js";
import { dayAndTime, isoDay } from "./format.js";
import { answered, insideField, insideWords, type Said } from "./inside.js";
import { say, wordsOf } from "./language.js";
import { MODES, modeName } from "./names.js";
import type { Phone } from "./phone.js";
import { picked, placeField } from "./places/field.js";
import { Finding } from "./places/finding.js";
import { learn, placesAgain } from "./places/names.js";
import { problemText } from "./problem.js";
import { questionnaireWords, tripWords } from "./questionnaire-words.js";
import { type ReportChange, type Review, reviewData, reviewOf } from "./review.js";
import { renew, session } from "./session.js";
import { sentences } from "./spans.js";
import { Unsent } from "./unsent.js";
import type { Context, Happened, View } from "./view.js";
import { retry, waiting } from "./waiting.js";

/** The texts of the questionnaire's component alone. */
export const correctingWords = wordsOf(
  "correcting",
  {
    day: "请选择日期",
    number: "请填写",
    handed: (at: string) => `已于${at}提交，健康码按您的回答生成。`,
    anew: "重新申报",
    correcting: (at: string) => `更正${at}的申报`,
    keeps: "更正从原来的申报时间起生效，原来的内容会保留并标明已更正。",
    submit: "提交更正",
    next: "下一题",
    previous: "上一题",
  },
  {
    day: "Choose a date",
    number: "Enter",
    handed: (at) => `Submitted on ${at}. Your code is based on these answers.`,
    anew: "Report again",
    correcting: (at) => `Correct your report of ${at}`,
    keeps: "The correction counts from when that report was made; what it said stays in sight, marked as corrected.",
    submit: "Submit the correction",
    next: "Next",
    previous: "Previous",
  },
);

const EMPTY: DraftTrip = { place: undefined, from: "", to: "", mode: "stay" };
const DAY = 86_400_000;

/** A question with its field, which is one of `choices`, `number`, `day`, `place` and `trips`. */
function questionData(
  phone: Phone | undefined,
  draft: QuestionnaireDraft,
  asked: Asked,
  position: number,
  typed: string,
  finding: Finding,
) {
  const { id, type } = asked;
  const now = phone ? phone.now() : 0;
  const faults = draft.shownFaults(id);
  const own = faults.filter(({ part }) => part === undefined);
  const value = draft.drafts.get(id);
  const label = say(asked.text);
  return {
    id,
    position: String(position),
    text: label,
    optional: asked.required ? "" : questionnaireWords().optional,
    help: asked.help ? say(asked.help) : "",
    before: draft.kept.has(id) ? questionnaireWords().before : "",
    fault: sentences(own.map(({ code }) => fieldFaultText(code, asked))),
    wrong: faults.length > 0 ? "wrong" : "",
    kind: type === "many-of" ? ("checkbox" as const) : ("radio" as const),
    row: type === "yes-no" ? "pair" : "",
    role: type === "yes-no" || type === "one-of" ? "radiogroup" : "group",
    choices: type === "yes-no" || type === "one-of" || type === "many-of",
    options: optionsOf(asked, value),
    number: type === "number",
    typed,
    unit: asked.number ? asked.number.unit : "",
    label: asked.number ? questionnaireWords().measured(label, asked.number.unit) : label,
    ask: correctingWords().number,
    worded: type === "text",
    day: type === "date",
    value: type === "date" ? String(value ?? "") : "",
    from: asked.daysBack === undefined ? "" : isoDay(now - asked.daysBack * DAY),
    to: isoDay(now),
    choose: correctingWords().day,
    placed: type === "place",
    place: placeField(
      id,
      "",
      type === "place" ? placeOf(value) : undefined,
      asked.placeDigits ?? 2,
      faults.length > 0,
      finding,
    ),
    inside: insideField(phone, visitOfAnswer(asked, value, now), insideOf(value), id, "", insideWords().is),
    travelled: type === "trips",
    trips:
      type === "trips" ? tripsOf(value).map((trip, index) => tripData(phone, asked, trip, index, faults, finding)) : [],
    add: `+ ${tripWords().add}`,
  };
}

function optionsOf(asked: Asked, value: unknown): { id: string; label: string; chosen: boolean }[] {
  const t = questionnaireWords();
  if (asked.type === "yes-no") {
    return [
      { id: "yes", label: t.yes, chosen: value === true },
      { id: "no", label: t.no, chosen: value === false },
    ];
  }
  const chosen = (id: string) => (Array.isArray(value) ? (value as unknown[]).includes(id) : value === id);
  return asked.options.map((option) => ({ id: option.id, label: say(option.text), chosen: chosen(option.id) }));
}

const tripsOf = (value: unknown): DraftTrip[] =>
  Array.isArray(value) && value.length > 0 ? (value as DraftTrip[]) : [EMPTY];

function tripData(
  phone: Phone | undefined,
  asked: Asked,
  trip: DraftTrip,
  index: number,
  faults: Fault[],
  finding: Finding,
) {
  const t = tripWords();
  const now = phone ? phone.now() : 0;
  const fault = (part: string) =>
    sentences(
      faults.filter((one) => one.part === `${index}-${part}`).map(({ code }) => fieldFaultText(code, asked, part)),
    );
  const wrong = (part: string) => (fault(part) ? "wrong" : "");
  return {
    index: String(index),
    title: t.trip(index + 1),
    place: placeField(asked.id, String(index), trip.place, asked.placeDigits ?? 2, fault("place") !== "", finding),
    placeFault: fault("place"),
    from: trip.from,
    fromLabel: t.from,
    fromWrong: wrong("from"),
    to: trip.to,
    toLabel: t.to,
    toWrong: wrong("to"),
    still: t.still,
    dayFault: sentences([fault("from"), fault("to")]),
    least: asked.daysBack === undefined ? "" : isoDay(now - asked.daysBack * DAY),
    most: isoDay(now),
    modeLabel: t.mode,
    modes: MODES.map(modeName),
    mode: MODES.indexOf(trip.mode),
    inside: insideField(phone, visitOfTrip(trip, now), trip.inside, asked.id, String(index)),
    remove: t.removeShort,
    removeLabel: t.remove(index + 1),
    removable: index > 0 || trip !== EMPTY,
  };
}

/** Whose report it is, as far as the phone knows. */
function whoseReport({ called = "", identity }: Phone): string {
  const t = questionnaireWords();
  const { name = "", digits = "" } = identity ?? {};
  const masked = name === "" ? "" : t.masked(name, digits);
  const whose = called === "" ? masked : masked === "" ? called : t.calledToo(called, masked);
  return whose === "" ? "" : t.whose(whose);
}

/** The question that a field belongs to. */
const asking = ({ question = "" }: Record<string, string>): string => question;

/** The questionnaire of the rules. Emits `reported` when it is submitted, and `back` when the person leaves it. */
export class QuestionnaireView implements View {
  private readonly context: Context;
  private phone: Phone | undefined;
  private draft: QuestionnaireDraft | undefined;
  private problem: Problem | undefined;
  private busy = false;
  /** Whether it was submitted or left: the last report is shown then. */
  private closed = false;
  /** What a report would come to that is about to be submitted. */
  private review: Review | undefined;
  /** Which question is shown where they are shown one at a time. */
  private at = 0;
  /** The numbers when their fields lost focus: a field is not updated while somebody is typing in it. */
  private readonly typed = new Map<string, string>();
  private readonly finding = new Finding();
  private readonly unsent = new Unsent();

  constructor(context: Context) {
    this.context = context;
    this.changed();
  }

  data() {
    const t = questionnaireWords();
    const { draft, phone } = this;
    const asked = draft ? draft.asked : [];
    const faults = draft ? asked.filter(({ id }) => draft.shownFaults(id).length > 0).length : 0;
    const answered = draft ? draft.answered() : 0;
    const last = phone && lastReport(logOf(phone));
    const own = correctingWords();
    const corrects = draft?.corrects;
    const one = session.simple === true;
    const here = this.here;
    return {
      open: draft !== undefined,
      ...waiting(this.problem && problemText(this.problem)),
      handed: this.closed && last ? own.handed(dayAndTime(last.at)) : "",
      anew: own.anew,
      whose: phone ? whoseReport(phone) : "",
      title: corrects ? own.correcting(dayAndTime(corrects.at)) : t.title,
      privacy: corrects ? own.keeps : t.privacy,
      progress: t.progress(answered, asked.length),
      done: asked.length === 0 ? 0 : Math.round((answered / asked.length) * 100),
      questions: draft
        ? flat(
            asked.map((question, at) =>
              one && at !== here
                ? []
                : [questionData(phone, draft, question, at + 1, this.typed.get(question.id) || "", this.finding)],
            ),
          )
        : [],
      begins: !one || here === 0,
      goesOn: one && here + 1 < asked.length,
      next: own.next,
      goesBack: one && here > 0,
      previous: own.previous,
      faults: faults > 0 ? t.faults(faults) : "",
      problem: draft && this.problem ? problemText(this.problem) : "",
      // The server's answer tells the time.
      online: this.problem?.code === "clock-off" ? codeWords().retry : "",
      submit: corrects ? own.submit : t.submit,
      reviewed: this.review !== undefined,
      review: reviewData(this.review),
      busy: this.busy,
      back: t.cancel,
      again: last !== undefined,
    };
  }

  changed(): void {
    const { phone } = session;
    // A phone whose person was forgotten has no rules either.
    if (phone === this.phone && this.draft && phone?.holder.rules() && !isWanted(phone)) return;
    this.phone = phone;
    this.begin();
  }

  readonly on = {
    retry,
    choose: ({ data }: Happened) => this.choose(asking(data), data.option || ""),
    write: ({ data, value }: Happened) => this.set(asking(data), value || undefined, false),
    type: ({ data, value }: Happened) =>
      this.set(asking(data), value.trim() === "" ? undefined : { typed: value }, false),
    leave: ({ data }: Happened) => {
      const id = asking(data);
      const draft = this.draft?.drafts.get(id);
      this.typed.set(id, typeof draft === "string" ? draft : ((draft as Typed | undefined)?.typed ?? ""));
      if (this.draft?.drafts.has(id)) this.draft.touch(id);
      this.context.update();
    },
    day: ({ data, value }: Happened) => this.set(asking(data), value || undefined),
    list: ({ data, value }: Happened) =>
      this.place(data, (least, before) => picked(before, least, data.depth || "", value)),
    places: placesAgain,
    find: (happened: Happened) => {
      this.finding.type(happened);
      this.context.update();
    },
    found: ({ data }: Happened) => {
      this.finding.clear();
      this.place(data, () => data.code);
    },
    region: ({ data, value }: Happened) => {
      learn(value, data.name || "");
      this.place(data, () => value || undefined);
    },
    trip: ({ data, value }: Happened) => this.trip(data, { [data.part === "to" ? "to" : "from"]: value }),
    mode: ({ data, value }: Happened) => this.trip(data, { mode: MODES[Number(value)] || "stay" }),
    inside: ({ data }: Happened) => this.inside(data, data.option || ""),
    add: ({ data }: Happened) => this.set(asking(data), [...this.trips(data), EMPTY]),
    remove: ({ data }: Happened) => {
      const rest = this.trips(data).filter((_, at) => at !== Number(data.index));
      this.set(asking(data), rest.length > 0 ? rest : undefined);
    },
    next: () => {
      const id = this.draft?.asked[this.here]?.id ?? "";
      this.draft?.touch(id);
      const wrong = (this.draft?.shownFaults(id).length ?? 0) > 0;
      if (!wrong) this.at = this.here + 1;
      this.context.update();
      this.context.reveal(wrong ? "wrong" : "question");
    },
    previous: () => {
      this.at = this.here - 1;
      this.context.update();
      this.context.reveal("question");
    },
    submit: () => this.submit(),
    online: () => this.goOnline(),
    confirm: () => this.handIn(),
    amend: () => {
      this.review = undefined;
      this.context.update();
      this.context.reveal("closing");
    },
    back: () => {
      this.unsent.drop();
      if (this.draft?.corrects) this.begin();
      this.closed = true;
      this.context.update();
      this.context.tell("back");
    },
    anew: () => {
      this.begin();
      this.context.update();
    },
  };

  /** The question that is shown where they are shown one at a time: fewer may be asked than before. */
  private get here(): number {
    return Math.max(0, Math.min(this.at, (this.draft?.asked.length ?? 0) - 1));
  }

  /** Starts again, with the answers of the last report that rarely change. */
  private begin(): void {
    const { phone } = this;
    this.draft = undefined;
    this.problem = undefined;
    this.closed = false;
    this.review = undefined;
    this.at = 0;
    this.typed.clear();
    this.finding.clear();
    if (phone === undefined || !phone.holder.rules()) {
      if (phone) this.problem = { code: "holder-no-rules", message: "there are no rules" };
      return;
    }
    this.fillIn(phone, takeUp(phone));
    void this.takeUp(phone);
  }

  /** Begins a report, or corrects one. */
  private fillIn(phone: Phone, corrects?: Report): void {
    this.draft = new QuestionnaireDraft(phone, lastReport(logOf(phone)), corrects, phone.now());
    this.retype(this.draft);
  }

  /** Puts into the fields what stands there from before. */
  private retype({ drafts }: QuestionnaireDraft): void {
    for (const [id, value] of drafts) {
      if (typeof value === "string") this.typed.set(id, value);
      else if (typeof value === "object" && "typed" in value) this.typed.set(id, value.typed);
    }
  }

  /** Takes up what was filled in before the page was closed, unless somebody has begun meanwhile. */
  private async takeUp(phone: Phone): Promise<void> {
    const begun = this.draft;
    const found = await this.unsent.found(phone);
    if (found === undefined || begun === undefined || this.draft !== begun || begun.isTouched) return;
    const corrects = found.corrects && phone.holder.reports().find(({ at }) => at === found.corrects);
    if (corrects && begun.corrects === undefined) this.fillIn(phone, corrects);
    if (this.draft.takeUp(found.written)) this.retype(this.draft);
    this.closed = false;
    this.context.update();
  }

  private set(id: string, value: Parameters<QuestionnaireDraft["set"]>[1], touch = true): void {
    const { draft } = this;
    if (draft === undefined) return;
    this.review = undefined;
    this.problem = undefined;
    draft.set(id, value);
    if (this.phone) this.unsent.keep(this.phone, draft);
    if (touch && draft.drafts.has(id)) draft.touch(id);
    this.context.update();
  }

  private choose(id: string, option: string): void {
    const asked = this.draft?.asked.find((question) => question.id === id);
    if (asked?.type === "yes-no") this.set(id, option === "yes");
    else if (asked?.type === "one-of") this.set(id, option);
    else if (asked) this.set(id, toggled(asked, this.draft?.drafts.get(id), option));
  }

  private place(
    data: Record<string, string>,
    next: (least: number, before: Place | undefined) => Place | undefined,
  ): void {
    const id = asking(data);
    const least = this.draft?.asked.find((question) => question.id === id)?.placeDigits ?? 2;
    if (data.index === "") {
      this.set(id, next(least, placeOf(this.draft?.drafts.get(id))));
    } else {
      const trip = this.trips(data)[Number(data.index)];
      this.trip(data, { place: next(least, trip?.place) });
    }
  }

  private trips({ question = "" }: Record<string, string>): DraftTrip[] {
    return tripsOf(this.draft?.drafts.get(question));
  }

  private inside(data: Record<string, string>, said: Said): void {
    const { phone, draft } = this;
    const id = asking(data);
    const asked = draft?.asked.find((question) => question.id === id);
    const value = draft?.drafts.get(id);
    const place = placeOf(value);
    const there = phone && asked && visitOfAnswer(asked, value, phone.now());
    if (place !== undefined && there) this.set(id, { place, inside: answered(phone, there, said) });
    const trip = this.trips(data)[Number(data.index)];
    const visit = phone && trip && visitOfTrip(trip, phone.now());
    if (visit) this.trip(data, { inside: answered(phone, visit, said) });
  }

  private trip(data: Record<string, string>, part: Partial<DraftTrip>): void {
    const trips = this.trips(data).map((trip, at) => (at === Number(data.index) ? changed(trip, part) : trip));
    this.set(asking(data), trips, false);
  }

  /** Shows what the answers would come to, if that is to be seen before they count; else they are handed in. */
  private async submit(): Promise<void> {
    const { draft, phone } = this;
    if (draft === undefined || phone === undefined || this.busy) return;
    draft.touchAll();
    this.problem = undefined;
    this.review = undefined;
    if (draft.firstFault() === undefined) {
      try {
        this.review = reviewOf(phone, changeOf(draft));
      } catch (thrown) {
        this.problem = problemOf(thrown);
      }
      if (this.review === undefined && this.problem === undefined) return this.handIn();
    }
    const first = draft.firstFault();
    if (first !== undefined) this.at = draft.asked.findIndex(({ id }) => id === first);
    this.context.update();
    this.context.reveal(this.review ? "review" : "wrong");
  }

  /** Asks the server again, by whose answer the clock is known to be right or wrong. */
  private async goOnline(): Promise<void> {
    const { phone } = this;
    if (phone === undefined || this.busy) return;
    this.busy = true;
    this.context.update();
    const [problem] = await phone.renew(true).catch((thrown: unknown) => [problemOf(thrown)]);
    this.busy = false;
    this.problem = phone.clockProblem ?? problem;
    renew();
  }

  private async handIn(): Promise<void> {
    const { draft, phone } = this;
    if (draft === undefined || phone === undefined || this.busy) return;
    this.busy = true;
    this.context.update();
    try {
      const result = await phone.change(changeOf(draft));
      this.busy = false;
      if (result.result === "accepted") {
        this.unsent.drop();
        this.begin();
        this.closed = true;
        renew();
        this.context.reveal("handed");
        this.context.tell("reported");
        return;
      }
      if (result.result === "rejected") draft.reject(result.faults);
      if (result.result === "refused") this.problem = result.problem;
    } catch (thrown) {
      this.problem = problemOf(thrown);
    }
    this.busy = false;
    this.review = undefined;
    this.context.update();
    this.context.reveal("wrong");
  }
}

/** What a draft is to change. */
function changeOf(draft: QuestionnaireDraft): ReportChange {
  const answers = draft.answers();
  return draft.corrects ? { answers, corrects: draft.corrects } : { answers };
}

/** The choices after one was pressed: "none of these" clears the others, and any other clears "none of these". */
function toggled(asked: Asked, value: unknown, option: string): string[] | undefined {
  const chosen = Array.isArray(value) ? (value as string[]) : [];
  const alone = new Set(asked.options.filter((one) => one.alone).map(({ id }) => id));
  const rest = chosen.filter((other) => other !== option);
  const kept = chosen.includes(option)
    ? rest
    : [...rest.filter((other) => !alone.has(option) && !alone.has(other)), option];
  return kept.length > 0 ? asked.options.map(({ id }) => id).filter((id) => kept.includes(id)) : undefined;
}
