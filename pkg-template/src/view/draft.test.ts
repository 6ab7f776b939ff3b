import assert from "node:assert/strict";
import { test } from "node:test";
import type { Answers, Asked, QuestionFault, Questionnaire, Trip } from "../engine/core/healthcode.js";
import { changed, type DraftTrip, QuestionnaireDraft, visitOfAnswer, visitOfTrip } from "./draft.js";
import { numberOf } from "./typed-number.js";

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

test("a trip is handed in with what was said of where it was, as long as its place and its days stay", () => {
  const it = draft();
  const inside = { said: "420106001", asked: ["420106001", "420106002"] };
  it.set("away", true);
  it.set("trips", [
    trip({ inside }),
    trip({ inside: { ...inside, said: "none" } }),
    trip({ inside: { ...inside, said: "unsure" } }),
  ]);
  const told = { place: "4201", from: "2020-02-01", mode: "stay" };
  assert.deepEqual(it.answers().trips, [{ ...told, place: "420106001" }, { ...told, notIn: inside.asked }, told]);
  assert.deepEqual(changed(trip({ inside }), { mode: "rail" }).inside, inside);
  for (const part of [{ place: "4202" }, { from: "2020-02-02" }, { to: "2020-02-02" }])
    assert.equal(changed(trip({ inside }), part).inside, undefined, JSON.stringify(part));
});

test("a place is handed in with what was said of where inside it it is, and that is there the next day", () => {
  const it = draft();
  const inside = (said: string) => ({ place: "330106", inside: { said, asked: ["330106001"] } });
  const handed = (draft: ReturnType<typeof inside>) => {
    it.set("home", draft);
    return it.answers().home;
  };
  assert.equal(handed(inside("330106001")), "330106001");
  assert.equal(handed(inside("unsure")), "330106");
  const none = handed(inside("none"));
  assert.deepEqual(none, { place: "330106", notIn: ["330106001"] });
  const next = new QuestionnaireDraft(phone, {
    at: "2020-02-11T08:00:00Z",
    answers: { away: false, home: none ?? "" },
  });
  assert.deepEqual(next.drafts.get("home"), inside("none"));
  assert.deepEqual(next.answers().home, none);
  const home = { ...asked("home", "place"), inside: true };
  const now = Date.parse("2020-02-12T01:00:00Z");
  assert.deepEqual(visitOfAnswer(home, inside("none"), now), {
    place: "330106",
    arrive: "2020-02-12T01:00:00.000Z",
    mode: "stay",
  });
  assert.equal(visitOfAnswer(asked("home", "place"), "330106", now), undefined, "no rule reads the level there");
});

test("only a trip that is filled in, in order and has begun is a visit", () => {
  const now = Date.parse("2020-02-12T09:00:00+08:00");
  const visit = (change: Partial<DraftTrip>) => visitOfTrip(trip(change), now);
  const begun = { place: "4201", arrive: "2020-01-31T16:00:00.000Z", mode: "stay" };
  assert.deepEqual(visit({}), begun);
  assert.deepEqual(visit({ to: "2020-02-01" }), { ...begun, leave: "2020-02-01T16:00:00.000Z" });
  for (const part of [
    { place: undefined },
    { from: "" },
    { from: "2020-02-13" },
    { to: "2020-01-31" },
    { from: "2020-13-01" },
    { to: "2020-02-99" },
    { from: "12020-02-01" },
  ])
    assert.equal(visit(part), undefined, JSON.stringify(part));
  assert.equal(visit({ from: "0000-01-01" })?.arrive, "1970-01-01T00:00:00.000Z");
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

test("what the rules say that it stays is there the next day, and trips that are too long ago are not", () => {
  const rules = {
    questions(answers: Answers): Questionnaire {
      const trips: Asked = { ...asked("trips", "trips"), keeps: true, daysBack: 14 };
      const questions = [
        { ...asked("home", "place"), keeps: true },
        { ...asked("purpose", "one-of"), keeps: false },
        { ...asked("away", "yes-no"), keeps: true },
        ...(answers.away === true ? [trips] : []),
        asked("temperature", "number"),
      ];
      return { questions, faults: [] };
    },
  };
  const told = (place: string, to?: string) => ({
    place,
    from: "2020-02-01",
    mode: "stay" as const,
    ...(to ? { to } : {}),
  });
  const after = (day: string, trips: Trip[]) => {
    const answers = { home: "330106", purpose: "work", away: true, trips, temperature: 37.5 };
    return new QuestionnaireDraft(rules, { at: "2020-02-05T00:00:00Z", answers }, undefined, Date.parse(day));
  };
  const both = after("2020-02-10T08:00:00Z", [told("4201", "2020-02-03"), told("3307")]);
  assert.deepEqual(both.answers(), { home: "330106", away: true, trips: [told("4201", "2020-02-03"), told("3307")] });
  assert.deepEqual([...both.kept], ["home", "away", "trips"]);
  both.set("home", "330105");
  assert.equal(both.kept.has("home"), false, "it is no longer as it was");
  assert.deepEqual(after("2020-02-20T08:00:00Z", [told("4201", "2020-02-03"), told("3307")]).answers().trips, [
    told("3307"),
  ]);
  const over = after("2020-02-20T08:00:00Z", [told("4201", "2020-02-03")]);
  assert.deepEqual(over.answers(), { home: "330106" }, "nor is the yes there for which they were asked about");
});

test("a report that is corrected is there as it was told, and is asked about as of its moment", () => {
  const moments: (number | undefined)[] = [];
  const rules = {
    questions(answers: Answers, handedIn?: number): Questionnaire {
      moments.push(handedIn);
      return phone.questions(answers);
    },
  };
  const report = { at: "2020-02-05T00:00:00Z", answers: { away: true, trips: [trip({}) as Trip], home: "330106" } };
  const it = new QuestionnaireDraft(rules, undefined, report);
  assert.deepEqual(it.answers(), {
    away: true,
    trips: [{ place: "4201", from: "2020-02-01", mode: "stay" }],
    home: "330106",
  });
  assert.deepEqual([...new Set(moments)], [Date.parse(report.at)]);
  assert.equal(it.kept.size, 0);
});
