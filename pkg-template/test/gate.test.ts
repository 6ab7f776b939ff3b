// A phone at a checkpoint: challenges, codes shown twice, clocks.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, test } from "node:test";
import { browserNetwork } from "../src/adaptors/browser.js";
import { CheckpointView } from "../src/view/checkpoint.js";
import { CodeView } from "../src/view/code.js";
import { RENEWAL } from "../src/view/live-code.js";
import { connect, prefer } from "../src/view/session.js";
import { context, NOW, settled, world } from "./phone.js";

let it: ReturnType<typeof world>;
beforeEach(() => {
  it = world();
});
afterEach(() => {
  connect({ phone: undefined, checkpoint: undefined, challenge: false });
  prefer({ language: "zh-Hans" });
});

/** Waits for something that takes a few turns. */
async function until(reached: () => boolean): Promise<void> {
  for (let turn = 0; turn < 100 && !reached(); turn += 1) await new Promise((resolve) => setTimeout(resolve, 2));
  assert.ok(reached());
}

/** What a checkpoint's component says of a text. */
function pasted(gate: CheckpointView, text = "") {
  gate.on.type({ data: {}, value: text });
  gate.on.verify();
  const { word, under, cause, before, code } = gate.data();
  gate.on.next();
  return { word, under, cause, before, code };
}

test("no code is shown by a clock that a checkpoint would refuse it for, and it is said what to do", async () => {
  const phone = await it.phoneOf("green-at-home");
  connect({ phone });
  const view = new CodeView(context());
  await settled();
  it.state.now -= 25_000;
  await view.tick();
  assert.equal(view.data().shown, true);
  assert.match(view.data().notices.join(), /^时钟慢了约25秒。时钟有偏差。/);
  // Its certificate is from the future by this clock.
  it.state.now -= 3_600_000;
  await view.tick();
  assert.equal(view.data().shown, false);
  assert.equal(
    view.data().problem,
    "时钟慢了约60分钟。这台设备的时钟不准：这里出示的码会被拒绝，这里扫到的码可能无法判定。请在系统设置中把日期和时间设为自动，再联网重试。",
  );
  assert.deepEqual(view.data().notices, [], "it is said once");
  prefer({ language: "en" });
  assert.match(view.data().problem, /^The clock is about 60 minutes slow\. This device’s clock is wrong/);
  it.state.now = NOW;
  await view.tick();
  assert.equal(view.data().shown, true);
  assert.deepEqual(view.data().notices, []);
});

test("a checkpoint's challenge is typed or scanned, and codes answer it for two minutes", async () => {
  const phone = await it.phoneOf("green-at-home");
  const checkpoint = await it.openCheckpoint();
  await checkpoint.refresh();
  connect({ phone, checkpoint });
  const around = context();
  const [view, gate] = [new CodeView(around), new CheckpointView(context())];
  await settled();
  assert.equal(pasted(gate, view.qr()).under, "已核验，是真码");
  gate.on.ask();
  gate.changed();
  await until(() => gate.data().asked);
  const judge = async () => {
    const before = gate.qr();
    const said = pasted(gate, view.qr());
    await until(() => gate.data().asked);
    assert.match(gate.qr() ?? "", /^JKC1:[0-9A-F]{12}$/);
    assert.notEqual(gate.qr(), before, "everyone gets a new one");
    return said;
  };
  assert.equal((await judge()).cause, "码里没有本检查点的口令，可能是别处转来的码。");

  view.on.ask();
  assert.ok(view.data().ask.open);
  assert.deepEqual(around.heard.revealed, ["asking"]);
  for (const wrong of ["", "12", "12a4", "12345"]) {
    view.on.type({ data: {}, value: wrong });
    await view.on.give();
    assert.deepEqual([view.data().ask.fault, view.data().ask.given], ["请输入4位数字。", false], wrong);
  }
  const digits = gate.data().fourDigits.replace(/ /g, "");
  view.on.type({ data: {}, value: digits });
  await view.on.give();
  assert.equal(view.data().ask.says, `码里已有口令${digits}，请给检查点扫。`);
  assert.deepEqual(await judge(), {
    word: "绿码",
    under: "已核验，是真码，口令也对",
    cause: "",
    before: "",
    code: "",
  });
  assert.equal((await judge()).word, "不接受", "the same code does not answer the next one");
  await view.on.stop();
  assert.equal(view.data().ask.says, "");

  view.on.ask();
  it.state.scanned = "JKV1:330106";
  await view.on.scan();
  assert.match(view.data().ask.fault, /^这不是检查点的口令。/);
  it.state.scanned = gate.qr() ?? "";
  await view.on.scan();
  assert.equal(view.data().ask.says, "码里已有口令，请给检查点扫。");
  it.state.now += RENEWAL;
  await view.tick();
  assert.equal((await judge()).word, "绿码", "a renewed code answers it too");
  it.state.now += 90_000;
  await view.tick();
  assert.equal(view.data().ask.given, false, "two minutes are over");

  gate.on.ask();
  assert.equal(gate.qr(), undefined);
  assert.equal(pasted(gate, view.qr()).word, "绿码");
});

