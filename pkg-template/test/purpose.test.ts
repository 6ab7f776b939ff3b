// What a code is for, and a checkpoint that asks for one use and not for another.
import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import type { Judgement } from "../src/phone/challenge.js";
import { heldTo } from "../src/phone/purpose.js";
import { CheckpointView } from "../src/view/checkpoint.js";
import { connect, prefer } from "../src/view/session.js";
import { verdictText } from "../src/view/verdict-text.js";
import { cleared, context, happened, NOW, world } from "./phone.js";

let it: ReturnType<typeof world>;
beforeEach(() => {
  it = world();
});
afterEach(async () => {
  connect({ purposes: undefined });
  await cleared();
});

/** A checkpoint with its files, its component, and a code of the everyday rules of 3301. */
async function gate() {
  const phone = await it.phoneOf("green-at-home");
  const checkpoint = await it.openCheckpoint();
  await checkpoint.refresh();
  connect({ checkpoint });
  const around = context();
  const view = new CheckpointView(around);
  const code = async () => {
    const shown = await phone.show();
    assert.ok(shown.result === "shown");
    return shown.code.text;
  };
  const judge = (text: string, picture?: boolean) => {
    view.judge(text, picture);
    return view.data();
  };
  return { phone, checkpoint, around, view, code, judge };
}

test("every accepted code says what it is for, and a gate takes none for anything else", async () => {
  const { checkpoint, view, code, judge, around } = await gate();
  const text = await code();
  for (const purpose of ["any", "everyday", "3301"]) {
    checkpoint.purpose = purpose;
    const { sign, use, first } = judge(text);
    assert.deepEqual([sign, first], ["green", "核对证件后放行"], purpose);
    assert.match(use, /^用途：日常通行（.*杭州市）$/);
  }
  for (const purpose of ["hospital", "44/hospital", "3301/hospital", "33", "4401", "KR", "care-home"]) {
    checkpoint.purpose = purpose;
    const { sign, word, first, use, cause, todo, name, digits, code } = judge(text);
    assert.deepEqual([sign, word, first, use], ["grey", "用途不符", "不要放行", ""], purpose);
    assert.deepEqual([name, digits, code], ["", "", "原因代码 gate-other-purpose"]);
    assert.match(cause, /^这是“日常通行（.*杭州市）”的码，这里要看的是“.+”的码。$/);
    assert.match(todo, /^请对方打开“.+”的健康码，再扫一次；在此之前不要放行。$/);
  }
  assert.match(judge(text).cause, /“care-home”的码。$/, "what has no name of its own");
  assert.deepEqual(around.heard.details.slice(-1), [{ sign: "grey", counts: "no" }]);

  prefer({ language: "en" });
  checkpoint.purpose = "hospital";
  const { word, cause } = judge(text);
  assert.equal(word, "Wrong purpose");
  assert.match(
    cause,
    /^This code is for “Everyday use \(.*Hangzhou.*\)”; this checkpoint asks for “Hospital visit”\.$/,
  );
  assert.match(
    verdictText(checkpoint.verify(text), "en"),
    /^Wrong purpose\. Do not let them through\. .*Hospital visit/,
  );
  view.on.next();
});

test("a code by rules that the checkpoint does not know says so, and is for nothing that is asked", async () => {
  const { ask } = it.network;
  const { phone, checkpoint } = await gate();
  const shown = await phone.show();
  assert.ok(shown.result === "shown");
  const other = await it.openCheckpoint();
  it.network.ask = async (request) =>
    request.url === "/manifest" ? { status: 404, body: new Uint8Array() } : ask(request);
  it.state.stored.clear();
  const unaware = await it.openCheckpoint();
  await unaware.refresh();
  const verdict = unaware.verify(shown.code.text);
  assert.ok(verdict.verdict === "accepted" && verdict.rules.named === undefined);
  assert.match(verdictText(verdict, "zh"), /^绿码。用途不明：规则不在本机的发布清单里。/);
  unaware.purpose = "everyday";
  const held = unaware.verify(shown.code.text);
  assert.ok(held.verdict === "undecided");
  assert.deepEqual([held.code, held.stage, "name" in held], ["gate-unknown-purpose", "content", false]);
  assert.match(
    verdictText(held, "zh"),
    /^用途不明。不要放行。这里要看的是“日常通行”的码。看不出.+请本机和对方手机都联网更新/,
  );
  for (const one of [checkpoint, other, unaware]) one.close();
});

