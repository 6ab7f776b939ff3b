import type {
  Answers,
  Assessment,
  Comparison,
  FileState,
  Forecast,
  Holder,
  Identity,
  Problem,
  Questionnaire,
  ShowResult,
  SubmitResult,
  Verdict,
  Visit,
  VisitResult,
} from "../engine/core/healthcode.js";

/** As much of a citizen's phone as views need. What changes something is stored when its promise is kept. */
export interface Phone {
  /** Whose it is among those who use this device. */
  readonly person: string;
  readonly holder: Pick<Holder, "rules" | "files" | "reports" | "diary" | "questions">;
  readonly identity: Identity | undefined;
  readonly adaptors: { scan: Scan; screen: Screen };
  /** Why changes do not outlive this visit, if they do not. */
  readonly storageProblem: Problem | undefined;
  /** Why the clock is not to be believed, if it is not. */
  readonly clockProblem: Problem | undefined;
  /** When it last asked for signed files, in milliseconds of the device's own clock; 0 for not yet. */
  readonly asked: number;
  now(): number;
  /** Calls when what the phone shows was stored elsewhere or forgotten, until what it returns is called. */
  listen(hear: () => void): () => void;
  assess(): Assessment;
  forecast(): Forecast;
  show(): ShowResult;
  questions(answers: Answers): Questionnaire;
  report(answers: Answers): Promise<SubmitResult>;
  addVisit(visit: Visit): Promise<VisitResult>;
  /** Takes a visit out of the diary, given as the diary gives it; whether it was there. */
  removeVisit(visit: Visit): Promise<boolean>;
  /** Why the colour is not what was noted last. */
  compare(): Comparison | undefined;
  /** Notes what is assessed now as what the person has seen. */
  note(): Promise<void>;
  /** Lets go of it. */
  close(): void;
  /** Asks for new files and a new day certificate where one is due; what was kept from it. */
  renew(): Promise<Problem[]>;
}

export interface Scan {
  /** What a QR code says. Throws `scan-cancelled` and others with a code. */
  scan(): Promise<string>;
}

export interface Screen {
  /** Bright and awake, or as it was. */
  bright(wanted: boolean): Promise<void>;
}

/** What codes of others are verified with. */
export interface Checkpoint {
  readonly adaptors: { scan: Scan; clock: { now(): number } };
  /** The trust list in use. */
  readonly trust: FileState | undefined;
  verify(text: string): Verdict;
  /** Asks for a newer trust list; what was kept from it. */
  refresh(): Promise<Problem | undefined>;
}

/** Those who use this device, each with a phone of their own. */
export interface Family {
  people(): Promise<{ person: string; identity: Identity | undefined; problem?: string }[]>;
  /** A name that nobody has yet. */
  free(): Promise<string>;
  open(person: string): Promise<Phone>;
}