test("without secure random numbers a checkpoint that is to ask lets nobody through unasked", async () => {
  const phone = await it.phoneOf("green-at-home");
  const checkpoint = await it.openCheckpoint();
  await checkpoint.refresh();
  checkpoint.adaptors.random = { bytes: async () => new Uint8Array(0) };
  connect({ checkpoint, challenge: true });
  const gate = new CheckpointView(context());
  await until(() => gate.data().problem !== "");
  assert.match(gate.data().problem, /安全的随机数/);
  assert.ok(gate.data().idle);
  const shown = await phone.show();
  assert.ok(shown.result === "shown");
  assert.equal(pasted(gate, shown.code.text).word, "");
  assert.match(gate.data().problem, /安全的随机数/, "it stays said");
  // The host has them again: the gate opens by itself.
  checkpoint.adaptors.random = { bytes: async (length) => crypto.getRandomValues(new Uint8Array(length)) };
  await until(() => {
    gate.tick();
    return gate.data().asked;
  });
  assert.deepEqual([gate.data().problem, gate.data().idle], ["", false]);
});

test("a checkpoint's component fetches the signed files every hour, and says what keeps it from that", async (t) => {
  t.mock.timers.enable({ apis: ["Date"], now: NOW });
  const checkpoint = await it.openCheckpoint();
  let asked = 0;
  const { ask } = it.network;
  it.network.ask = async (request) => {
    if (request.url === "/manifest") asked += 1;
    return ask(request);
  };
  connect({ checkpoint });
  const gate = new CheckpointView(context());
  const second = async () => {
    t.mock.timers.tick(1_000);
    gate.tick();
    await settled();
  };
  await second();
  await second();
  assert.equal(asked, 1, "the app has fetched none");
  t.mock.timers.tick(3_600_000);
  it.state.online = false;
  await second();
  await second();
  assert.equal(asked, 2);
  assert.notEqual(gate.data().calm, "", "the server cannot be reached");
  assert.equal(gate.data().idle, false, "codes are judged meanwhile");
  it.state.online = true;
  t.mock.timers.tick(3_600_000);
  await second();
  assert.deepEqual([asked, gate.data().calm], [3, ""]);
});

test("a code that is shown twice within two minutes is told, and nothing of it is kept", async () => {
  const phone = await it.phoneOf("green-at-home");
  const checkpoint = await it.openCheckpoint();
  await checkpoint.refresh();
  connect({ checkpoint });
  const gate = new CheckpointView(context());
  const shown = await phone.show();
  assert.ok(shown.result === "shown");
  const { text } = shown.code;
  assert.equal(pasted(gate, text).before, "");
  it.state.now += 12_000;
  assert.equal(pasted(gate, text).before, "这个码在09:00:00出示过。如果不是同一个人，请仔细核对。");
  prefer({ language: "en" });
  it.state.now += 3_000;
  assert.equal(pasted(gate, text).before, "Shown before, at 09:00:00. If that was somebody else, check closely.");
  const again = await phone.show();
  assert.ok(again.result === "shown");
  assert.equal(pasted(gate, again.code.text).before, "", "the same phone's next code is another code");
  const seen = Reflect.get(checkpoint, "seen") as { size: number };
  assert.equal(seen.size, 2);
  assert.doesNotMatch(JSON.stringify([...Reflect.get(seen, "times")]), /JK1|例|428X/);
  it.state.now += 120_000;
  gate.tick();
  assert.equal(seen.size, 0);
});

