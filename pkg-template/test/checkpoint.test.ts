// What a checkpoint says of a code, and that it keeps nothing.
import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { CheckpointView } from "../src/view/checkpoint.js";
import { connect, prefer } from "../src/view/session.js";
import { verdictText } from "../src/view/verdict-text.js";
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
  assert.deepEqual([refused.sign, refused.first], ["refused", "先不要放行，请再扫一次或核对输入的文字"]);
  assert.deepEqual([refused.name, refused.digits, refused.issuer, refused.holder], ["", "", [], []]);
  assert.notEqual(refused.cause, "");
  view.seen(false);
  assert.equal(view.data().given, false, "nobody finds it when the page comes back");
});

test("whatever one wrong character does to a code, it is first to be scanned or typed again, and nobody is let through", async () => {
  const phone = await it.phoneOf("yellow-cough");
  const checkpoint = await it.openCheckpoint();
  await checkpoint.refresh();
  connect({ checkpoint });
  prefer({ language: "en" });
  const view = new CheckpointView(context());
  const shown = await phone.show();
  assert.ok(shown.result === "shown");
  const { text } = shown.code;
  const met = new Set<string>();
  for (let at = 4; at < text.length; at += 1) {
    const wrong = text[at] === "A" ? "B" : "A";
    const typed = text.slice(0, at) + wrong + text.slice(at + 1);
    const verdict = checkpoint.verify(typed);
    assert.equal(verdict.verdict, "refused");
    met.add(verdict.code);
    view.on.type(happened({}, typed));
    view.on.verify();
    const { word, first, cause, todo } = view.data();
    assert.match(`${word}. ${first}. ${todo}`, /[Ss]can (it )?again/, verdict.code);
    const said = [word, first, cause, todo].join(" ");
    assert.doesNotMatch(
      said,
      /let them through(?! yet|\.$)|recognised|the file|Go online|duplicate|order|required/,
      verdict.code,
    );
    assert.ok(verdictText(verdict, "en").includes(cause), verdict.code);
    if (verdict.code === "file-unknown-key")
      assert.equal(
        verdictText(verdict, "zh"),
        "不接受。先不要放行，请再扫一次或核对输入的文字。读到的内容与签名对不上：可能没扫清楚或输错了，也可能被改动过，或来自别的系统。" +
          "如果还是这样，请按当地规定人工核查，或请对方联系卫生部门；在此之前不要放行。",
      );
  }
  for (const code of ["file-unknown-key", "file-bad-signature", "code-bad-signature"]) assert.ok(met.has(code), code);
  assert.ok([...met].some((code) => code.startsWith("cbor-")));
});

test("a verdict as text says what the component says, and that a genuine code is not let in for that alone", async () => {
  const phone = await it.phoneOf("yellow-cough");
  const checkpoint = await it.openCheckpoint();
  await checkpoint.refresh();
  const shown = await phone.show();
  assert.ok(shown.result === "shown");
  const verdict = checkpoint.verify(shown.code.text);
  assert.equal(verdict.verdict, "accepted");
  assert.equal(
    verdictText(verdict, "zh-CN"),
    "黄码。用途：日常通行（杭州市）。已核验，是真码。先不要放行，按当地对黄码的规定处理。",
  );
  const again = verdictText(checkpoint.verify(shown.code.text), "en");
  assert.match(
    again,
    /^Yellow[^.]*\. For: Everyday use \([^)]*Hangzhou[^)]*\)\. Verified: a genuine code\. Do not let them through yet; [^.]*\. Shown before, at 09:00:00\. /,
  );
  assert.equal(
    verdictText({ ...verdict, colour: "green" }, "en").split(". ")[3],
    "Check the document, then let them through.",
  );
  for (const given of [
    undefined,
    {},
    "accepted",
    { verdict: "accepted" },
    { verdict: "refused", code: "text-damaged" },
  ])
    assert.throws(() => verdictText(given as never), { code: "misuse-argument" });
});

test("where nothing can be scanned, nothing offers it: what is typed is verified by the main button", async () => {
  const checkpoint = await it.openCheckpoint();
  await checkpoint.refresh();
  connect({ checkpoint });
  const view = new CheckpointView(context());
  assert.deepEqual([view.data().scans, view.data().main, view.data().title], [true, "", "扫码核验"]);
  Object.assign(checkpoint.adaptors.scan, { able: false });
  assert.deepEqual([view.data().scans, view.data().main, view.data().title], [false, "primary", "核验健康码"]);
  assert.match(view.data().about, /不能用摄像头扫码/);
});

test("a camera that scans on and on gives each code its verdict, tells its sign, and is closed when nobody looks", async () => {
  const phone = await it.phoneOf("green-at-home");
  const checkpoint = await it.openCheckpoint();
  await checkpoint.refresh();
  let see: ((texts: string[]) => void) | undefined;
  let over: ((problem: { code: string; message: string }) => void) | undefined;
  let open = 0;
  Object.assign(checkpoint.adaptors.scan, {
    watch: (seen: typeof see, ended: typeof over) => {
      [see, over] = [seen, ended];
      open += 1;
      return () => {
        open -= 1;
      };
    },
  });
  connect({ phone, checkpoint });
  const around = context();
  const view = new CheckpointView(around);
  assert.equal(view.data().scan, "打开摄像头");
  await view.on.scan();
  assert.deepEqual([open, view.data().scan], [1, "关闭摄像头"]);
  const shown = await phone.show();
  assert.ok(shown.result === "shown");
  see?.(["https://menu.example/", shown.code.text]);
  assert.deepEqual([view.data().verdict, view.sign], ["accepted", "green"]);
  assert.deepEqual([around.heard.told, around.heard.details], [["judged"], [{ sign: "green", counts: "yes" }]]);
  over?.({ code: "scan-lost", message: "the camera was taken away" });
  view.on.next();
  assert.equal(view.data().scan, "打开摄像头");
  open = 0;
  await view.on.scan();
  view.seen(false);
  assert.equal(open, 0);
  view.judge("JK1:JK");
  assert.equal(view.data().verdict, "refused");
  delete (checkpoint.adaptors.scan as { watch?: unknown }).watch;
});
