// A questionnaire while it is filled in.
import type {
  Answer,
  Answers,
  Asked,
  Mode,
  Place,
  PlaceAnswer,
  QuestionFault,
  Questionnaire,
  Report,
  Trip,
  Visit,
} from "../engine/core/healthcode.js";
import { own } from "../own.js";
import { isoDay, momentOf } from "./format.js";
import { type Answered, clarified, entered } from "./inside.js";
import type { Phone } from "./phone.js";
import { numberOf } from "./typed-number.js";

const DAY = 86_400_000;

/** A trip, possibly not completely filled in. */
export interface DraftTrip {
  place: Place | undefined;
  from: string;
  to: string;
  mode: Mode;
  /** What was said of where inside the place it was. */
  inside?: Answered | undefined;
}

/** A number as typed, so that the field never changes under the user's hands. */
export interface Typed {
  typed: string;
}

/** A place with what was said of where inside it it is. */
export interface DraftPlace {
  place: Place;
  inside: Answered;
}

/** The content of a field: an answer, or something that may become one. */
export type Draft = Answer | DraftTrip[] | DraftPlace | Typed;

/** What was said of where inside the place in a field it is. */
export const insideOf = (draft: Draft | undefined): Answered | undefined =>
  isPlaced(draft) ? draft.inside : undefined;

/** The place in a field. */
export const placeOf = (draft: Draft | undefined): Place | undefined =>
  isPlaced(draft) ? draft.place : typeof draft === "string" ? draft : undefined;

const isPlaced = (draft: Draft | undefined): draft is DraftPlace => typeof draft === "object" && "inside" in draft;

/** What is wrong with one field. `part` says which field, if the question has several. */
export interface Fault {
  code: string;
  part?: string;
}

/** A questionnaire being filled in. It decides nothing: the crate says which questions to ask and what is wrong. */
export class QuestionnaireDraft {
  /** The content of the fields by question; kept for questions that are not asked at the moment. */
  readonly drafts = new Map<string, Draft>();
  /** The questions whose faults are already shown. */
  readonly touched = new Set<string>();
  /** The questions whose answers are those of the last report, as long as nobody changes them. */
  readonly kept = new Set<string>();
  asked: Asked[] = [];
  faults = new Map<string, Fault[]>();
  /** The report that is corrected, if it is no new one. */
  readonly corrects: Report | undefined;
  private readonly phone: Pick<Phone, "questions">;
  private filled = false;

  /** Starts with what stays of the last report, or with all of one that is to be corrected. */
  constructor(phone: Pick<Phone, "questions">, last?: Report, corrects?: Report, now = 0) {
    this.phone = phone;
    this.corrects = corrects;
    const before = corrects ?? last;
    const asked = before ? this.ask(before.answers).questions : [];
    const kept = corrects ? asked : staying(asked);
    for (const question of kept) {
      const { id, daysBack } = question;
      const answer = before && own(before.answers, id);
      if (answer === undefined) continue;
      const draft = asTold(answer);
      const recent = corrects || !isTrips(draft) ? draft : draft.filter((trip) => isRecent(trip, daysBack, now));
      if (!corrects) this.kept.add(id);
      if (recent !== draft && isTrips(draft) && !isTrips(recent)) this.over(id);
      else this.drafts.set(id, recent);
    }
    this.check();
  }

  /** Of trips that are all too long ago: neither they stay, nor the yes for which they were asked about. */
  private over(trips: string): void {
    this.kept.delete(trips);
    for (const [id, draft] of this.drafts) {
      const without = this.ask({ ...this.everything(), [id]: false }).questions;
      if (draft === true && without.every((question) => question.id !== trips)) {
        this.drafts.delete(id);
        this.kept.delete(id);
      }
    }
  }

  /** Whether anything was filled in. */
  get isTouched(): boolean {
    return this.filled;
  }

  set(id: string, draft: Draft | undefined): void {
    this.filled = true;
    this.kept.delete(id);
    if (draft === undefined) this.drafts.delete(id);
    else this.drafts.set(id, draft);
    this.check();
  }