test("a phone and a checkpoint learn the error of their clocks from a server's Date", async (t) => {
  let wrong = 0;
  const { ask } = it.network;
  const server = createServer(async (request, response) => {
    response.setHeader("date", new Date(it.state.now + wrong).toUTCString());
    const { status, body } = await ask({ url: request.url ?? "" });
    response.writeHead(status).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => server.close());
  const network = browserNetwork();
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const phone = await it.phoneOf("green-at-home");
  it.network.ask = ({ url }) => network.ask({ url: address + url });
  connect({ phone });
  const view = new CodeView(context());
  await settled();
  assert.equal(phone.clockProblem, undefined);
  const answered = async (error: number) => {
    wrong = -error;
    await phone.refresh();
    await view.changed();
    return view.data();
  };
  assert.match((await answered(25_000)).notices.join(), /^时钟快了约2[345]秒。时钟有偏差。/);
  assert.equal(view.data().shown, true);
  assert.equal((await answered(90_000)).problem, "", "one answer may be the server's fault");
  assert.match((await answered(90_000)).problem, /^时钟快了约8[789]秒|^时钟快了约90秒/);
  assert.deepEqual([view.data().shown, (await phone.show()).result], [false, "unavailable"]);
  assert.deepEqual([(await answered(0)).shown, view.data().notices], [true, []], "a good answer clears it");
  assert.equal((await answered(-90_000)).shown, true, "one out of a cache beside it says nothing");
  it.state.now += 61_000;
  await answered(-90_000);
  assert.match((await answered(-90_000)).problem, /^时钟慢了约/);

  const checkpoint = await it.openCheckpoint();
  connect({ checkpoint });
  const gate = new CheckpointView(context());
  await answered(0);
  const shown = await phone.show();
  assert.ok(shown.result === "shown");
  wrong = -600_000;
  await checkpoint.refresh();
  await checkpoint.refresh();
  assert.match(gate.data().clock, /^时钟快了约10分钟。/);
  it.state.now += 600_000;
  assert.deepEqual(
    [pasted(gate, shown.code.text)].map(({ word, code }) => [word, code]),
    [["无法判定", "原因代码 code-clock-off"]],
  );
  assert.equal(pasted(gate, `${shown.code.text.slice(0, -4)}0000`).word, "不接受", "a fault that is not of time");
  wrong = 0;
  await checkpoint.refresh();
  assert.equal(gate.data().clock, "");
  assert.equal(pasted(gate, shown.code.text).word, "不接受");
});

test("where files seem expired and the clock is known to be wrong, the clock is named first", async () => {
  const { ask } = it.network;
  it.network.ask = async (request) => ({
    ...(await ask(request)),
    header: (name) => (name === "date" ? new Date(NOW).toUTCString() : undefined),
  });
  it.state.now += 400 * 86_400_000;
  await assert.rejects(it.phoneOf(), {
    code: "clock-off",
    message: "the clock is 400 days fast, by the server's answers",
  });
  const [first, ...others] = await (await it.openCheckpoint()).refresh();
  assert.equal(first?.code, "clock-off");
  assert.ok(others.some(({ code }) => code === "file-expired"));
});

test("whoever asks for an update gets one, however short a time ago the last was, and without a network hears that there is none", async () => {
  const phone = await it.phoneOf("green-at-home");
  assert.deepEqual(await phone.renew(), []);
  connect({ phone });
  const view = new CodeView(context());
  await settled();
  it.state.online = false;
  await view.on.refresh();
  assert.equal(view.data().refreshed, "");
  assert.match(view.data().notRenewed, /连不上服务器/);
  it.state.online = true;
  await view.on.refresh();
  assert.notEqual(view.data().refreshed, "");
  assert.equal(view.data().notRenewed, "");
  phone.close();
});
