import type { Answer, Answers, Asked, Mode, Place, QuestionFault, Questionnaire, Report } from "../engine/core/healthcode.js";
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
    this.faults = new Map(faults.map(({ question, code }) => [question, [{ code }]]));
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
    const answers = this.answers();
    this.faults = new Map();
    for (const { question, code } of this.ask(answers).faults) {
      const draft = this.drafts.get(question);
      const faults = isTrips(draft) && draft.length > 0 ? this.tripFaults(question, draft) : [];
      this.faults.set(question, faults.length > 0 ? faults : [{ code }]);
    }
    for (const { id } of this.asked) {
      const draft = this.drafts.get(id);
      const faults = isTrips(draft) ? this.tripFaults(id, draft) : [];
      if (faults.length > 0) this.faults.set(id, faults);
    }
  }

  /** The crate names the question; which trip it is, it says of each alone. */
  private tripFaults(id: string, trips: DraftTrip[]): Fault[] {
    const found = trips.map((trip, index): Fault[] => {
      if (trip.place === undefined) return [{ code: "answer-missing", part: `${index}-place` }];
      if (trip.from === "") return [{ code: "answer-missing", part: `${index}-from` }];
      if (!isDay(trip.from)) return [{ code: "time-malformed-date", part: `${index}-from` }];
      if (!isDay(trip.to)) return [{ code: "time-malformed-date", part: `${index}-to` }];
      const alone = this.ask({ ...this.answers(), [id]: [finished(trip)] }).faults;
      return alone.filter(({ question }) => question === id).map(({ code }) => ({ code, part: `${index}-${partOf(code)}` }));
    });
    return ([] as Fault[]).concat(...found);
  }
}

const isTrips = (draft: Draft | undefined): draft is DraftTrip[] =>
  Array.isArray(draft) && draft.some((item) => typeof item === "object");

/** Whether it has the form of a day, or is empty: browsers take years of five digits too. */
const isDay = (day: string): boolean => day === "" || /^\d{4}-\d{2}-\d{2}$/.test(day);

const partOf = (code: string): string => (code.includes("place") ? "place" : code === "answer-trip-order" ? "to" : "from");

function finished({ place, from, to, mode }: DraftTrip) {
  return { place: place ?? "", from, mode, ...(to === "" ? {} : { to }) };
}

/** The answer that a field holds, as far as it is one; trips that are not filled in are left out, and none is no answer. */
function answerOf(draft: Draft | undefined): Answer | undefined {
  if (typeof draft === "object" && "typed" in draft) return numberOf(draft.typed);
  if (!isTrips(draft)) return draft;
  const complete = draft
    .filter(({ place, from, to }) => place !== undefined && from !== "" && isDay(from) && isDay(to))
    .map(finished);
  return complete.length > 0 ? complete : undefined;
}

/** What somebody typed as a number; text that is none stays text, and the crate says so. */
export function numberOf(typed: string): number | string | undefined {
  const plain = typed.trim().normalize("NFKC").replace(/[,。]/g, ".").replace(/\s*(°C|℃|度)$/, "");
  if (plain === "") return undefined;
  return /^-?\d{1,9}(\.\d{0,3})?$/.test(plain) ? Number(plain) : typed;
}
