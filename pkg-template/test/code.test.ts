// The code on the screen: renewed in time, of one moment, drawn first, and what it says besides.
import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { type Host, Running } from "../src/components/running.js";
import { CodeView } from "../src/view/code.js";
import { RENEWAL } from "../src/view/live-code.js";
import { ReasonsView } from "../src/view/reasons.js";
import { connect, prefer } from "../src/view/session.js";
import { cleared, context, foretold, happened, NOW, settled, world } from "./phone.js";

const DAY = 86_400_000;

let it: ReturnType<typeof world>;
beforeEach(() => {
  it = world();
});
afterEach(cleared);

test("a code is renewed before it expires, without a network", async () => {
  connect({ phone: await it.phoneOf("green-at-home") });
  const view = new CodeView(context());
  await settled();
  const first = view.qr();
  assert.equal(view.data().colour, "green");
  assert.equal(view.data().word, "绿码");
  assert.match(first ?? "", /^JK1:/);
  it.state.online = false;
  it.state.now += RENEWAL - 1;
  await view.tick();
  assert.equal(view.qr(), first);
  assert.equal(view.data().renews, "1秒后自动换新");
  it.state.now += 1;
  await view.tick();
  assert.notEqual(view.qr(), first);
  it.state.now -= 45_000;
  await view.tick();
  assert.equal(view.data().shown, true, "a clock that was set back makes a new code too");
});

/** Has the phone sign only when it is let: how many codes it was asked for, and how to let it. */
function slowly(phone: Awaited<ReturnType<typeof it.phoneOf>>) {
  const show = phone.show.bind(phone);
  const waiting: (() => void)[] = [];
  const sign = () => {
    for (const go of waiting.splice(0)) go();
  };
  const signing = { asked: 0, sign };
  phone.show = async (...given) => {
    signing.asked += 1;
    await new Promise<void>((resolve) => waiting.push(resolve));
    return show(...given);
  };
  return signing;
}

test("once no challenge is answered any more, a host that signs slowly is asked for one code, and that is shown", async () => {
  const phone = await it.phoneOf("green-at-home");
  connect({ phone });
  const view = new CodeView(context());
  await settled();
  view.on.type({ data: {}, value: "1234" });
  await view.on.give();
  assert.ok(view.data().ask.given);
  // The code is a moment old when its two minutes are over.
  it.state.now += 119_000;
  await view.tick();
  const answering = view.qr();
  const signing = slowly(phone);
  for (let second = 0; second < 5; second += 1) {
    it.state.now += 1_000;
    void view.tick();
    await settled();
  }
  assert.deepEqual([signing.asked, view.data().ask.given], [1, false]);
  signing.sign();
  await settled();
  assert.notEqual(view.qr(), answering);
  assert.equal(view.data().shown, true);
});

test("colour and reasons are of one moment, though the log grew while the code was signed", async () => {
  const phone = await it.phoneOf("green-at-home");
  connect({ phone });
  const view = new CodeView(context());
  await settled();
  assert.equal(view.data().colour, "green");
  const signing = slowly(phone);
  it.state.now += RENEWAL;
  void view.tick();
  await phone.report({ ...phone.holder.reports()[0]?.answers, symptoms: ["fever"] });
  signing.sign();
  await settled();
  const { colour, under } = view.data();
  assert.equal(colour, phone.assess().colour);
  assert.notEqual(colour, "green");
  assert.match(under, /^预计持续到/, "until when it lasts is said of this colour");
});

test("the code is drawn before anything else looks at the phone, and waited for so long and no longer", async () => {
  const phone = await it.phoneOf("red-back-from-wuhan");
  mock.timers.enable({ apis: ["setTimeout"] });
  const done: string[] = [];
  let drawn: (there: boolean) => void = () => {};
  const host = (name: string): Host => ({
    show: (view, seen) => {
      done.push(`${name} ${(view.data() as { open: boolean }).open ? "open" : "waits"}`);
      seen();
    },
    draw: () =>
      new Promise((resolve) => {
        done.push("draw");
        drawn = resolve;
      }),
    tell: () => {},
    reveal: () => {},
    clear: () => {},
  });
  const start = async () => {
    connect({ phone: undefined });
    done.length = 0;
    const running = [new Running(ReasonsView, host("reasons")), new Running(CodeView, host("code"))];
    connect({ phone });
    await settled();
    mock.timers.tick(500);
    assert.deepEqual(done, ["code waits", "code waits", "code open", "draw"]);
    return () => {
      running.forEach((one) => one.stop());
      connect({ phone: undefined });
      mock.timers.tick(50);
    };
  };
  const stop = await start();
  drawn(true);
  await new Promise(setImmediate);
  assert.deepEqual(done.slice(4), [], "what was drawn is shown first");
  mock.timers.tick(50);
  assert.deepEqual(done.slice(4), ["reasons open"]);
  stop();
  const end = await start();
  mock.timers.tick(500);
  assert.deepEqual(done.slice(4), []);
  mock.timers.tick(50);
  assert.deepEqual(done.slice(4), ["reasons open"], "this code is never drawn");
  end();
});

