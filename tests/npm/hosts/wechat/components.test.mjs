// The compiled components in WeChat's own test tool (miniprogram-simulate), on a phone in Node's memory.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, join } from "node:path";
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
  globalThis.WXWebAssembly = {
    instantiate: async (path, imports) =>
      WebAssembly.instantiate(brotliDecompressSync(await readFile(join(installed, basename(path)))), imports),
  };
  const own = require(join(installed, "index.js"));
  const { openCheckpoint } = require(join(installed, "checkpoint.js"));
  const { random, network } = healthcode.hostAdaptors();
  const options = {
    roots,
    server: issuer.url,
    adaptors: { clock: { now: () => Date.now() + ahead }, storage: own.memoryStorage(), random, network },
  };
  family = await own.openFamily(options);
  checkpoint = await openCheckpoint(options);
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
  const text = () => parent.textContent;
  /** Waits until it says that: what stands around a code comes after it. */
  const says = async (what) => {
    for (const from = Date.now(); Date.now() - from < 30_000 && !what.test(text()); ) await simulate.sleep(10);
    assert.match(text(), what);
  };
  return { component, text, says };
}

/** A text as it stands. */
const literally = (text) => new RegExp(text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));

test("a component waits for a phone, and says why there is none", async (t) => {
  open.connect({ phone: undefined, problem: undefined });
  const { says } = render(t, "code");
  await says(/正在打开/);
  open.connect({ problem: { code: "engine-missing", message: "" } });
  await says(literally(healthcode.problemText({ code: "engine-missing", message: "" }, "zh-Hans")));
  open.connect({ problem: undefined });
});

test("the questionnaire asks what the rules ask, and marks what is missing", async (t) => {
  open.connect({ phone });
  const { component, says } = render(t, "questionnaire");
  const { questions } = phone.questions({});
  for (const question of questions) await says(literally(question.text["zh-Hans"]));
  component.querySelector(".primary").dispatchEvent("tap");
  const wrong = () => component.querySelectorAll(".question.wrong").length;
  for (const from = Date.now(); Date.now() - from < 30_000 && wrong() < questions.length; ) await simulate.sleep(10);
  assert.equal(wrong(), questions.length);
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
  const { component, says } = render(t, "code");
  await says(/绿码/);
  open.prefer({ language: "en", large: true });
  await says(/Green/);
  assert.ok(component.querySelector(".large"), "larger type");
  open.prefer({ language: "zh-Hans", large: false });
});

/** What each component says when it has what it needs, in Chinese and in English. */
const SAYS = {
  code: [/绿码/, /Green/],
  questionnaire: [/今日申报/, /Today’s report/],
  reasons: [/为什么是这个颜色/, /Why this colour/],
  diary: [/行程记录[\s\S]*杭州市/, /Diary of visits[\s\S]*Hangzhou/],
  report: [/已连续申报1天/, /1 day in a row/],
  itinerary: [/行程卡[\s\S]*杭州市/, /Itinerary card[\s\S]*Hangzhou/],
  family: [/家人[\s\S]*\*\*员/, /Family[\s\S]*\*\*员/],
  checkpoint: [/核验/, /Verify/],
};

for (const [name, [chinese, english]] of Object.entries(SAYS)) {
  test(`${name}: waits, then says what it has in both languages`, async (t) => {
    open.connect({ phone: undefined, family: undefined, checkpoint: undefined });
    const { says, text } = render(t, name);
    await says(/正在打开/);
    open.connect({ phone, family, checkpoint });
    await says(chinese);
    open.prefer({ language: "en" });
    await says(english);
    assert.doesNotMatch(text().replaceAll("**员", ""), /[\u4e00-\u9fff]/);
    open.prefer({ language: "zh-Hans" });
  });
}
