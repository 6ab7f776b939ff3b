// A guard's morning: scanners that type, a camera that sees more than the code, and a checkpoint's own troubles.
import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { CheckpointView } from "../src/view/checkpoint.js";
import { Gate } from "../src/view/gate.js";
import type { Phone } from "../src/view/phone.js";
import { connect, prefer } from "../src/view/session.js";
import { verdictInWords } from "../src/view/verdict.js";
import { context, NOW, world } from "./phone.js";

let it: ReturnType<typeof world>;
beforeEach(() => {
  mock.timers.enable({ apis: ["Date"], now: NOW });
  it = world();
});
afterEach(() => {
  mock.timers.reset();
  connect({ phone: undefined, checkpoint: undefined, challenge: false });
  prefer({ language: "zh-Hans" });
});

async function codeOf(phone: Phone): Promise<string> {
  const shown = await phone.show();
  assert.ok(shown.result === "shown");
  return shown.code.text;
}

/** The texts of a green and a yellow code. */
async function codes(): Promise<[string, string]> {
  return [await codeOf(await it.phoneOf("green-at-home")), await codeOf(await it.phoneOf("yellow-cough", "2"))];
}

async function openGate() {
  const checkpoint = await it.openCheckpoint();
  await checkpoint.refresh();
  connect({ checkpoint });
  return checkpoint;
}

/** A component into which a scanner types; returns how many keys the page was to get. */
function typing(view: CheckpointView) {
  return (text: string, end = "Enter", inField = false): number => {
    let others = 0;
    for (const key of [...text, end]) {
      if (key === key.toUpperCase() && /[A-Z]/.test(key) && key.length === 1) view.key("Shift", inField, Date.now());
      if (!view.key(key, inField, Date.now())) others += 1;
      mock.timers.tick(2);
    }
    return others;
  };
}

test("a scanner that types is read anywhere on the page, with what it adds, in place of the verdict that stands", async () => {
  const [green, yellow] = await codes();
  await openGate();
  const view = new CheckpointView(context());
  const type = typing(view);
  const word = () => view.data().word;
  assert.equal(type(green), "JK1".length, "nothing else happens by the keys of a code");
  assert.deepEqual([word(), view.data().first], ["绿码", "核对证件后放行"]);
  type(`]Q1${yellow}`, "Tab");
  assert.deepEqual([word(), view.data().before], ["黄码", ""], "the next person's code takes the last one's place");
  type(`]q1\\000026${green.toLowerCase()}`);
  assert.equal(word(), "绿码", "with Caps Lock on");
  assert.match(view.data().before, /出示过/, "the same code, however it was scanned");
  type(`x ${yellow}`);
  assert.equal(word(), "黄码", "keys that were pressed before do not matter");
  view.on.next();
  assert.equal(type("HELLO WORLD"), 12, "what is no code is left to the page");
  assert.equal(type("https://example.org/"), 21);
  assert.equal(view.data().given, false);
  const broken = Date.now();
  for (const key of green.slice(0, 50)) view.key(key, false, broken);
  mock.timers.tick(2_500);
  assert.equal(view.key("Enter", false, Date.now()), false, "a scan that broke off is over");
  for (const key of green) view.key(key, false, broken);
  mock.timers.tick(2_500);
  assert.equal(view.key("Enter", false, broken + 5), true, "a page that hears keys late heard no pause");
  assert.equal(word(), "绿码");
  view.on.next();
  type(green);
  assert.equal(word(), "绿码");
});

test("a scan that was typed into the field is judged by its end, and the field is empty again", async () => {
  const [green, yellow] = await codes();
  await openGate();
  const view = new CheckpointView(context());
  assert.equal(typing(view)(green, "Enter", true), green.length, "only the end is not the field's");
  assert.equal(view.data().word, "绿码");
  view.on.next();
  // A mini-program hears no keys.
  view.on.type({ data: {}, value: yellow });
  assert.equal(view.data().given, false);
  const { pasted } = view.data();
  view.on.type({ data: {}, value: `${yellow}\n` });
  assert.equal(view.data().word, "黄码");
  assert.notEqual(view.data().pasted, pasted, "it is cleared by another value");
  view.on.next();
  view.on.type({ data: {}, value: "a note\n" });
  assert.equal(view.data().given, false);
});

