// Running a view as a component: what an app hears that forgot something, and what a host is given to draw.
import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { changes } from "../src/components/diff.js";
import { type Host, Running } from "../src/components/running.js";
import { CheckpointView } from "../src/view/checkpoint.js";
import { CodeView } from "../src/view/code.js";
import { DiaryView } from "../src/view/diary.js";
import { FamilyView } from "../src/view/family.js";
import { ReportView } from "../src/view/report.js";
import { connect } from "../src/view/session.js";
import { cleared, world } from "./phone.js";

let it: ReturnType<typeof world>;
beforeEach(() => {
  it = world();
});
afterEach(cleared);

test("an app that forgot to connect something hears of it once", async (t) => {
  const phone = await it.phoneOf("green-at-home");
  mock.timers.enable({ apis: ["setTimeout", "setInterval"] });
  const warned = t.mock.method(console, "warn", () => {});
  const host: Host = {
    show: (_, seen) => seen(),
    draw: async () => true,
    tell: () => {},
    reveal: () => {},
    clear: () => {},
  };
  connect({ phone });
  const views = { family: FamilyView, checkpoint: CheckpointView, report: ReportView };
  const running = Object.entries(views).map(
    ([name, view]) => new Running(view, { ...host, name: `healthcode-${name}` }),
  );
  mock.timers.tick(4_000);
  assert.equal(warned.mock.callCount(), 0);
  mock.timers.tick(60_000);
  assert.deepEqual(
    warned.mock.calls.map(({ arguments: [told] }) => /^([a-z-]+: \S+) .*call (\S+ \S+ \S+) of/.exec(told)?.slice(1)),
    [
      ["misuse-not-connected: healthcode-family", "connect({ family })"],
      ["misuse-not-connected: healthcode-checkpoint", "connect({ checkpoint })"],
    ],
  );
  running.forEach((one) => one.stop());
  // Why there is nothing may be known.
  connect({ phone: undefined, problem: { code: "network-unreachable", message: "" } });
  const code = new Running(CodeView, host);
  mock.timers.tick(60_000);
  code.stop();
  new Running(DiaryView, host).stop();
  mock.timers.tick(60_000);
  assert.equal(warned.mock.callCount(), 2);
});

test("setData is given what differs, by its path", () => {
  const before = {
    a: 1,
    list: [
      { id: 1, name: "x" },
      { id: 2, name: "y" },
    ],
    deep: { one: 1, two: [1, 2] },
    gone: { a: 1, b: 2 },
  };
  const after = {
    a: 1,
    list: [
      { id: 1, name: "x" },
      { id: 2, name: "z" },
    ],
    deep: { one: 1, two: [1, 2, 3] },
    gone: { a: 1 },
  };
  assert.deepEqual(changes(before, after), { "list[1].name": "z", "deep.two": [1, 2, 3], gone: { a: 1 } });
  assert.deepEqual(changes({}, { a: [] }), { a: [] });
  assert.deepEqual(changes(before, before), {});
});
