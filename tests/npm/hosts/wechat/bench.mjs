// Times the compiled sample from its first `require` to the first visible code, with the files installed and no network, in
// Chromium's glass-easel host: with WebAssembly, and with the engine's translation to JavaScript in its place. The host's own
// start comes before the clock: its framework has drawn a page of its own, and the engine's file is read. Trust the least of the
// times, and ratios.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { TmplGroup } from "glass-easel-template-compiler";
import { launch } from "../../../browser/browser.mjs";
import { serve } from "../../../browser/server.mjs";
import { work } from "../places.mjs";
import { assets } from "./assets.mjs";
import * as citizen from "./citizen.mjs";
import { phone, serveMini, storedOn } from "./device.mjs";

const RUNS = Number(process.env.RUNS ?? 15);
const TARGET = 60;
const ENGINE = "/miniprogram_npm/healthcode/healthcode.wasm.br";
const ended = [];
const bench = { after: (act) => ended.unshift(act) };
const compiled = join(work, "wechat-compiled");
const median = (numbers) => [...numbers].sort((one, other) => one - other)[Math.floor(numbers.length / 2)];

/** The package's entry for unknown hosts, which has the translated engine, with WeChat's adaptors. */
async function translated(scripts) {
  const code = await readFile(join(work, "wechat", "node_modules", "healthcode", "anywhere", "index.js"), "utf8");
  const define = (path, body) => `host.define("${path}", function (require, module, exports) {${body}\n});`;
  const name = "miniprogram_npm/healthcode";
  const joined = `
    var own = require("./wechat.js"), found = require("./anywhere.js");
    for (var key in found) exports[key] = found[key];
    exports.openPhone = function (options) {
      return found.openPhone(Object.assign({}, options, { adaptors: Object.assign({}, own.wechatAdaptors(wx), options.adaptors) }));
    };`;
  const modules = scripts["modules.js"].replace(`"${name}/index.js"`, `"${name}/wechat.js"`);
  return {
    ...scripts,
    "modules.js": [modules, define(`${name}/anywhere.js`, code), define(`${name}/index.js`, joined)].join("\n"),
  };
}

/** What ends each part of the way to the code. */
const PARTS = ["load", "engine", "open", "assess", "show", "draw", "frame"];

/** Notes in the page when each part ends. It becomes a script of the page, after the modules. */
function watch(page, name) {
  const marks = {};
  host.marks = marks;
  const mark = (part) => (marks[part] ??= performance.now());
  const after = (path, act) => {
    const entry = host.modules.get(path);
    const { factory } = entry;
    entry.factory = function (require, module, exports) {
      factory.call(this, require, module, exports);
      act(module.exports);
    };
  };
  const watched = (object, method, { before, behind }) => {
    const act = object[method];
    object[method] = function (...given) {
      if (before) mark(before);
      const result = act.apply(this, given);
      if (behind) mark(behind);
      return result;
    };
  };
  after(page, () => mark("load"));
  after(name, ({ Holder }) => {
    watched(Holder, "unopened", { before: "engine" });
    watched(Holder.prototype, "assess", { before: "open", behind: "assess" });
    watched(Holder.prototype, "show", { behind: "show" });
  });
}

/** A page of the host's own with each kind of node that templates have: no app is the first that a framework draws. */
const WARM = `
  <wx-view class="page {{look}}">
    <wx-view wx:if="{{open}}" class="box" style="width:{{side}}px" data-at="{{side}}">
      <wx-view wx:for="{{rows}}" wx:key="key" class="row {{item.look}}" bind:tap="none"><wx-text>{{item.text}}</wx-text>{{item.more || 'more'}}</wx-view>
      <wx-button bind:tap="none" disabled="{{!open}}">健康码</wx-button>
      <wx-canvas type="2d" class="canvas" style="width:{{side}}px;height:{{side}}px" aria-role="img" />
    </wx-view>
    <wx-view wx:elif="{{look}}">{{look}}</wx-view>
    <wx-view wx:else><wx-text>绿码 0123456789</wx-text></wx-view>
  </wx-view>`;

function warmth() {
  const group = new TmplGroup();
  group.addTmpl("warm", WARM);
  const templates = group.getTmplGenObjectGroups();
  group.free();
  return `Object.assign(host.templates, ${templates});
    host.json["warm.json"] = {};
    host.define("warm.js", () => Page({ data: { look: "", open: false, side: 0, rows: [] }, none() {} }));`;
}

