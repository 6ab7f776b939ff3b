// What was closed while components showed it: there is nothing of it to see any more, and they go on with the next one.
import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { type Host, Running, type ViewClass } from "../src/components/running.js";
import { CheckpointView } from "../src/view/checkpoint.js";
import { CodeView } from "../src/view/code.js";
import { DiaryView } from "../src/view/diary.js";
import { FamilyView } from "../src/view/family.js";
import { ItineraryView } from "../src/view/itinerary.js";
import { QuestionnaireView } from "../src/view/questionnaire.js";
import { ReasonsView } from "../src/view/reasons.js";
import { ReportView } from "../src/view/report.js";
import { connect, renew, session } from "../src/view/session.js";
import { cleared, settled, world } from "./phone.js";

const OF_A_PHONE = [CodeView, QuestionnaireView, ReasonsView, DiaryView, ReportView, ItineraryView, FamilyView];

let it: ReturnType<typeof world>;
let faults: unknown[];
const heard = (thrown: unknown) => void faults.push(thrown);
beforeEach(() => {
  it = world();
  faults = [];
  process.on("uncaughtException", heard);
});
afterEach(async () => {
  await cleared();
  await new Promise((resolve) => setTimeout(resolve, 20));
  process.off("uncaughtException", heard);
  assert.deepEqual(faults, [], "faults that nobody caught");
});

const host: Host = {
  show: (view, seen) => {
    view.data();
    seen();
  },
  draw: async () => true,
  tell: () => {},
  reveal: () => {},
  clear: () => {},
};
const shown = ({ view }: Running) => view.data() as { open: boolean; wait: string; shown?: boolean };
const mounted = (views: ViewClass[]) => views.map((view) => new Running(view, host));

test("nothing is shown of a phone that was closed, and the next one is shown as if there had been none before", async () => {
  const first = await it.phoneOf("green-at-home");
  connect({ phone: first, family: await it.openFamily() });
  const before = mounted(OF_A_PHONE);
  await settled();
  const [code] = before as [Running];
  assert.deepEqual([shown(code).open, shown(code).shown], [true, true]);
  assert.equal(it.state.bright, true);
  first.close();
  await settled();
  // Whatever refreshes them meanwhile, and whatever is put into the page then.
  renew();
  const between = mounted(OF_A_PHONE);
  await settled();
  for (const one of [...before, ...between]) {
    if (one.view instanceof FamilyView) continue;
    assert.equal(shown(one).open, false, one.view.constructor.name);
    assert.doesNotMatch(JSON.stringify(one.view.data()), /phone-closed|已关闭/, one.view.constructor.name);
    assert.equal(one.view.qr?.(), undefined);
  }
  assert.equal(it.state.bright, false, "the screen is not kept bright for nothing");
  assert.equal(session.phone, undefined);
  connect({ phone: await (await it.openFamily()).open("1") });
  await settled();
  const all = [...before, ...between];
  const closed = () => all.filter((one) => !shown(one).open).map(({ view }) => view.constructor.name);
  // The components around a code come after it.
  for (let turn = 0; turn < 100 && closed().length > 0; turn += 1) await new Promise((soon) => setTimeout(soon, 30));
  assert.deepEqual(closed(), []);
  for (const one of all) one.stop();
});

test("a phone, family or checkpoint that was closed is not connected", async () => {
  const phone = await it.phoneOf("green-at-home");
  const family = await it.openFamily();
  const checkpoint = await it.openCheckpoint();
  connect({ phone });
  const other = await it.phoneOf(undefined, "2");
  for (const one of [other, family, checkpoint]) one.close();
  for (const part of [{ phone: other }, { family }, { checkpoint }])
    assert.throws(() => connect(part), { code: "phone-closed" });
  assert.equal(session.phone, phone, "what was connected before stays");
  phone.close();
});

test("a checkpoint that was closed judges nothing more", async () => {
  const checkpoint = await it.openCheckpoint();
  await checkpoint.refresh();
  connect({ checkpoint });
  const gate = new Running(CheckpointView, host);
  assert.equal(shown(gate).open, true);
  checkpoint.close();
  gate.view.tick?.();
  assert.equal(shown(gate).open, false);
  gate.stop();
});

test("whoever listens to a phone hears that it was closed, once", async () => {
  const phone = await it.phoneOf("green-at-home");
  const news: string[] = [];
  phone.listen((one) => news.push(one));
  phone.close();
  phone.close();
  await settled();
  assert.deepEqual(news, ["closed"]);
});

test("why nothing could be opened is said to the console, once", (t) => {
  const told = t.mock.method(console, "error", () => {});
  const problem = { code: "misuse-argument", message: "`server` must be an address that begins with https://" };
  connect({ problem });
  connect({ problem: { ...problem } });
  assert.deepEqual(
    told.mock.calls.map(({ arguments: said }) => said),
    [[`healthcode: misuse-argument: ${problem.message}`]],
  );
  connect({ problem: undefined });
  connect({ problem });
  assert.equal(told.mock.callCount(), 2, "it was tried again");
});
