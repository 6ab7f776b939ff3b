// The types of all texts, for those who write them in another language: what there is, and what is missing.
import answers from "../../../words/answers.json";
import causes from "../../../words/causes.json";
import change from "../../../words/change.json";
import dataAge from "../../../words/data.json";
import advice from "../../../words/errors/advice.json";
import checkpoint from "../../../words/errors/checkpoint.json";
import codes from "../../../words/errors/codes.json";
import entries from "../../../words/errors/entries.json";
import files from "../../../words/errors/files.json";
import holder from "../../../words/errors/holder.json";
import host from "../../../words/errors/host.json";
import rules from "../../../words/errors/rules.json";
import server from "../../../words/errors/server.json";
import start from "../../../words/errors/start.json";
import unknown from "../../../words/errors/unknown.json";
import fact from "../../../words/fact.json";
import outlook from "../../../words/outlook.json";
import places from "../../../words/places.json";
import reasons from "../../../words/reasons.json";
import scores from "../../../words/scores.json";
import terms from "../../../words/terms.json";
import time from "../../../words/time.json";
import type { checkpointWords } from "../view/checkpoint-words.js";
import type { ClockText } from "../view/clock.js";
import type { codeWords } from "../view/code-words.js";
import type { DaysText } from "../view/days.js";
import type { DiaryListText } from "../view/diary.js";
import type { diaryWords } from "../view/diary-words.js";
import type { ElsewhereText } from "../view/elsewhere.js";
import type { dataWords } from "../view/explain/data.js";
import type { LaterGreenText } from "../view/explain/reasons.js";
import type { FamilyText } from "../view/family.js";
import type { YearText } from "../view/format.js";
import type { GlanceText } from "../view/glance.js";
import type { insideWords } from "../view/inside.js";
import type { ItineraryText } from "../view/itinerary.js";
import type { PlaceFieldText } from "../view/places/field.js";
import type { findWords } from "../view/places/finding.js";
import type { PlaceLevelsText } from "../view/places/levels.js";
import type { PurposesText } from "../view/purpose.js";
import type { correctingWords } from "../view/questionnaire.js";
import type { questionnaireWords, tripWords } from "../view/questionnaire-words.js";
import type { reportWords } from "../view/report.js";
import type { ReviewText } from "../view/review.js";
import type { VenueText } from "../view/venue.js";
import type { verdictWords } from "../view/verdict.js";
import type { VerdictTextText } from "../view/verdict-text.js";
import type { WaitingText } from "../view/waiting.js";

/** A sentence with names in braces for values; or its forms, of which `plural` chooses one by `{count}`. */
export type Sentence = string | { readonly other: string; readonly [form: string]: string };

/** What of words/ is said in a language: sentences where the files have them in Chinese and English. */
type Said<T> = T extends { "zh-Hans": string }
  ? Sentence
  : { [Name in keyof T as T[Name] extends object ? Name : never]: Said<T[Name]> };

const said = <T>(_: T) => ({}) as Said<T>;

// As what a function gives, declarations spell it out, and need no files of words.
const wordsSaid = () =>
  said({
    advice,
    answers,
    causes,
    change,
    dataAge,
    errors: {
      ...start,
      ...codes,
      ...checkpoint,
      ...host,
      ...files,
      ...server,
      ...entries,
      ...holder,
      ...rules,
      unknown: { says: unknown },
    },
    fact,
    outlook,
    places,
    reasons,
    scores,
    terms,
    time,
  });

/** Every text of the package: `satisfies AllTexts` is an error at whoever has not all of them. */
export type AllTexts = ReturnType<typeof wordsSaid> & {
  /** What is said of an answer whose question is not known. */
  withoutQuestion: {
    [Code in
      | "answer-out-of-range"
      | "answer-too-precise"
      | "answer-not-alone"
      | "answer-date-too-early"
      | "answer-place-too-wide"]: string;
  };
  fahrenheit: { celsius: string };
  checkpoint: ReturnType<typeof checkpointWords>;
  clock: ClockText;
  code: ReturnType<typeof codeWords>;
  correcting: ReturnType<typeof correctingWords>;
  data: ReturnType<typeof dataWords>;
  days: DaysText;
  diary: ReturnType<typeof diaryWords>;
  diaryList: DiaryListText;
  elsewhere: ElsewhereText;
  family: FamilyText;
  find: ReturnType<typeof findWords>;
  glance: GlanceText;
  inside: ReturnType<typeof insideWords>;
  itinerary: ItineraryText;
  laterGreen: LaterGreenText;
  placeField: PlaceFieldText;
  placeLevels: PlaceLevelsText;
  purposes: PurposesText;
  questionnaire: ReturnType<typeof questionnaireWords>;
  report: ReturnType<typeof reportWords>;
  review: ReviewText;
  trips: ReturnType<typeof tripWords>;
  venue: VenueText;
  verdict: ReturnType<typeof verdictWords>;
  verdictText: VerdictTextText;
  waiting: WaitingText;
  year: YearText;
};

type Whole = Sentence | readonly string[] | ((...values: never[]) => string);

type Some<T> = T extends Whole ? T : { readonly [Name in keyof T]?: Some<T[Name]> };

/** Some of the texts, by their screens and names. */
export type Texts = Some<AllTexts>;

type MissingOf<All, Mine, Path extends string> = {
  [Name in keyof All & string]: string extends Name
    ? never
    : Name extends keyof Mine
      ? All[Name] extends Whole
        ? never
        : MissingOf<All[Name], Mine[Name], `${Path}${Name}.`>
      : `${Path}${Name}`;
}[keyof All & string];

/** The names of the texts that some do not have: `Missing<typeof texts>` is `"code.wait" | "errors"`, or `never`. */
export type Missing<Mine> = MissingOf<AllTexts, Mine, "">;
