// Faults that should not be: whatever throws around a code, the code on the screen is renewed or goes, and what comes from
// outside finds nothing that every object inherits.
import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, type TestContext, test } from "node:test";
import { Running } from "../src/components/running.js";
import type { Answers, Asked, Problem } from "../src/engine/core/healthcode.js";
import type { Phone } from "../src/phone/phone.js";
import { errorText, knownCodes, problemOf, problemText } from "../src/texts/problem.js";
import { CodeView } from "../src/view/code.js";
import { QuestionnaireDraft } from "../src/view/draft.js";
import { answerInWords } from "../src/view/explain/fact.js";
import { connect, listen } from "../src/view/session.js";
import { NOW, world } from "./phone.js";

const VALID = 60_000;
const INHERITED = ["toString", "__proto__", "constructor", "hasOwnProperty", "valueOf"];

let it: ReturnType<typeof world>;
beforeEach(() => {
  it = world();
});
afterEach(() => {
  connect({ phone: undefined, problem: undefined });
  mock.timers.reset();
});

/** A code in a page whose seconds the test counts, and what its host heard of faults. */
function page(t: TestContext) {
  mock.timers.enable({ apis: ["setInterval", "Date"], now: NOW });
  const told: unknown[] = [];
  t.mock.method(globalThis, "setTimeout", (act: () => void, after: number) => {
    if (after !== 0) return;
    try {
      act();
    } catch (thrown) {
      told.push(thrown);
    }
  });
  const screen: { code: string | undefined; drawing: () => Promise<boolean> } = {
    code: undefined,
    drawing: async () => true,
  };
  const start = () =>
    new Running(CodeView, {
      show: (view, seen) => {
        if (!(view.data() as { shown: boolean }).shown) screen.code = undefined;
        seen();
      },
      draw: async (text) => {
        const drawn = await screen.drawing();
        if (drawn) screen.code = text;
        return drawn;
      },
      clear: () => {
        screen.code = undefined;
      },
      tell: () => {},
      reveal: () => {},
    });
  const made = new Map<string, number>();
  /** Lets seconds pass; no code may be seen for longer than it is valid. Returns how many seconds there was one. */
  const pass = async (seconds: number): Promise<number> => {
    let seen = 0;
    for (let second = 0; second < seconds; second += 1) {
      it.state.now += 1_000;
      mock.timers.tick(1_000);
      for (let turn = 0; turn < 3; turn += 1) await Promise.resolve();
      await new Promise(setImmediate);
      if (screen.code === undefined) continue;
      seen += 1;
      if (!made.has(screen.code)) made.set(screen.code, it.state.now);
      const age = it.state.now - (made.get(screen.code) ?? 0);
      assert.ok(age <= VALID, `a code is on the screen for ${age} ms`);
    }
    return seen;
  };
  return { screen, told, start, pass, made };
}

for (const [what, fault] of [
  ["the decision", (phone) => mock.method(phone, "assess", fails)],
  ["the code", (phone) => mock.method(phone, "show", fails)],
  ["the clock", (phone) => mock.method(phone, "now", fails)],
  ["a clock that tells no number", (phone) => mock.method(phone, "now", () => Number.NaN)],
  ["the texts", () => mock.method(CodeView.prototype, "data", fails)],
  ["the view", () => mock.method(CodeView.prototype, "tick", fails)],
  ["a view that stands still", () => mock.method(CodeView.prototype, "tick", () => {})],
  ["what the view draws", () => mock.method(CodeView.prototype, "qr", fails)],
] satisfies [string, (phone: Phone) => { mock: { restore(): void } }][]) {
  test(`a code is renewed or goes, and comes again: a fault of ${what}`, async (t) => {
    const phone = await it.phoneOf("green-at-home");
    const { screen, told, start, pass, made } = page(t);
    connect({ phone });
    const running = start();
    assert.equal(await pass(90), 90);
    assert.ok(made.size >= 3, `${made.size} codes`);
    const broken = fault(phone);
    const before = made.size;
    await pass(150);
    assert.equal(screen.code, undefined, "what is no longer valid is gone");
    assert.equal(made.size, before);
    broken.mock.restore();
    await pass(2);
    assert.notEqual(screen.code, undefined, "the next second has one again");
    assert.equal(await pass(60), 60);
    for (const thrown of told) assert.equal((thrown as Error).message, "a fault");
    // One second's fault.
    const once = fault(phone);
    await pass(1);
    once.mock.restore();
    await pass(2);
    assert.equal(await pass(60), 60);
    running.stop();
  });
}

function fails(): never {
  throw new Error("a fault");
}

test("a drawing that fails is tried again, and no other", async (t) => {
  const phone = await it.phoneOf("green-at-home");
  const { screen, told, start, pass } = page(t);
  connect({ phone });
  const running = start();
  await pass(5);
  screen.drawing = () => Promise.reject(new Error("no canvas"));
  await pass(100);
  assert.equal(screen.code, undefined);
  assert.ok(told.length > 0, "the host hears of it");
  screen.drawing = async () => true;
  await pass(2);
  assert.equal(await pass(100), 100);
  running.stop();
});