test("a purpose is that of its region, where the gate names one", async () => {
  const { checkpoint, code } = await gate();
  const verdict = checkpoint.verify(await code());
  assert.ok(verdict.verdict === "accepted");
  const of = (region: string | undefined, purpose?: string): Judgement & { verdict: "accepted" } => {
    const named = { id: "a", version: 1, ...(region ? { region } : {}), ...(purpose ? { purpose } : {}) };
    return { ...verdict, rules: { hash: verdict.rules.hash, named } };
  };
  for (const [wanted, taken, refused] of [
    ["everyday", [of("3301"), of(undefined)], [of("44", "hospital"), of(undefined, "everyday")]],
    ["arrival", [of(undefined, "arrival"), of("KR", "arrival")], [of("KR"), of("KR", "school")]],
    ["00/arrival", [of(undefined, "arrival")], [of("KR", "arrival"), of(undefined)]],
    ["00", [of(undefined)], [of("3301"), of(undefined, "arrival")]],
  ] as const) {
    for (const one of taken) assert.equal(heldTo(wanted, one), one, wanted);
    for (const one of refused) assert.equal(heldTo(wanted, one).verdict, "undecided", wanted);
  }
});

test("what a checkpoint asks is chosen in its component, told to the app, and nothing else", async () => {
  const { checkpoint, around, view, code, judge } = await gate();
  assert.deepEqual([view.data().chooses, view.data().wanted], [true, "不限用途"]);
  assert.deepEqual(view.data().offered, ["日常通行", "医院就诊与陪护", "学校", "入境", "传染病接触后监测", "不限用途"]);
  judge(await code());
  view.on.want(happened({}, "1"));
  assert.deepEqual([checkpoint.purpose, view.data().offer, view.data().given], ["hospital", 1, false]);
  assert.deepEqual(
    [around.heard.told.slice(-1), around.heard.details.slice(-1)],
    [["purpose"], [{ purpose: "hospital" }]],
  );
  connect({ purposes: ["44/hospital"] });
  checkpoint.purpose = "44/hospital";
  assert.equal(view.data().chooses, false);
  assert.match(view.data().wanted, /^医院就诊与陪护（广东/);
  checkpoint.purpose = "school";
  assert.deepEqual([view.data().chooses, view.data().offer], [true, 0], "what it asks is always among them");
  for (const wrong of ["", "Hospital", "44/", "hospital/44", "x".repeat(13), 44, null]) {
    assert.throws(() => Object.assign(checkpoint, { purpose: wrong }), { code: "misuse-argument" }, String(wrong));
    assert.throws(() => connect({ purposes: [wrong as string] }), { code: "misuse-argument" }, String(wrong));
  }
  assert.equal(checkpoint.purpose, "school");
});

test("people are counted: not the same code again, nor what is no health code", async () => {
  const { around, code, judge } = await gate();
  const counts = () => around.heard.details.map((detail) => detail?.counts);
  const text = await code();
  judge(text);
  judge(`]Q1${text}`);
  judge("HTTPS://MENU.EXAMPLE/");
  judge("JK1:JK");
  it.state.now += 31_000;
  judge(await code());
  assert.deepEqual(counts(), ["yes", "no", "no", "no", "yes"]);
});

test("a code out of an image is no phone, and verifying nothing says what is missing", async () => {
  const { view, code, judge } = await gate();
  const text = await code();
  const { sign, first, picture } = judge(text, true);
  assert.deepEqual([sign, first], ["green", "先看对方的手机：时间在走、是同一个码，再放行"]);
  assert.match(picture, /只供测试和记录/);
  assert.equal(judge(text).picture, "");
  view.on.next();
  view.on.verify();
  assert.equal(view.data().problem, "请先粘贴或输入健康码的文字。");
  view.on.type(happened({}, "JK1"));
  assert.equal(view.data().problem, "");
});

test("a verdict stands while its details are read, and not for ever", async () => {
  mock.timers.enable({ apis: ["Date"], now: NOW });
  const { view, code, judge } = await gate();
  judge(await code());
  mock.timers.tick(15_000);
  view.on.unfold();
  mock.timers.tick(100_000);
  await view.tick();
  assert.deepEqual([view.data().given, view.data().resets], [true, "20秒后自动清除"]);
  view.on.unfold();
  mock.timers.tick(19_000);
  await view.tick();
  assert.equal(view.data().given, true, "from then on it has its time again");
  view.on.unfold();
  mock.timers.tick(120_000);
  await view.tick();
  assert.deepEqual([view.data().given, view.data().name, view.data().more], [false, "", false]);
});