  /** What is filled in, as text, for a page that is loaded again. */
  written(): string {
    return JSON.stringify([...this.drafts]);
  }

  /** Takes up what was filled in before a page was loaded again; returns whether that is readable. */
  takeUp(written: string): boolean {
    const before = [...this.drafts];
    const kept = [...this.kept];
    try {
      for (const [id, draft] of JSON.parse(written) as [string, Draft][]) {
        if (JSON.stringify(this.drafts.get(id)) !== JSON.stringify(draft)) this.set(id, draft);
      }
      return true;
    } catch {
      this.drafts.clear();
      for (const [id, draft] of before) this.drafts.set(id, draft);
      for (const id of kept) this.kept.add(id);
      this.check();
      return false;
    }
  }

  /** Shows the faults of a question from now on. */
  touch(id: string): void {
    this.touched.add(id);
  }

  touchAll(): void {
    for (const { id } of this.asked) this.touched.add(id);
  }

  shownFaults(id: string): Fault[] {
    return this.touched.has(id) ? (this.faults.get(id) ?? []) : [];
  }

  /** The first question that has a fault. */
  firstFault(): string | undefined {
    return this.asked.find(({ id }) => this.faults.has(id))?.id;
  }

  /** How many of the questions asked have a valid answer. */
  answered(): number {
    return this.asked.filter(({ id, required }) => !this.faults.has(id) && (required || this.drafts.has(id))).length;
  }

  /** The answers to the questions asked. */
  answers(): Answers {
    const answers: Answers = {};
    for (const { id } of this.asked) {
      const answer = answerOf(this.drafts.get(id));
      if (answer !== undefined) answers[id] = answer;
    }
    return answers;
  }

  /** Takes the faults found on submission. */
  reject(faults: QuestionFault[]): void {
    this.faults = new Map(faults.map((fault) => [fault.question, this.placed(fault)]));
  }

  private ask(answers: Answers): Questionnaire {
    return this.phone.questions(answers, this.corrects && Date.parse(this.corrects.at));
  }

  /** All that may be answers, also to questions that are not asked. */
  private everything(): Answers {
    const everything: Answers = {};
    for (const [id, draft] of this.drafts) {
      const answer = answerOf(draft);
      if (answer !== undefined) everything[id] = answer;
    }
    return everything;
  }

  private check(): void {
    this.asked = this.ask(this.everything()).questions;
    this.reject(this.ask(this.answers()).faults);
    for (const { id } of this.asked) {
      const draft = this.drafts.get(id);
      if (!this.faults.has(id) && isTrips(draft) && draft.some(unfinished))
        this.faults.set(id, this.tripFaults(id, draft));
    }
  }

  /** All faults of a question, of which the crate reports one: including those of each trip. */
  private placed(fault: QuestionFault): Fault[] {
    const draft = this.drafts.get(fault.question);
    const faults = isTrips(draft) ? this.tripFaults(fault.question, draft, fault) : [];
    return faults.length > 0 ? faults : [{ code: fault.code }];
  }

  /** What is wrong with each trip. The crate reports only the first fault, so the later trips are checked again. */
  private tripFaults(id: string, trips: DraftTrip[], first?: QuestionFault): Fault[] {
    const found = trips.map((trip, index) => unfinished(trip, index));
    let rest = trips.map((trip, index) => ({ trip, index })).filter(({ index }) => found[index] === undefined);
    for (let fault = first; fault?.trip !== undefined; ) {
      const wrong = rest[fault.trip];
      if (wrong === undefined) break;
      found[wrong.index] = { code: fault.code, part: `${wrong.index}-${partOf(fault.code)}` };
      rest = rest.slice(fault.trip + 1);
      const answers = { ...this.answers(), [id]: rest.map(({ trip }) => finished(trip)) };
      fault = rest.length > 0 ? this.ask(answers).faults.find(({ question }) => question === id) : undefined;
    }
    return found.filter((fault) => fault !== undefined);
  }
}

