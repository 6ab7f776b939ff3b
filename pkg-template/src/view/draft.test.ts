import assert from "node:assert/strict";
import { test } from "node:test";
import type { Answers, Asked, QuestionFault, Questionnaire } from "../engine/core/healthcode.js";
import { type DraftTrip, numberOf, QuestionnaireDraft } from "./draft.js";

const text = { "zh-Hans": "？", en: "?" };
const asked = (id: string, type: Asked["type"]): Asked => ({ id, type, text, required: true, options: [] });

/** A stand-in that behaves like the crate: trips are asked for after a yes, and none may end before it begins. */
const phone = {
  questions(answers: Answers): Questionnaire {
    const questions = [
      asked("away", "yes-no"),
      ...(answers.away === true ? [asked("trips", "trips")] : []),
      asked("home", "place"),
    ];
    const faults: QuestionFault[] = [];
    const fault = (question: string, code: string, more = {}) =>
      faults.push({ question, code, message: code, ...more });
    for (const { id } of questions) if (answers[id] === undefined) fault(id, "answer-missing");
    const trips = answers.trips;
    const wrong = Array.isArray(trips)
      ? trips.findIndex((trip) => typeof trip === "object" && (trip.to ?? "9") < trip.from)
      : -1;
    if (wrong >= 0) fault("trips", "answer-trip-order", { trip: wrong });
    if (trips !== undefined && answers.away !== true) fault("trips", "answer-not-asked");
    return { questions, faults };
  },
};
const draft = () => new QuestionnaireDraft(phone);
const trip = (change: Partial<DraftTrip>): DraftTrip => ({
  place: "4201",
  from: "2020-02-01",
  to: "",
  mode: "stay",
  ...change,
});

test("a question that is no longer asked is not handed in, and comes back as it was", () => {
  const it = draft();
  it.set("away", true);
  it.set("trips", [trip({})]);
  it.set("away", false);
  it.set("home", "330106");
  assert.deepEqual(it.answers(), { away: false, home: "330106" });
  assert.equal(it.firstFault(), undefined);
  it.set("away", true);
  assert.deepEqual(it.answers().trips, [{ place: "4201", from: "2020-02-01", mode: "stay" }]);
});

test("a trip that is not filled in is a fault of its own field, and is not handed in", () => {
  const it = draft();
  it.set("away", true);
  assert.deepEqual(it.faults.get("trips"), [{ code: "answer-missing" }]);
  it.set("trips", [trip({}), trip({ from: "" }), trip({ place: undefined })]);
  assert.deepEqual(it.faults.get("trips"), [
    { code: "answer-missing", part: "1-from" },
    { code: "answer-missing", part: "2-place" },
  ]);
  assert.equal(it.firstFault(), "trips");
});

test("a year of five digits is a fault, and is not handed in", () => {
  const it = draft();
  it.set("away", true);
  it.set("trips", [trip({ from: "12020-02-01" }), trip({ to: "20200-02-01" })]);
  assert.deepEqual(it.faults.get("trips"), [
    { code: "time-malformed-date", part: "0-from" },
    { code: "time-malformed-date", part: "1-to" },
  ]);
  assert.equal(it.answers().trips, undefined);
});

test("a fault is told beside the trip that has it", () => {
  const it = draft();
  it.set("away", true);
  it.set("trips", [trip({}), trip({ to: "2020-01-31" })]);
  assert.deepEqual(it.faults.get("trips"), [{ code: "answer-trip-order", part: "1-to" }]);
  it.set("trips", [trip({ from: "" }), trip({ to: "2020-01-31" }), trip({}), trip({ to: "2020-01-01" })]);
  assert.deepEqual(it.faults.get("trips"), [
    { code: "answer-missing", part: "0-from" },
    { code: "answer-trip-order", part: "1-to" },
    { code: "answer-trip-order", part: "3-to" },
  ]);
  it.reject([{ question: "trips", trip: 1, code: "answer-date-too-early", message: "" }]);
  assert.deepEqual(it.faults.get("trips")?.[1], { code: "answer-date-too-early", part: "2-from" });
});

test("faults are shown of what was touched only", () => {
  const it = draft();
  assert.deepEqual(it.shownFaults("home"), []);
  it.touchAll();
  assert.deepEqual(it.shownFaults("home"), [{ code: "answer-missing" }]);
  assert.equal(it.answered(), 0);
});

test("what seldom changes is taken from the last report", () => {
  const answers = { away: false, home: "330106" };
  const it = new QuestionnaireDraft(phone, { at: "2020-02-19T00:00:00Z", answers });
  assert.deepEqual(it.answers(), { home: "330106" });
});

test("numbers are read as people type them", () => {
  assert.equal(numberOf("36.5"), 36.5);
  assert.equal(numberOf(" ３６．５℃ "), 36.5);
  assert.equal(numberOf("36,5"), 36.5);
  assert.equal(numberOf("36。5 度"), 36.5);
  for (const typed of [
    "37度5",
    "37.5摄氏度",
    "37.5\u00a0°c",
    "摄氏37.5度",
    "37·5",
    "37，5",
    "３７｡５",
    "37.5 C",
    "37.5°",
    "37 度 5",
    "37点5",
    "37点5度",
    "３７度半",
    "摄氏37度5",
  ]) {
    assert.equal(numberOf(typed), 37.5, typed);
  }
  for (const typed of ["99.5°F", "99.5华氏度", "37度5分", "37..5", "37点半", "37度5度半"])
    assert.equal(numberOf(typed), typed);
  assert.equal(numberOf(""), undefined);
  assert.equal(numberOf("warm"), "warm");
  assert.equal(numberOf("36.54321"), "36.54321");
  assert.equal(numberOf("1e9"), "1e9");
});