test("a code that comes back is drawn again: its canvas is another one", async () => {
  const phone = await it.phoneOf("green-at-home");
  const nobody = await (await it.openFamily()).open("2");
  connect({ phone });
  let drawings = 0;
  const running = new Running(CodeView, {
    show: (_, seen) => seen(),
    draw: async () => {
      drawings += 1;
      return true;
    },
    tell: () => {},
    reveal: () => {},
    clear: () => {},
  });
  await new Promise(setImmediate);
  connect({ phone: nobody });
  await settled();
  connect({ phone });
  await new Promise(setImmediate);
  running.stop();
  assert.equal(drawings, 2, "the same text, in the same second");
});

test("a code says when a colour without an end is expected to change, once it is made", async () => {
  const phone = await it.phoneOf("red-back-from-wuhan");
  mock.timers.enable({ apis: ["setTimeout"] });
  let asked = 0;
  const { until, ...open } = phone.assess();
  const foresee = () => {
    asked += 1;
    return phone.foresee();
  };
  connect({ phone: Object.assign(Object.create(phone) as typeof phone, { assess: () => open, foresee }) });
  const around = context();
  const view = new CodeView(around);
  await settled();
  assert.equal(view.data().shown, true);
  assert.doesNotMatch(view.data().under, /预计/);
  assert.equal(asked, 0);
  await foretold();
  assert.match(view.data().under, /^预计持续到2月16日/);
  assert.deepEqual([asked, around.heard.updates], [1, 2], "after the code itself");
  it.state.now += RENEWAL;
  await view.tick();
  await foretold();
  assert.equal(asked, 1, "the same assessment has the same end");
  assert.ok(until);
  connect({ phone: Object.assign(Object.create(phone) as typeof phone, { foresee }) });
  new CodeView(context());
  await foretold();
  assert.equal(asked, 1, "an end that is known is not looked for");
});

test("a code says when what it stands on is too old, and what kept it so", async () => {
  mock.timers.enable({ apis: ["Date"], now: NOW });
  connect({ phone: await it.phoneOf("green-at-home") });
  const view = new CodeView(context());
  await settled();
  assert.equal(view.data().stale, false);
  it.state.now += 3 * DAY;
  mock.timers.tick(3 * DAY);
  it.state.online = false;
  await view.tick();
  const data = view.data();
  assert.equal(data.stale, true);
  assert.ok(
    data.notices.some((notice) => notice.startsWith("一天有效的证书已在2月13日 09:00过期")),
    data.notices.join(),
  );
  assert.equal(data.shown, false);
  assert.match(data.problem, /证书已过期/);
  await new Promise(setImmediate);
  assert.match(view.data().notRenewed, /连不上服务器/, "it has asked by itself");
  it.state.online = true;
  await view.on.refresh();
  assert.match(view.data().notRenewed, /证书已过期/, "this issuer has nothing newer");
});

test("without a code the card is neutral, and says what the rules give nevertheless", async () => {
  mock.timers.enable({ apis: ["Date"], now: NOW });
  const phone = await it.phoneOf("green-at-home");
  connect({ phone });
  const view = new CodeView(context());
  await settled();
  assert.deepEqual([view.data().colour, view.data().word], ["green", "绿码"]);
  it.state.online = false;
  it.state.now += DAY;
  mock.timers.tick(DAY);
  await view.tick();
  assert.equal(phone.assess().colour, "green");
  const { shown, colour, word, under } = view.data();
  assert.deepEqual([shown, colour, word], [false, "grey", "暂时无法出示健康码"]);
  assert.equal(under, "手机判定为绿码；能出示健康码时才算数。");
  prefer({ language: "en" });
  assert.equal(view.data().word, "No code right now");
  assert.equal(view.data().under, "Your phone says green. This counts only while you can show a code.");
});

