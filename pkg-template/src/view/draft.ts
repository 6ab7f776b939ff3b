import type {
  Answer,
  Answers,
  Asked,
  Mode,
  Place,
  QuestionFault,
  Questionnaire,
  Report,
} from "../engine/core/healthcode.js";
import type { Phone } from "./phone.js";

/** A trip as far as it has been filled in. */
export interface DraftTrip {
  place: Place | undefined;
  from: string;
  to: string;
  mode: Mode;
}

/** A number as it was typed, so that no keystroke is taken back. */
export interface Typed {
  typed: string;
}

/** What a field holds: an answer, or what may become one. */
export type Draft = Answer | DraftTrip[] | Typed;

/** What is wrong with one field. `part` says which of a question's fields, where it has several. */
export interface Fault {
  code: string;
  part?: string;
}

/** A questionnaire that is being filled in. It decides nothing: what is asked and what is wrong, the crate says. */
export class QuestionnaireDraft {
  /** What the fields hold, by question; a question that is no longer asked keeps its own for when it is again. */
  readonly drafts = new Map<string, Draft>();
  /** The questions whose faults are shown already. */
  readonly touched = new Set<string>();
  asked: Asked[] = [];
  faults = new Map<string, Fault[]>();
  private readonly phone: Pick<Phone, "questions">;

  /** Begins with what seldom changes from one report to the next: where somebody lives and what they are here for. */
  constructor(phone: Pick<Phone, "questions">, last?: Report) {
    this.phone = phone;
    for (const { id, type } of last ? this.ask(last.answers).questions : []) {
      const answer = last?.answers[id];
      if ((type === "one-of" || type === "place") && answer !== undefined) this.drafts.set(id, answer);
    }
    this.check();
  }

  set(id: string, draft: Draft | undefined): void {
    if (draft === undefined) this.drafts.delete(id);
    else this.drafts.set(id, draft);
    this.check();
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

  /** How many of the questions that are asked have a sound answer. */
  answered(): number {
    return this.asked.filter(({ id, required }) => !this.faults.has(id) && (required || this.drafts.has(id))).length;
  }

  /** The answers to the questions that are asked. */
  answers(): Answers {
    const answers: Answers = {};
    for (const { id } of this.asked) {
      const answer = answerOf(this.drafts.get(id));
      if (answer !== undefined) answers[id] = answer;
    }
    return answers;
  }

  /** Takes the faults that handing in found. */
  reject(faults: QuestionFault[]): void {
    this.faults = new Map(faults.map((fault) => [fault.question, this.placed(fault)]));
  }

  private ask(answers: Answers): Questionnaire {
    return this.phone.questions(answers);
  }

  private check(): void {
    const everything: Answers = {};
    for (const [id, draft] of this.drafts) {
      const answer = answerOf(draft);
      if (answer !== undefined) everything[id] = answer;
    }
    this.asked = this.ask(everything).questions;
    this.reject(this.ask(this.answers()).faults);
    for (const { id } of this.asked) {
      const draft = this.drafts.get(id);
      if (!this.faults.has(id) && isTrips(draft) && draft.some(unfinished))
        this.faults.set(id, this.tripFaults(id, draft));
    }
  }

  /** The faults of a question of which the crate tells one: with those of its trips, where it has any. */
  private placed(fault: QuestionFault): Fault[] {
    const draft = this.drafts.get(fault.question);
    const faults = isTrips(draft) ? this.tripFaults(fault.question, draft, fault) : [];
    return faults.length > 0 ? faults : [{ code: fault.code }];
  }

  /** What is wrong with each trip. The crate tells the first that is wrong, so those after it are asked about again. */
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

/** What a trip lacks before it can be handed in. */
function unfinished({ place, from, to }: DraftTrip, index: number): Fault | undefined {
  if (place === undefined) return { code: "answer-missing", part: `${index}-place` };
  if (from === "") return { code: "answer-missing", part: `${index}-from` };
  if (!isDay(from)) return { code: "time-malformed-date", part: `${index}-from` };
  if (!isDay(to)) return { code: "time-malformed-date", part: `${index}-to` };
  return undefined;
}

const isTrips = (draft: Draft | undefined): draft is DraftTrip[] =>
  Array.isArray(draft) && draft.some((item) => typeof item === "object");

/** Whether it has the form of a day, or is empty: browsers take years of five digits too. */
const isDay = (day: string): boolean => day === "" || /^\d{4}-\d{2}-\d{2}$/.test(day);

const partOf = (code: string): string =>
  code.includes("place") ? "place" : code === "answer-trip-order" ? "to" : "from";

function finished({ place, from, to, mode }: DraftTrip) {
  return { place: place ?? "", from, mode, ...(to === "" ? {} : { to }) };
}

/** The answer that a field holds, as far as it is one; trips that are not filled in are left out, and none is no answer. */
function answerOf(draft: Draft | undefined): Answer | undefined {
  if (typeof draft === "object" && "typed" in draft) return numberOf(draft.typed);
  if (!isTrips(draft)) return draft;
  const complete = draft.filter((trip, index) => unfinished(trip, index) === undefined).map(finished);
  return complete.length > 0 ? complete : undefined;
}

/** What somebody typed as a number; text that is none stays text, and the crate says so. */
export function numberOf(typed: string): number | string | undefined {
  const plain = typed
    .trim()
    .normalize("NFKC")
    .replace(/[,。]/g, ".")
    .replace(/\s*(°C|℃|度)$/, "");
  if (plain === "") return undefined;
  return /^-?\d{1,9}(\.\d{0,3})?$/.test(plain) ? Number(plain) : typed;
}