/** A gate with a camera, and the words of its verdicts. */
function watching(checkpoint: Awaited<ReturnType<typeof openGate>>) {
  const words: string[] = [];
  const gate = new Gate({
    checkpoint: () => checkpoint,
    asks: () => false,
    update: () => undefined,
    judged: (verdict) => words.push(verdictInWords(verdict).word),
  });
  const look = (texts: string[], times = 1) => {
    for (let time = 0; time < times; time += 1) {
      gate.look(texts);
      mock.timers.tick(120);
    }
  };
  return { gate, words, look };
}

test("a symbol that is full of digits is no code, wherever it is held up, and the next code is judged", async () => {
  const [green, yellow] = await codes();
  const checkpoint = await openGate();
  const { words, look } = watching(checkpoint);
  for (const full of ["7".repeat(7_089), `JK1:${"7".repeat(7_000)}`]) {
    assert.equal(checkpoint.codeIn(full), undefined);
    look([full], 3);
    look([full, "https://menu.example/"], 3);
    const view = new CheckpointView(context());
    view.on.type({ data: {}, value: `${full}\n` });
    assert.equal(view.data().given, false);
    view.on.verify();
    assert.equal(view.data().code, "原因代码 text-too-long");
  }
  assert.deepEqual(words, []);
  look([green]);
  look(["7".repeat(7_089), yellow]);
  assert.deepEqual(words, ["绿码", "黄码"]);
});

test("a camera judges codes and nothing else, and the next code replaces the verdict", async () => {
  const [green, yellow] = await codes();
  const { gate, words, look } = watching(await openGate());
  look(["https://menu.example/"], 20);
  assert.deepEqual([words, gate.given], [[], undefined], "a menu is no verdict");
  look(["https://menu.example/", green], 20);
  look([green, "wxp://pay"], 20);
  assert.deepEqual(words, ["绿码"], "a code that is held up gets one");
  look([yellow], 5);
  assert.deepEqual(words, ["绿码", "黄码"]);
  look([], 20);
  look([yellow]);
  assert.deepEqual(words, ["绿码", "黄码", "黄码"], "held up again, it is told");
});

test("two codes in view are told, and neither gets a verdict", async () => {
  const [green, yellow] = await codes();
  const { gate, words, look } = watching(await openGate());
  look([green, yellow], 5);
  assert.deepEqual([words, gate.problem?.code], [[], "scan-two-codes"]);
  look([`]Q1${green}`, green]);
  assert.deepEqual([words, gate.problem], [["绿码"], undefined], "one code twice is one code");
  look([green, yellow], 5);
  assert.deepEqual([words, gate.problem?.code], [["绿码"], "scan-two-codes"], "the verdict stands, and it is told");
  look([yellow]);
  assert.deepEqual([words, gate.problem], [["绿码", "黄码"], undefined]);
});

test("what could not be read is scanned again, and refuses nobody", async () => {
  const [green] = await codes();
  await openGate();
  const view = new CheckpointView(context());
  for (const [text, code] of [
    [green.slice(0, 184), "cbor-truncated"],
    [green.replace("A", "_"), "text-damaged"],
    ["https://example.org/", "text-not-a-health-code"],
  ] as const) {
    const headline = code === "text-not-a-health-code" ? "不是健康码" : "请再扫一次";
    view.on.type({ data: {}, value: text });
    view.on.verify();
    const { sign, word, first, code: told } = view.data();
    assert.deepEqual([sign, word, first, told], ["grey", headline, "", `原因代码 ${code}`]);
  }
});

test("an expired trust list is the checkpoint's own trouble, and being offline is none", async () => {
  const [green] = await codes();
  const checkpoint = await openGate();
  const view = new CheckpointView(context());
  it.state.online = false;
  await view.on.refresh();
  const offline = view.data();
  assert.match(offline.calm, /暂时连不上服务器；本机的信任名单仍然有效/);
  assert.deepEqual([offline.fault, offline.closed, offline.idle], ["", "", false]);
  it.state.now = Date.parse(checkpoint.trust?.expires ?? "") + 10 * 86_400_000;
  const closed = view.data();
  assert.match(closed.closed, /^信任名单已在.+过期。与出示健康码的人无关，请联网更新。$/);
  assert.deepEqual([closed.closedWord, closed.idle, closed.trust], ["本机暂时无法核验", true, ""]);
  typing(view)(green);
  assert.deepEqual([view.data().given, view.data().problem.slice(0, 14)], [false, "检查点没有有效的信任名单。请"]);
  prefer({ language: "en" });
  assert.match(view.data().closed, /^Its trust list expired on .+\. The people showing codes are not at fault\./);
});