/** What is missing from a trip. */
function unfinished({ place, from, to }: DraftTrip, index: number): Fault | undefined {
  if (place === undefined) return { code: "answer-missing", part: `${index}-place` };
  if (from === "") return { code: "answer-missing", part: `${index}-from` };
  if (!isDay(from)) return { code: "time-malformed-date", part: `${index}-from` };
  if (!isDay(to)) return { code: "time-malformed-date", part: `${index}-to` };
  return undefined;
}

const isTrips = (draft: Draft | undefined): draft is DraftTrip[] =>
  Array.isArray(draft) && draft.some((item) => typeof item === "object");

/** Whether it is a date or empty: browsers accept five-digit years too. */
const isDay = (day: string): boolean => day === "" || /^\d{4}-\d{2}-\d{2}$/.test(day);

const partOf = (code: string): string =>
  code.includes("place") ? "place" : code === "answer-trip-order" ? "to" : "from";

function finished({ place, from, to, mode, inside }: DraftTrip): Trip {
  return clarified({ place: place ?? "", from, mode, ...(to === "" ? {} : { to }) }, inside);
}

/** The visit that a trip is, from the beginning of its first day to the end of its last, once it is filled in and in order. */
export function visitOfTrip(trip: DraftTrip, now: number): Visit | undefined {
  if (unfinished(trip, 0)) return undefined;
  const start = (day: string) => Date.parse(momentOf(`${day}T00:00`));
  const end = trip.to === "" ? undefined : start(trip.to) + 86_400_000;
  return entered(now, trip.place, trip.mode, start(trip.from), end);
}

/** The visit of today that the answer to a question is asked about as, if the rules read the risk level there. */
export function visitOfAnswer(question: Asked, draft: Draft | undefined, now: number): Visit | undefined {
  return question.inside ? entered(now, placeOf(draft), "stay", now) : undefined;
}

/** A trip after a change. What was said of where it was holds for its place and its days alone. */
export function changed(trip: DraftTrip, part: Partial<DraftTrip>): DraftTrip {
  const moved = "place" in part || "from" in part || "to" in part;
  return { ...trip, ...(moved ? { inside: undefined } : {}), ...part };
}

/** Whether a trip still lies in the days that are asked about. */
const isRecent = ({ to }: DraftTrip, daysBack: number | undefined, now: number): boolean =>
  to === "" || daysBack === undefined || to >= isoDay(now - daysBack * DAY);

/** The questions whose last answer stands there: those of which the rules say so; by rules that say it of none, those of somebody's
 * place and situation. */
function staying(asked: Asked[]): Asked[] {
  const told = asked.some(({ keeps }) => keeps !== undefined);
  return asked.filter(({ keeps, type }) => (told ? keeps === true : type === "one-of" || type === "place"));
}

/** An answer as it was given: of a place, none of those that were asked about. */
function asTold(answer: Answer): Draft {
  if (typeof answer === "number") return { typed: String(answer) };
  if (Array.isArray(answer)) return answer.some(isTrip) ? answer.filter(isTrip).map(tripAsTold) : answer;
  if (typeof answer !== "object") return answer;
  return { place: answer.place, inside: { said: "none", asked: answer.notIn ?? [] } };
}

const isTrip = (item: string | Trip): item is Trip => typeof item === "object";

/** A trip as it was told. */
const tripAsTold = ({ place, from, to = "", mode = "stay", notIn }: Trip): DraftTrip => ({
  place,
  from,
  to,
  mode,
  ...(notIn ? { inside: { said: "none", asked: notIn } } : {}),
});

/** The answer in a field, if it is one; incomplete trips are left out, and no trips means no answer. */
function answerOf(draft: Draft | undefined): Answer | undefined {
  if (typeof draft === "object" && "typed" in draft) return numberOf(draft.typed);
  if (isPlaced(draft)) {
    const { place, notIn } = clarified<PlaceAnswer>({ place: draft.place }, draft.inside);
    return notIn ? { place, notIn } : place;
  }
  if (!isTrips(draft)) return draft;
  const complete = draft.filter((trip, index) => unfinished(trip, index) === undefined).map(finished);
  return complete.length > 0 ? complete : undefined;
}
