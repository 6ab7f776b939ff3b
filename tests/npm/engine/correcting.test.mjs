// Corrections of the log as an app makes them, on both engines: by a wrong clock, and from a page that did not hear of the last one.
import assert from "node:assert/strict";
import { test } from "node:test";
import { both } from "./installed.mjs";
import { clockAt, enrolled, now, options, person, server, tracedStorage } from "./phone.mjs";

const healthcode = both("healthcode");
const HOUR = 3_600_000;
const at = (moment) => new Date(moment).toISOString();
const { answers } = person.reports[0];

/** A phone with a report, whose server says what time it is. */
async function reported() {
  const clock = clockAt();
  const network = server({ clock });
  const { ask } = network;
  /** What time the server says it is, once it does. */
  const served = { at: undefined };
  network.ask = async (request) => {
    const answer = await ask(request);
    const date = served.at && new Date(served.at).toUTCString();
    return { ...answer, header: (name) => (name === "date" ? date : undefined) };
  };
  const phone = await enrolled(healthcode, options(tracedStorage(), { network, clock }));
  assert.equal((await phone.report(answers)).result, "accepted");
  return { phone, clock, served };
}

test("no clock that is known to be wrong gives more time for a correction, and none ahead takes a report of a day to come", async () => {
  const { phone, clock, served } = await reported();
  const [report] = phone.holder.reports();
  const correction = { answers: { ...answers, temperature: 37.9 }, corrects: report };
  const visit = { place: "330106", arrive: at(now - HOUR), mode: "stay" };
  for (const error of [2 * HOUR, -2 * HOUR]) {
    clock.at = now + Math.max(error, 0);
    served.at = clock.at - error;
    for (let times = 0; times < 2; times += 1) await phone.refresh();
    assert.equal(phone.clockProblem.code, "clock-off");
    for (const change of [correction, { remove: visit }]) {
      assert.equal(phone.preview(change).problem.code, "clock-off");
      assert.equal((await phone.change(change)).problem.code, "clock-off");
    }
    for (const change of [{ answers }, { add: visit }])
      assert.equal(phone.preview(change).problem?.code, error > 0 ? "clock-off" : undefined);
    const taken = [await phone.change({ answers }), await phone.change({ add: visit })];
    const [told, went] = taken.map(({ result, problem }) => problem?.code ?? result);
    assert.deepEqual([told, went], error > 0 ? ["clock-off", "clock-off"] : ["accepted", "accepted"]);
  }
  served.at = clock.at;
  for (let times = 0; times < 2; times += 1) await phone.refresh();
  assert.equal(phone.clockProblem, undefined);
  assert.equal((await phone.change(correction)).result, "accepted");
});

test("nothing is dated back by a clock that the server says is slow", async () => {
  const { phone, clock, served } = await reported();
  clock.at = now + HOUR;
  assert.equal((await phone.report(answers)).result, "accepted");
  const before = phone.holder.reports();
  // The manifest is valid then, too.
  served.at = clock.at;
  clock.at = now;
  for (let times = 0; times < 2; times += 1) await phone.refresh();
  assert.deepEqual(phone.holder.reports(), before);
});

test("a page that did not hear of a correction undoes none", async () => {
  const { phone } = await reported();
  const [report] = phone.holder.reports();
  const corrected = { answers: { ...answers, temperature: 38.2 }, corrects: report };
  assert.equal((await phone.change(corrected)).result, "accepted");
  const stale = { answers: { ...answers, temperature: 36.7 }, corrects: report };
  assert.equal(phone.preview(stale).problem.code, "correction-done");
  assert.equal((await phone.change(stale)).problem.code, "correction-done");
  const [now] = phone.holder.reports();
  assert.equal(now.answers.temperature, 38.2);
  assert.equal((await phone.change({ ...stale, corrects: now })).result, "accepted");
  assert.deepEqual(
    phone.holder.corrections().map(({ report }) => report.answers.temperature),
    [answers.temperature, 38.2],
  );
});

test("a correction of what is no report says so", async () => {
  const { phone } = await reported();
  const [report] = phone.holder.reports();
  for (const corrects of [report.at, {}, { at: report.at }, { ...report, more: 1 }]) {
    await assert.rejects(phone.change({ answers, corrects }), { code: "misuse-argument" });
  }
  for (const change of [undefined, null, 7, "report"]) {
    await assert.rejects(phone.change(change), { code: "misuse-argument" });
  }
  const other = { ...report, at: at(now - HOUR) };
  assert.equal((await phone.change({ answers, corrects: other })).problem.code, "correction-unknown");
});
