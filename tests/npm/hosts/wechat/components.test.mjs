// The compiled components in WeChat's own test tool (miniprogram-simulate), on a phone in Node's memory.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { brotliDecompressSync } from "node:zlib";
import { JSDOM } from "jsdom";
import { serve } from "../../../browser/server.mjs";
import { healthcode } from "../package.mjs";
import { work } from "../places.mjs";

const require = createRequire(import.meta.url);
const installed = join(work, "wechat-compiled", "miniprogram_npm", "healthcode");

const { window } = new JSDOM("<!doctype html><body></body>", { pretendToBeVisual: true });
for (const name of [
  "document",
  "HTMLElement",
  "Node",
  "Event",
  "CustomEvent",
  "TouchEvent",
  "getComputedStyle",
  "MutationObserver",
])
  globalThis[name] = window[name];
globalThis.window = window;
const simulate = require("miniprogram-simulate");
globalThis.wx ??= {};
Object.assign(globalThis.wx, {
  getWindowInfo: () => ({ pixelRatio: 2 }),
  getSystemInfoSync: () => ({ pixelRatio: 2 }),
});

let phone;
let family;
let checkpoint;
let open;
const ended = [];
before(async () => {
  const issuer = await serve({ after: (act) => ended.push(act) }, { folder: null });
  const { roots, clock } = await (await fetch(`${issuer.url}/demo.json`)).json();
  const ahead = Date.parse(clock.now) - Date.now();
  // Names of places come with the engine, so it must be the package's own.
  const engine = brotliDecompressSync(await readFile(join(installed, "healthcode.wasm.br")));
  globalThis.WXWebAssembly = { instantiate: (_, imports) => WebAssembly.instantiate(engine, imports) };
  const own = require(join(installed, "index.js"));
  const { random, network } = healthcode.hostAdaptors();
  const options = {
    roots,
    server: issuer.url,
    adaptors: { clock: { now: () => Date.now() + ahead }, storage: own.memoryStorage(), random, network },
  };
  family = await own.openFamily(options);
  checkpoint = await own.openCheckpoint(options);
  phone = await family.open("1");
  await phone.refresh();
  await phone.certify(own.maskIdentity("测试员", "330106190001010000"));
  await phone.addVisit({ place: "3301", arrive: "2020-02-19T08:00:00+08:00", leave: "2020-02-19T09:00:00+08:00" });
  open = require(join(installed, "components.js"));
});
after(async () => {
  open.connect({ phone: undefined, family: undefined, checkpoint: undefined });
  for (const end of ended) await end();
});

function render(t, name) {
  const component = simulate.render(
    simulate.load(join(installed, "components", name, "index"), { rootPath: installed }),
  );
  const parent = document.createElement("div");
  component.attach(parent);
  t.after(() => component.detach());
  return { component, text: () => parent.textContent };
}

test("a component waits for a phone, and says why there is none", async (t) => {
  open.connect({ phone: undefined, problem: undefined });
  const { text } = render(t, "code");
  assert.match(text(), /正在打开/);
  open.connect({ problem: { code: "engine-missing", message: "" } });
  await simulate.sleep(10);
  assert.ok(text().includes(healthcode.problemText({ code: "engine-missing", message: "" }, "zh-Hans")), text());
  open.connect({ problem: undefined });
});

test("the questionnaire asks what the rules ask, and marks what is missing", async (t) => {
  open.connect({ phone });
  const { component, text } = render(t, "questionnaire");
  await simulate.sleep(10);
  const { questions } = phone.questions({});
  for (const question of questions) assert.ok(text().includes(question.text["zh-Hans"]), question.id);
  component.querySelector(".primary").dispatchEvent("tap");
  await simulate.sleep(50);
  assert.equal(component.querySelectorAll(".question.wrong").length, questions.length);
});

test("the code changes its words with the language, and tells its colour in words", async (t) => {
  await phone.report({
    residence: "resident",
    home: "330106",
    temperature: 36.5,
    symptoms: ["none"],
    household_ill: false,
    contact: false,
    been_away: false,
  });
  open.connect({ phone });
  const { component, text } = render(t, "code");
  await simulate.sleep(10);
  assert.match(text(), /绿码/);
  open.prefer({ language: "en", large: true });
  await simulate.sleep(10);
  assert.match(text(), /Green/);
  assert.ok(component.querySelector(".large"), "larger type");
  open.prefer({ language: "zh-Hans", large: false });
});

/** What each component says when it has what it needs, in Chinese and in English. */
const SAYS = {
  code: [/绿码/, /Green/],
  questionnaire: [/今日填报/, /Today’s report/],
  reasons: [/为什么是这个颜色/, /Why this colour/],
  diary: [/行程记录[\s\S]*杭州市/, /Diary of visits[\s\S]*Hangzhou/],
  report: [/已连续填报1天/, /1 day in a row/],
  itinerary: [/行程卡[\s\S]*杭州市/, /Itinerary card[\s\S]*Hangzhou/],
  family: [/家人[\s\S]*\*\*员/, /Family[\s\S]*\*\*员/],
  checkpoint: [/核验/, /Verify/],
};

for (const [name, [chinese, english]] of Object.entries(SAYS)) {
  test(`${name}: waits, then says what it has in both languages`, async (t) => {
    open.connect({ phone: undefined, family: undefined, checkpoint: undefined });
    const { text } = render(t, name);
    // What stands around a code comes after it.
    const says = async (what) => {
      for (let wait = 0; wait < 100 && !what.test(text()); wait += 1) await simulate.sleep(20);
      assert.match(text(), what);
    };
    await says(/正在打开/);
    open.connect({ phone, family, checkpoint });
    await says(chinese);
    open.prefer({ language: "en" });
    await says(english);
    assert.doesNotMatch(text().replaceAll("**员", ""), /[\u4e00-\u9fff]/);
    open.prefer({ language: "zh-Hans" });
  });
}
