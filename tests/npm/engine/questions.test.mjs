// What the guide says of answers, and what the rules of the vectors take.
import assert from "node:assert/strict";
import { test } from "node:test";
import { runInNewContext } from "node:vm";
import { required, text } from "./installed.mjs";
import { enrolled, options, tracedStorage } from "./phone.mjs";

const healthcode = required("healthcode");

/** These are texts, and whether a text is one of them is for the question to say. */
const TEXTS = ["one-of", "date", "place", "text"];

test("the guide's example of each type of question is an answer to it, and to none of another type", async () => {
  const phone = await enrolled(healthcode, options(tracedStorage()));
  const rows = [...text("docs/answers.md").matchAll(/^\| `([a-z-]+)` \|[^|]*\| `\w+: (.*?)`(?: for [^|]*)? \|/gm)];
  const examples = Object.fromEntries(rows.map(([, type, example]) => [type, runInNewContext(`(${example})`)]));
  assert.deepEqual(Object.keys(examples).sort(), [
    "date",
    "many-of",
    "number",
    "one-of",
    "place",
    "text",
    "trips",
    "yes-no",
  ]);
  const base = { contact: true, been_away: true };
  const seen = new Set();
  for (const { id, type } of phone.questions(base).questions) {
    for (const [other, example] of Object.entries(examples)) {
      const { faults } = phone.questions({ ...base, [id]: example });
      const codes = faults.filter(({ question }) => question === id).map(({ code }) => code);
      if (other === type) assert.ok(!codes.includes("answer-wrong-type"), `${id}: ${codes}`);
      else if (!(TEXTS.includes(type) && TEXTS.includes(other)))
        assert.deepEqual(codes, ["answer-wrong-type"], `${id}: ${other}`);
    }
    seen.add(type);
  }
  // Hangzhou's rules ask for nothing that no rule reads.
  assert.deepEqual([...seen, "text"].sort(), Object.keys(examples).sort());
});

test("an empty field for a number is a fault of its question", async () => {
  const phone = await enrolled(healthcode, options(tracedStorage()));
  for (const temperature of [Number.NaN, Number.POSITIVE_INFINITY, null]) {
    const asked = phone.questions({ temperature }).faults;
    const { faults } = await phone.report({ temperature });
    const preview = phone.preview({ answers: { temperature } });
    for (const found of [asked, faults, preview.faults])
      assert.equal(found.find(({ question }) => question === "temperature")?.code, "answer-missing");
  }
});

test("a report with a fault is not kept, and each fault has a sentence", async () => {
  const phone = await enrolled(healthcode, options(tracedStorage()));
  const trips = [{ place: "420106", from: "2020-02-03", to: "2020-02-01", mode: "rail" }];
  const result = await phone.report({ been_away: true, temperature: 99, trips });
  assert.equal(result.result, "rejected");
  const told = result.faults.map(({ question, trip, code }) => [question, trip, code]);
  for (const fault of [
    ["residence", undefined, "answer-missing"],
    ["temperature", undefined, "answer-out-of-range"],
    ["trips", 0, "answer-trip-order"],
  ])
    assert.ok(
      told.some((one) => String(one) === String(fault)),
      `${fault} in ${told.join(" ")}`,
    );
  for (const fault of result.faults) assert.match(healthcode.problemText(fault, "en"), /\.$/);
  assert.equal(phone.holder.reports().length, 0);
  for (const wrong of [
    new Date(0),
    5n,
    {},
    [{ place: "420106", from: "2020-02-01", nights: 2 }],
    [{ place: "Wuhan", from: "2020-02-01" }],
  ])
    await assert.rejects(phone.report({ trips: wrong }), { code: "misuse-argument" });
});
