// What views need of a phone, a family and a checkpoint: less than the package has, so that tests can stand in.
import type {
  Answers,
  Assessment,
  ChangeResult,
  Comparison,
  FileState,
  Forecast,
  Holder,
  Identity,
  Listed,
  LogChange,
  Problem,
  Questionnaire,
  RulesFor,
  ShowResult,
  SubmitResult,
  Visit,
  VisitResult,
} from "../engine/core/healthcode.js";
import type { Challenge, Judgement } from "../phone/challenge.js";
import type { PastColour } from "../phone/colours.js";
import type { KeptRules, RulesCompared } from "../phone/compared.js";

/** The part of a citizen's phone that views need. Changes are stored when their promise resolves. */
export interface Phone {
  /** The person among those who use this device. */
  readonly person: string;
  /** Whether it was closed: there is nothing of it to show then. */
  readonly closed?: boolean;
  readonly holder: Pick<Holder, "rules" | "files" | "reports" | "diary" | "corrections" | "questions">;
  readonly identity: Identity | undefined;
  /** What the person is called on this device. */
  readonly called?: string | undefined;
  readonly adaptors: { scan: Scan; screen: Screen };
  /** Why changes cannot be stored, if they cannot. */
  readonly storageProblem: Problem | undefined;
  /** Why the clock cannot be trusted, if it cannot. */
  readonly clockProblem: Problem | undefined;
  /** By how much the clock is wrong, in milliseconds; positive if it is fast. */
  readonly clockError: number;
  /** When it last fetched signed files, in milliseconds of the device's own clock; 0 if it has not. */
  readonly asked: number;
  now(): number;
  /** Calls `hear` when the phone's data was changed elsewhere or forgotten, or it was closed, until the returned function is called. */
  listen(hear: () => void): () => void;
  assess(): Assessment;
  /** When the colour will change, once that is known. */
  foresee(): Promise<Forecast>;
  /** A code; `challenge` is what a checkpoint asked the phone to sign. */
  show(here?: string, challenge?: Uint8Array): Promise<ShowResult>;
  /** The questions, given some answers: of those of a report that is corrected, as of when it was handed in. */
  questions(answers: Answers, handedIn?: number): Questionnaire;
  report(answers: Answers): Promise<SubmitResult>;
  addVisit(visit: Visit): Promise<VisitResult>;
  /** Begins a visit by the code that a venue shows. */
  enterVenue(scanned: string): Promise<VisitResult>;
  /** Which listed places inside that of a visit to ask about; `undefined` if they are too many. */
  listedInside(visit: Visit): Listed[] | undefined;
  /** What is kept of a report that is not handed in; `undefined` if there is none. */
  unsent(): Promise<string | undefined>;
  /** Keeps it, or `undefined` none. */
  keepUnsent(text: string | undefined): Promise<void>;
  /** Changes the log, above all corrects it. */
  change(change: LogChange): Promise<ChangeResult>;
  /** What a change would come to; nothing is kept of it. */
  preview(change: LogChange): ChangeResult;
  /** Why the colour differs from the last noted one. */
  compare(): Comparison | undefined;
  /** Notes the current assessment as seen by the person. */
  note(): Promise<unknown>;
  /** All that it keeps rules for. */
  keptRules(): KeptRules[];
  /** What the code would be by other rules of these. */
  compareWith(rulesFor: RulesFor): RulesCompared;
  /** Which colours the code has had in the last two weeks. */
  readonly colours: PastColour[];
  /** Notes the colour of now for that. */
  noteColour(): Promise<unknown>;
  /** Keeps what the person is called on this device; an empty text for nothing. */
  call(name: string): Promise<unknown>;
  /** Forgets the person and all their stored data. */
  forget(): Promise<void>;
  /** Closes the phone and frees its memory. */
  close(): void;
  /** Fetches new files, `anew` also if that was just done, and a new day certificate if it is due; returns the problems. */
  renew(anew?: boolean): Promise<Problem[]>;
}

export interface Scan {
  /** `false` where nothing can be scanned. */
  readonly able?: boolean | undefined;
  /** Scans a QR code and returns its text, one that is `wanted` if the host can choose. Throws `scan-…`. */
  scan(wanted?: (text: string) => boolean): Promise<string>;
  /** Scans on and on, until the returned function is called or it calls `over`. */
  watch?(see: (texts: string[]) => void, over: (problem: Problem) => void): () => void;
}

export interface Screen {
  /** Makes the screen bright and keeps it on, or undoes that. */
  bright(wanted: boolean): Promise<void>;
}

/** The checkpoint, for verifying other people's codes. */
export interface Checkpoint {
  /** Whether it was closed. */
  readonly closed?: boolean;
  readonly adaptors: { scan: Scan; clock: { now(): number } };
  /** The trust list in use. */
  readonly trust: FileState | undefined;
  /** The manifest in use. */
  readonly manifest: FileState | undefined;
  /** As of when it knows which certificates are withdrawn. */
  readonly statusAt: string | undefined;
  /** Why the clock cannot be trusted, if it cannot. */
  readonly clockProblem: Problem | undefined;
  /** By how much it is wrong, in milliseconds; positive if it is fast. */
  readonly clockError: number;
  /** When it last fetched signed files, in milliseconds of the device's own clock; 0 if it has not. */
  readonly asked: number;
  /** What codes are to be for. */
  purpose: string;
  /** A new challenge. Throws `random-missing`. */
  ask(): Promise<Challenge>;
  verify(text: string, challenge?: Challenge): Judgement;
  /** The text of the health code that a scanned text is, as its phone made it; `undefined` if it does not begin as one. */
  codeIn(scanned: string): string | undefined;
  /** Forgets the checksums of codes that it saw more than two minutes ago. */
  tidy(): void;
  /** Fetches the newest manifest and trust list; returns the problems. */
  refresh(): Promise<Problem[]>;
}

/** The people who use this device, each with their own phone. */
export interface Family {
  /** Whether it was closed. */
  readonly closed?: boolean;
  people(): Promise<{ person: string; identity: Identity | undefined; called?: string; problem?: string }[]>;
  /** An unused name. */
  free(): Promise<string>;
  open(person: string): Promise<Phone>;
}