/** Draws the host's own page, changes it, and leaves it. */
async function warm() {
  const shown = () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 0)));
  host.prepare();
  const rows = (count) =>
    Array.from({ length: count }, (_, key) => ({ key, look: "a", text: `绿码 ${key}`, more: key % 2 ? "b" : "" }));
  for (let turn = 0; turn < 10; turn += 1) {
    host.open("/warm");
    const page = host.stack.at(-1).component;
    page.setData({ look: "x" });
    page.setData({ open: true, side: 100, rows: rows(5) });
    page.setData({ "rows[1].text": "黄码", rows: rows(7) });
    await new Promise((found) =>
      page
        .createSelectorQuery()
        .select(".box")
        .boundingClientRect()
        .select(".canvas")
        .fields({ node: true })
        .exec(found),
    );
    await shown();
    host.leave();
  }
}

const watching = (scripts) => ({
  ...scripts,
  "modules.js": `${scripts["modules.js"]}\n(${watch})("pages/code/index.js", "miniprogram_npm/healthcode/index.js");`,
  "data.js": `${scripts["data.js"]}\n${warmth()}`,
});

/** One start of the app: when each part ended, how long the longest task took, and for how long the page's thread ran. */
async function run(browser, url, stored) {
  const { page, context } = await phone(bench, browser, url, { stored });
  const cdp = await context.newCDPSession(page);
  await cdp.send("Performance.enable", { timeDomain: "threadTicks" });
  const busy = async () =>
    (await cdp.send("Performance.getMetrics")).metrics.find(({ name }) => name === "TaskDuration").value * 1000;
  await page.evaluate(
    async (path) => host.installed.set(path, await (await fetch(`/app${path}`)).arrayBuffer()),
    ENGINE,
  );
  await page.evaluate(warm);
  await page.waitForTimeout(300);
  const before = await busy();
  // Whoever asks the page in between takes its time.
  const seen = page.waitForEvent("console", (message) => message.text() === "drawn");
  await page.evaluate(() => {
    host.seen = () => console.log("drawn");
    setTimeout(host.start, 0);
  });
  await seen;
  const thread = (await busy()) - before;
  await page.waitForTimeout(500);
  const { started, drawing, drawn, marks, longTasks } = await page.evaluate(() => host);
  const ends = { ...marks, draw: drawing, frame: drawn };
  const parts = PARTS.map((part, at) => ends[part] - (at === 0 ? started : ends[PARTS[at - 1]]));
  const longest = Math.max(0, ...longTasks.filter(([start]) => start >= started - 1).map(([, length]) => length));
  await context.close();
  return { all: drawn - started, parts, longest, thread };
}

async function measure(browser, url, stored) {
  const runs = [];
  for (let at = 0; at < RUNS; at += 1) runs.push(await run(browser, url, stored));
  const all = runs.map(({ all }) => all);
  const quickest = runs.find((one) => one.all === Math.min(...all));
  return {
    median: median(all),
    quickest,
    longest: Math.min(...runs.map(({ longest }) => longest)),
    thread: Math.min(...runs.map(({ thread }) => thread)),
  };
}

const ms = (time) => `${time.toFixed(0)} ms`;

function told(name, { median, quickest, longest, thread }) {
  console.log(`${name}: least ${ms(quickest.all)}, median ${ms(median)}, of which the page's thread ran ${ms(thread)}`);
  console.log(`  the quickest: ${PARTS.map((part, at) => `${part} ${quickest.parts[at].toFixed(1)}`).join(", ")}`);
  console.log(`  longest task, in the run where it is shortest: ${longest === 0 ? "under 50 ms" : ms(longest)}`);
}

const browser = await launch();
bench.after(() => browser.close());
try {
  const issuer = await serve(bench, { folder: null });
  const { url } = await serveMini(bench, compiled, { issuer: issuer.url });
  const { page } = await phone(bench, browser, url);
  await citizen.enrol(page);
  await citizen.fillIn(page);
  await citizen.press(page, "questionnaire");
  await citizen.drawn(page);
  const stored = await storedOn(page);
  const options = { offline: true };
  const plain = await serveMini(bench, compiled, { issuer: issuer.url, options, start: null, alter: watching });
  const changed = await translated((await assets(compiled)).scripts);
  const fallback = await serveMini(bench, compiled, {
    issuer: issuer.url,
    options,
    start: null,
    alter: () => watching(changed),
  });
  const wasm = await measure(browser, plain.url, stored);
  told("first code, WebAssembly", wasm);
  const script = await measure(browser, fallback.url, stored);
  told("first code, translated", script);
  console.log(
    `targets: ${TARGET} ms; translated at most 3 times that, here ${(script.quickest.all / TARGET).toFixed(1)}; no task over 50 ms`,
  );
} finally {
  for (const end of ended) await end();
}