test("one listener's fault keeps nothing from the others", async (t) => {
  const phone = await it.phoneOf("green-at-home");
  const { told, start, pass } = page(t);
  const deaf = listen(fails);
  t.mock.method(phone.adaptors.screen, "bright", fails);
  const running = start();
  connect({ phone });
  assert.equal(await pass(90), 90);
  assert.ok(told.length > 0);
  deaf();
  running.stop();
});

test("a fault of the phone is told in the place of the code", async (t) => {
  const phone = await it.phoneOf("green-at-home");
  const { start, pass } = page(t);
  connect({ phone });
  const running = start();
  await pass(1);
  const { mock: broken } = t.mock.method(phone, "assess", fails);
  await pass(31);
  const data = running.view.data() as { shown: boolean; problem: string; colour: string };
  assert.deepEqual([data.shown, data.colour], [false, "grey"]);
  assert.equal(data.problem, problemText({ code: "package-fault" }, "zh"));
  broken.restore();
  running.stop();
});

test("a code from outside finds no text that every object inherits", () => {
  for (const code of [...INHERITED, "$&", "$`", "{code}"]) {
    const { says, todo } = errorText(code);
    assert.ok(says.en.includes(code) && says["zh-Hans"].includes(code), code);
    assert.equal(todo, undefined);
  }
  const long = `${"x".repeat(100_000)}\u202e`;
  const text = problemText({ code: `\u202e${long}` }, "en");
  assert.ok(text.length < 300 && !text.includes("\u202e"), text);
});

test("what is thrown is taken as far as it is a code and a line", () => {
  const thrown = (code: unknown, message = "it failed") => Object.assign(new Error(message), { code });
  for (const code of ["toString", "__proto__", "x".repeat(65), "ENOENT", "with space", "", 7, {}])
    assert.deepEqual(problemOf(thrown(code)), { code: "package-fault", message: "it failed" });
  assert.equal(problemOf(thrown("x".repeat(64))).code.length, 64);
  assert.equal(problemOf(thrown("storage-full")).code, "storage-full");
  const { message }: Problem = problemOf(
    thrown("storage-full", `a\u0000b\u202ec\ud800d\u{e0041}e🙂${"x".repeat(1_000)}`),
  );
  assert.equal(message.slice(0, 13), "a�b�c�d�e🙂xx");
  assert.equal(message.length, 300);
  assert.equal(problemOf(thrown("storage-full", `${"x".repeat(299)}🙂`)).message, `${"x".repeat(299)}�…`);
  assert.equal(problemOf(Object.assign(new Error(), { message: { toString: fails } })).code, "package-fault");
});

test("a question may be called `constructor`", () => {
  const asked = {
    id: "constructor",
    type: "one-of",
    text: { "zh-Hans": "问？", en: "Q?" },
    options: [],
    required: true,
  };
  const question = asked as unknown as Asked;
  assert.equal(answerInWords(question, {}), "");
  const given: Answers[] = [];
  const questions = (answers: Answers) => {
    given.push(answers);
    return { questions: [question], faults: [] };
  };
  const draft = new QuestionnaireDraft({ questions }, { at: "2020-02-20T08:00:00Z", answers: {} });
  assert.equal(draft.drafts.size, 0);
  assert.deepEqual(draft.answers(), {});
});

test("a fault in an answer is said with the bounds of its question, and without it has no braces", () => {
  const asked: Asked = {
    id: "temperature",
    type: "number",
    text: { "zh-Hans": "？", en: "?" },
    required: true,
    options: [{ id: "none", text: { "zh-Hans": "都没有", en: "None of these" }, alone: true }],
    number: { unit: "°C", decimals: 1, least: 34, most: 43 },
    daysBack: 14,
    placeDigits: 9,
  };
  for (const [code, zh, en] of [
    ["answer-out-of-range", "34到43°C", "from 34 to 43 °C"],
    ["answer-too-precise", "最多填1位小数", "allowed is 1."],
    ["answer-not-alone", "“都没有”", "“None of these”"],
    ["answer-date-too-early", "14天", "14 days"],
    ["answer-place-too-wide", "街道、乡镇", "subdistrict or township"],
  ] as const) {
    assert.ok(problemText({ code }, "zh", asked).includes(zh), code);
    assert.ok(problemText({ code }, "en", asked).includes(en), code);
  }
  const junk: unknown[] = [
    undefined,
    null,
    7,
    {},
    { options: 5, number: { least: {} } },
    { options: [{ alone: true }] },
  ];
  for (const code of knownCodes())
    for (const question of junk)
      for (const language of ["zh", "en"]) {
        const said = problemText({ code }, language, question as Asked);
        assert.doesNotMatch(said, /[{}]/, code);
        assert.match(said, /[.。]$/, code);
      }
});
