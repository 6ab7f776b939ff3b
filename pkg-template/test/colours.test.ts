// Which colours a phone has had: noted while somebody looks, kept with the rest, moved and forgotten with it.
import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { coloursIn, recent, withColour } from "../src/phone/colours.js";
import { packed, unpacked } from "../src/phone/moving.js";
import { ReasonsView } from "../src/view/reasons.js";
import { connect } from "../src/view/session.js";
import { calm, cleared, context, foretold, world } from "./phone.js";

const DAY = 86_400_000;
let it: ReturnType<typeof world>;
beforeEach(() => {
  it = world();
});
afterEach(cleared);

test("a colour is noted once a day, and whenever it is another", async () => {
  const phone = await it.phoneOf("green-at-home");
  const colours = () => phone.colours.map(({ colour }) => colour);
  await phone.noteColour();
  await phone.noteColour();
  assert.deepEqual(colours(), ["green"]);
  await phone.report({ ...phone.holder.reports()[0]?.answers, symptoms: ["fever"] });
  await phone.noteColour();
  const worse = phone.assess().colour;
  assert.deepEqual(colours(), ["green", worse]);
  it.state.now += DAY;
  await phone.noteColour();
  assert.equal(phone.colours.length, 3);
  const kept = phone.colours;
  assert.deepEqual((await it.open()).colours, kept, "stored");

  const file = await packed({}, it.adaptors, "four words are better");
  const other = world();
  other.state.now = it.state.now;
  await unpacked({}, other.adaptors, file, "four words are better");
  assert.deepEqual((await other.open()).colours, kept, "moved");

  it.state.now += 13.5 * DAY;
  await phone.noteColour();
  assert.equal(phone.colours.length, 2, "what is older than two weeks is gone");
  await phone.forget();
  assert.deepEqual(phone.colours, []);
  assert.deepEqual((await it.open()).colours, []);
});

test("colours are those by the chosen rules, and go with these", async () => {
  const phone = await it.phoneOf("green-at-home");
  await phone.noteColour();
  const [own] = phone.keptRules();
  assert.equal(phone.colours.length, 1);
  await phone.dropRules(own?.for ?? "");
  assert.deepEqual(phone.colours, []);
});

test("whoever looks at reasons has the colour noted, and sees it among the days", async () => {
  const phone = await it.phoneOf("green-at-home");
  mock.timers.enable({ apis: ["setTimeout"] });
  connect({ phone });
  const around = context();
  const view = new ReasonsView(around);
  assert.equal(view.data().days.known, false);
  view.tick();
  await foretold();
  const { updates } = around.heard;
  view.tick();
  view.tick();
  assert.equal(around.heard.updates, updates + 1, "drawn anew once it is noted");
  assert.deepEqual(
    phone.colours.map(({ colour }) => colour),
    ["green"],
  );
  const { days } = view.data();
  assert.deepEqual([days.known, days.tabled, days.list[0]?.parts[0]?.look], [true, false, "shown"]);
  view.on.table();
  assert.equal(view.data().days.tabled, true);
  await calm();
});

test("what is no list of colours is none, and a clock that was ahead leaves nothing", () => {
  const one = { for: "3301", at: 5, colour: "red" } as const;
  assert.deepEqual(coloursIn([{ ...one, more: "x" }]), [one]);
  for (const bad of [
    undefined,
    null,
    7,
    {},
    [7],
    [{ ...one, colour: "blue" }],
    [{ ...one, at: "5" }],
    Array(101).fill(one),
  ])
    assert.deepEqual(coloursIn(bad), []);
  const ahead = withColour([{ ...one, at: 3 * DAY }], { ...one, at: DAY }, 0);
  assert.deepEqual(ahead, [{ ...one, at: DAY }]);
  let many: ReturnType<typeof coloursIn> = [];
  for (let at = 0; at < 150; at += 1)
    many = withColour(many, { ...one, at, colour: at % 2 === 0 ? "red" : "green" }, 0) ?? many;
  assert.equal(many.length, 100);
});

test("whatever moments are stored, no more than two weeks are looked back on", () => {
  const now = it.state.now;
  const one = (at: number) => ({ for: "", at, colour: "green" as const });
  const odd = [Number.NaN, -1e300, 1e300, Number.POSITIVE_INFINITY, -1, now - 15 * DAY, now + DAY];
  assert.deepEqual(recent(coloursIn([...odd, now - DAY].map(one)), now), [one(now - DAY)]);
});
