// What a checkpoint says of a code, and that it keeps nothing.
import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { CheckpointView } from "../src/view/checkpoint.js";
import { connect } from "../src/view/session.js";
import { cleared, context, happened, NOW, world } from "./phone.js";

let it: ReturnType<typeof world>;
beforeEach(() => {
  it = world();
});
afterEach(cleared);

test("a checkpoint says what a code is worth, and keeps nothing", async () => {
  mock.timers.enable({ apis: ["Date"], now: NOW });
  const phone = await it.phoneOf("yellow-cough");
  const checkpoint = await it.openCheckpoint();
  connect({ checkpoint });
  const around = context();
  const view = new CheckpointView(around);
  assert.equal(view.data().closed, "还没有信任名单，无法核验。");
  await view.on.refresh();
  assert.equal(view.data().closed, "");
  const shown = await phone.show();
  assert.ok(shown.result === "shown");
  it.state.scanned = shown.code.text;
  await view.on.scan();
  const accepted = view.data();
  assert.deepEqual([accepted.sign, accepted.word, accepted.name, accepted.digits], ["yellow", "黄码", "E* P*", "428X"]);
  assert.equal(accepted.first, "先不要放行，按当地对黄码的规定处理");
  assert.deepEqual(around.heard.revealed, ["verdict"]);
  mock.timers.tick(20_000);
  await view.tick();
  assert.deepEqual([view.data().given, view.data().name], [false, ""]);
  view.on.type(happened({}, `${shown.code.text.slice(0, -4)}0000`));
  view.on.verify();
  const refused = view.data();
  assert.deepEqual([refused.sign, refused.first], ["refused", "不要放行"]);
  assert.deepEqual([refused.name, refused.digits, refused.issuer, refused.holder], ["", "", [], []]);
  assert.notEqual(refused.cause, "");
  view.seen(false);
  assert.equal(view.data().given, false, "nobody finds it when the page comes back");
});
