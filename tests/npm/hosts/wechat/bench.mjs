// Times the compiled sample from its first `require` to the first visible code, with the files installed and no network, in
// Chromium's glass-easel host: with WebAssembly, and with the engine's translation to JavaScript in its place. Trust the ratios.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { launch } from "../../../browser/browser.mjs";
import { serve } from "../../../browser/server.mjs";
import { work } from "../places.mjs";
import * as citizen from "./citizen.mjs";
import { phone, serveMini, storedOn } from "./device.mjs";

const RUNS = 15;
const TARGET = 60;
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
  return { ...scripts, "modules.js": [modules, define(`${name}/anywhere.js`, code), define(`${name}/index.js`, joined)].join("\n") };
}

async function measure(browser, url, stored) {
  const times = [];
  const tasks = [];
  for (let run = 0; run < RUNS; run += 1) {
    const { page, context } = await phone(bench, browser, url, { stored });
    await citizen.drawn(page);
    await page.waitForFunction(() => typeof host.drawn === "number");
    times.push(await page.evaluate(() => host.drawn - host.started));
    // What came before is the host's own start.
    tasks.push(...(await page.evaluate(() => host.longTasks.filter(([start, length]) => start + length > host.started).map(([, length]) => length))));
    await context.close();
  }
  return { median: median(times), least: Math.min(...times), longest: Math.max(0, ...tasks) };
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
  const plain = await serveMini(bench, compiled, { issuer: issuer.url, options });
  const { assets } = await import("./assets.mjs");
  const changed = await translated((await assets(compiled)).scripts);
  const fallback = await serveMini(bench, compiled, { issuer: issuer.url, options, alter: () => changed });
  const row = (name, { median, least, longest }) => console.log(`${name.padEnd(28)} median ${median.toFixed(0)} ms, least ${least.toFixed(0)} ms, longest task ${longest.toFixed(0)} ms`);
  const wasm = await measure(browser, plain.url, stored);
  row("first code, WebAssembly", wasm);
  const script = await measure(browser, fallback.url, stored);
  row("first code, translated", script);
  console.log(`targets: ${TARGET} ms; translated at most 3 times that, here ${(script.median / wasm.median).toFixed(1)}; no task over 50 ms`);
} finally {
  for (const end of ended) await end();
}
