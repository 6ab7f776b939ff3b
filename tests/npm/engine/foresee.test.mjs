// A phone looks ahead in slices: the page has a turn after each, and the forecast is the one that there is.
import assert from "node:assert/strict";
import { test } from "node:test";
import { required } from "./installed.mjs";
import { enrolled, now, options, person, tracedStorage } from "./phone.mjs";

const [report] = person.reports;

/** A phone on one of the two engines, and in which task each slice of its forecasts was made. */
async function looking(t, entry) {
  const healthcode = required(entry);
  const phone = await enrolled(healthcode, options(tracedStorage()));
  await phone.report(report.answers);
  for (const visit of person.diary) await phone.addVisit(visit);
  const slices = [];
  let task = 0;
  const { setTimeout } = globalThis;
  t.mock.method(globalThis, "setTimeout", (act, after) =>
    setTimeout(() => {
      task += 1;
      act();
    }, after),
  );
  const { forecastInSlices } = healthcode.Holder.prototype;
  t.mock.method(healthcode.Holder.prototype, "forecastInSlices", function (at, here) {
    slices.push({ task, at, here });
    return forecastInSlices.call(this, at, here);
  });
  // By this clock every slice takes long.
  let moment = Date.now();
  t.mock.method(Date, "now", () => (moment += 40));
  return { phone, slices };
}

/** The forecast of a phone in one go. */
function atOnce({ holder }, here) {
  let made;
  while (made === undefined) made = holder.forecastInSlices(now, here);
  return made;
}

for (const entry of ["healthcode", "healthcode/anywhere"]) {
  test(`${entry}: between two slices of a forecast the page has a turn`, async (t) => {
    const { phone, slices } = await looking(t, entry);
    const forecast = await phone.foresee();
    const tasks = slices.map(({ task }) => task);
    assert.ok(tasks.length > 1, `${tasks.length} slices`);
    assert.deepEqual(
      tasks,
      tasks.map((_, slice) => slice + 1),
      "each in a task of its own, none in that of the caller",
    );
    assert.deepEqual(forecast, atOnce(phone));
  });
}

test("a forecast is made once for all who ask for the same place meanwhile, and one place after another", async (t) => {
  const { phone, slices } = await looking(t, "healthcode/anywhere");
  const nowhere = phone.foresee();
  const here = phone.foresee("3301");
  assert.equal(phone.foresee(), nowhere);
  assert.equal(phone.foresee("3301"), here);
  const made = await Promise.all([nowhere, here]);
  const ofHere = slices.map(({ here }) => here === "3301");
  assert.ok(ofHere.indexOf(true) > ofHere.lastIndexOf(false), `${ofHere}`);
  assert.deepEqual(made, [atOnce(phone), atOnce(phone, "3301")]);
  assert.notEqual(phone.foresee(), nowhere, "the next time it is another");
});

test("a change while it is made is foretold, too, from that moment on", async (t) => {
  const { phone, slices } = await looking(t, "healthcode/anywhere");
  const { setTimeout } = globalThis;
  const forecast = phone.foresee();
  while (slices.length === 0) await new Promise((resolve) => setTimeout(resolve));
  await phone.report({ ...report.answers, symptoms: ["fever"] });
  const found = await forecast;
  assert.deepEqual(found, atOnce(phone));
  assert.equal(found.colour, phone.assess().colour);
});

test("one place's fault is no other's", async () => {
  const phone = await enrolled(required("healthcode"), options(tracedStorage()));
  await phone.report(report.answers);
  const asked = [phone.foresee("99"), phone.foresee("3301")];
  await assert.rejects(asked[0], { code: "place-province" });
  assert.deepEqual(await asked[1], atOnce(phone, "3301"));
});

test("without rules there is nothing to foretell, and the next call asks anew", async () => {
  const { openPhone } = required("healthcode");
  const phone = await openPhone(options(tracedStorage()));
  const ask = () => assert.rejects(phone.foresee(), { code: "holder-no-rules" });
  await ask();
  await ask();
});