test("from six hours before a code can no longer be shown, it says so, but not to whoever is online", async () => {
  const HOUR = DAY / 24;
  mock.timers.enable({ apis: ["Date"], now: NOW });
  const phone = await it.phoneOf("green-at-home");
  connect({ phone });
  const view = new CodeView(context());
  await settled();
  const expires = Date.parse(phone.file("day-certificate")?.expires ?? "");
  const at = async (moment: number) => {
    const passed = moment - it.state.now;
    it.state.now = moment;
    mock.timers.tick(passed);
    await view.tick();
    await new Promise(setImmediate);
    return view.data();
  };
  assert.equal(phone.certificateDue(), false);
  await at(expires - 8 * HOUR + 1_000);
  assert.equal(phone.certificateDue(), true, "whoever is online has another before that");
  it.state.online = false;
  assert.equal((await at(expires - 6 * HOUR - 1_000)).ending, "");
  const warned = await at(expires - 6 * HOUR);
  assert.equal(warned.ending, "请在2月13日 09:00前联网更新，过了这个时间就无法出示健康码。");
  assert.deepEqual([warned.stale, warned.notices[0], warned.shown], [true, warned.ending, true]);
  const over = await at(expires);
  assert.deepEqual([over.ending, over.shown], ["", false]);
});

test("who asks for newer data is told how it went, and nobody else is", async () => {
  mock.timers.enable({ apis: ["Date"], now: NOW });
  const phone = await it.phoneOf("green-at-home");
  connect({ phone });
  const view = new CodeView(context());
  await settled();
  const asked = view.on.refresh();
  assert.equal(view.data().retry, "正在更新……");
  await asked;
  assert.match(view.data().refreshed, /^\d\d:\d\d已更新，手机上的数据是最新的。$/);
  it.state.online = false;
  mock.timers.tick(DAY);
  await view.on.refresh();
  assert.equal(view.data().refreshed, "");
  assert.match(view.data().notRenewed, /连不上服务器/);
});

test("a code says what is wrong with clock or storage", async () => {
  const phone = await it.phoneOf("green-at-home");
  connect({ phone });
  const view = new CodeView(context());
  await settled();
  it.state.now += DAY / 24;
  await phone.note();
  it.state.now -= DAY / 48;
  await view.tick();
  assert.match(view.data().notices.join(), /手机的时钟比上次使用时还早/);
});

test("the code fills the screen and no longer, and is drawn anew in its new size", async () => {
  connect({ phone: await it.phoneOf("green-at-home") });
  let drawings = 0;
  const running = new Running(CodeView, {
    show: (_, seen) => seen(),
    draw: async () => {
      drawings += 1;
      return true;
    },
    tell: () => {},
    reveal: () => {},
    clear: () => {},
  });
  await new Promise(setImmediate);
  const data = () => (running.view as CodeView).data();
  assert.deepEqual([data().full, data().size, drawings], ["", "放大二维码", 1]);
  assert.equal(running.view.key?.("Escape", false, 0), false);
  running.handle("enlarge", happened());
  await new Promise(setImmediate);
  assert.deepEqual([data().full, data().size, drawings], ["full", "缩小", 2]);
  assert.equal(running.view.key?.("Escape", false, 1), true);
  await new Promise(setImmediate);
  assert.deepEqual([data().full, drawings], ["", 3]);
  running.handle("enlarge", happened());
  connect({ phone: await it.phoneOf("green-at-home", "2") });
  await settled();
  assert.equal(data().full, "", "another person's code is not");
  running.stop();
});

test("the screen is bright while a code is seen", async () => {
  const view = new CodeView(context());
  await settled();
  view.seen(true);
  connect({ phone: await it.phoneOf("green-at-home") });
  await view.changed();
  assert.equal(it.state.bright, true);
  view.seen(false);
  assert.equal(it.state.bright, false);
});

test("going online is offered where it helps, and not for what will be anyway or for a full storage", async () => {
  const phone = await it.phoneOf("green-at-home");
  connect({ phone });
  const view = new CodeView(context());
  await settled();
  assert.equal(view.data().renewable, false);
  Object.defineProperty(phone, "storageProblem", { value: { code: "storage-full", message: "there is no room" } });
  await view.changed();
  await settled();
  assert.deepEqual([view.data().notices.length > 0, view.data().renewable], [true, false]);
});
