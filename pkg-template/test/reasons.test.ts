// Why a colour is what it is, and why it changed.
import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { RENEWAL } from "../src/view/live-code.js";
import { ReasonsView } from "../src/view/reasons.js";
import { connect } from "../src/view/session.js";
import { calm, cleared, context, foretold, world } from "./phone.js";

let it: ReturnType<typeof world>;
beforeEach(() => {
  it = world();
});
afterEach(cleared);

test("reasons come with their course and the way back, and causes with what to do", async () => {
  const phone = await it.phoneOf("red-back-from-wuhan");
  mock.timers.enable({ apis: ["setTimeout"] });
  connect({ phone });
  const red = new ReasonsView(context());
  const [worst] = red.data().reasons;
  assert.equal(worst?.colour, "red");
  assert.match(worst?.fact ?? "", /武汉市武昌区（高风险）/);
  assert.deepEqual(
    worst?.course.map(({ colour }) => colour),
    ["red", "yellow", "green"],
  );
  assert.ok(worst?.wayBack);
  assert.equal(red.data().foreseen, false, "the outlook comes when it is there");
  await foretold();
  assert.equal(red.data().outlook.steps[0]?.at, "现在");
  it.state.now += RENEWAL;
  red.tick();
  assert.equal(red.data().foreseen, true, "until there is a newer one");
  await calm();
  connect({ phone: await it.phoneOf(undefined, "2") });
  const around = context();
  const grey = new ReasonsView(around);
  assert.deepEqual(grey.data().causes, [
    { id: "report-missing", says: "您还没有填报。", todo: "请先填报。", report: true, refresh: false },
  ]);
  grey.on.report();
  assert.deepEqual(around.heard.told, ["report"]);
});

test("what the person has not seen yet is told until it is understood", async () => {
  const phone = await it.phoneOf("green-at-home");
  connect({ phone });
  const view = new ReasonsView(context());
  await phone.note();
  assert.equal(view.data().differs, false);
  await phone.report({ ...phone.holder.reports()[0]?.answers, symptoms: ["fever"] });
  await view.changed();
  assert.match(view.data().change.title, /由绿码变成了黄码|由绿码变成了红码/);
  await view.on.understood();
  await view.changed();
  assert.equal(view.data().differs, false);
});
