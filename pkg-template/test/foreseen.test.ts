// The outlook comes after the code, and is never one of an earlier state.
import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import type { Forecast } from "../src/engine/core/healthcode.js";
import { CodeView } from "../src/view/code.js";
import { RENEWAL } from "../src/view/live-code.js";
import { ReasonsView } from "../src/view/reasons.js";
import { connect, renew } from "../src/view/session.js";
import { calm, context, foretold, settled, world } from "./phone.js";

let it: ReturnType<typeof world>;
beforeEach(() => {
  it = world();
});
afterEach(async () => {
  connect({ phone: undefined });
  await calm();
});

/** A phone whose forecasts are made when a test says so, and which gives no end of its colour of itself. */
async function slow() {
  const phone = await it.phoneOf("red-back-from-wuhan");
  const asked: { resolve(made: Forecast): void; reject(thrown: Error): void }[] = [];
  const foresee = () => new Promise<Forecast>((resolve, reject) => asked.push({ resolve, reject }));
  const assess = () => {
    const { until: _, ...open } = phone.assess();
    return open;
  };
  mock.timers.enable({ apis: ["setTimeout"] });
  return { phone: Object.assign(Object.create(phone) as typeof phone, { foresee, assess }), asked };
}

/** A forecast that says when red ends. */
const until = (at: string): Forecast => ({
  colour: "red",
  steps: [{ at, colour: "green" }],
  green: at,
  horizon: at,
});
const [FIRST, SECOND] = [until("2020-02-20T00:00:00+08:00"), until("2020-02-21T00:00:00+08:00")];

test("a code is made, renewed and made for others however long a forecast takes", async () => {
  const { phone, asked } = await slow();
  connect({ phone });
  const view = new CodeView(context());
  await settled();
  const first = view.qr();
  assert.ok(first);
  await foretold();
  assert.equal(asked.length, 1);
  it.state.now += RENEWAL;
  await view.tick();
  assert.notEqual(view.qr(), first);
  assert.equal(view.data().shown, true);
  connect({ phone: undefined });
});

test("reasons are open however long a forecast takes, and its fault takes nothing of them", async () => {
  const { phone, asked } = await slow();
  connect({ phone });
  const view = new ReasonsView(context());
  await foretold();
  assert.equal(asked.length, 1);
  assert.equal(view.data().reasons[0]?.colour, "red");
  assert.equal(view.data().foreseen, false);
  asked[0]?.reject(Object.assign(new Error("closed"), { code: "phone-closed" }));
  await foretold();
  assert.equal(view.data().reasons[0]?.colour, "red");
});

for (const [name, changes] of [
  ["another colour's", true],
  ["the same colour's", false],
] as const) {
  test(`a forecast of an earlier state is not shown after a change: ${name}`, async () => {
    const { phone, asked } = await slow();
    connect({ phone });
    const [code, reasons] = [new CodeView(context()), new ReasonsView(context())];
    const changed = async () => {
      reasons.changed();
      await code.changed();
      await foretold();
    };
    const told = () => [/2月2\d日/.exec(code.data().under)?.[0], reasons.data().outlook.steps[1]?.at.slice(0, 5)];
    await settled();
    await foretold();
    const [ofCode, ofReasons] = asked;
    assert.equal(asked.length, 2);
    if (changes) await phone.report({ ...phone.holder.reports()[0]?.answers, symptoms: ["fever"] });
    else await phone.addVisit({ place: "3301", arrive: new Date(it.state.now - 60_000).toISOString(), mode: "stay" });
    await changed();
    assert.equal(asked.length, 4, "each is asked for anew");
    ofCode?.resolve(FIRST);
    ofReasons?.resolve(FIRST);
    await foretold();
    assert.deepEqual(told(), [undefined, undefined], "too late");
    asked[2]?.resolve(SECOND);
    asked[3]?.resolve(SECOND);
    await foretold();
    assert.deepEqual(told(), ["2月21日", "2月21日"]);
    await changed();
    assert.deepEqual(told(), [undefined, undefined], "what was foretold before the next change");
  });
}

test("while only time passes the outlook stays until there is a newer one", async () => {
  const { phone, asked } = await slow();
  connect({ phone });
  const view = new ReasonsView(context());
  await foretold();
  asked[0]?.resolve(FIRST);
  await foretold();
  it.state.now += RENEWAL;
  view.tick();
  assert.equal(view.data().foreseen, true);
  await foretold();
  asked[1]?.resolve(SECOND);
  await foretold();
  assert.match(view.data().outlook.earliest, /2月21日/);
});

test("a phone that is emptied while it looks ahead is no fault", async () => {
  const phone = await it.phoneOf("red-back-from-wuhan");
  mock.timers.enable({ apis: ["setTimeout"] });
  connect({ phone });
  const view = new ReasonsView(context());
  mock.timers.tick(50);
  await phone.forget();
  await foretold();
  renew();
  view.changed();
  assert.deepEqual([view.data().foreseen, view.data().reasons], [false, []]);
});
