// The parts of the samples that the guides say to copy, where an app puts them.
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { installed, required, text } from "./installed.mjs";
import { options, randomOf, tracedStorage } from "./phone.mjs";

for (const framework of ["react", "vue"]) {
  test(`${framework}: what the guide says to copy can be imported where a server renders pages`, async () => {
    assert.equal(typeof globalThis.document, "undefined");
    const health = await import(pathToFileURL(join(installed, `examples/${framework}/src/health.js`)).href);
    assert.equal(health.language, "zh-Hans");
    assert.equal(typeof health.start, "function");
    assert.equal(health.words.enrol.length > 0, true);
  });
}

/** A sample's health.js among an app's files, whose root keys are not filled in; what it connected is listed. */
async function copied(host, stored = new Map()) {
  const connected = [];
  const components = await import(required.resolve("healthcode/components"));
  const modules = {
    [host]: required("healthcode"),
    [`${host}/checkpoint`]: required("healthcode/checkpoint"),
    [`${host}/components`]: { ...components, connect: (change) => connected.push(change) },
    "./random": () => randomOf(),
    "./config": { server: "", roots: { keys: [], signers: 1 } },
  };
  const info = { getAppBaseInfo: () => ({ language: "en", fontSizeSetting: 16 }), getSystemInfoSync: () => ({}) };
  const wechat = {
    getStorageSync: (key) => stored.get(key) ?? "",
    setStorageSync: (key, value) => stored.set(key, value),
  };
  const alipay = {
    getStorageSync: ({ key }) => ({ data: stored.get(key) ?? null }),
    setStorageSync: ({ key, data }) => stored.set(key, data),
  };
  const own = { ...info, ...(host === "healthcode" ? wechat : alipay) };
  const module = { exports: {} };
  const source = text(`examples/${host === "healthcode" ? "wechat" : "alipay"}/health.js`);
  new Function("module", "require", "wx", "my", source)(module, (name) => modules[name] ?? {}, own, own);
  return { health: module.exports, connected };
}

for (const host of ["healthcode", "healthcode/alipay"]) {
  test(`${host}: a checkpoint that cannot be opened is told, tried again, and opened once`, async () => {
    const { health, connected } = await copied(host);
    await health.openDesk();
    const [{ problem, retry, checkpoint }] = connected;
    assert.deepEqual([problem.code, checkpoint, connected.length], ["trust-no-roots", undefined, 1]);
    health.use(async () => options(tracedStorage()));
    await retry();
    await health.openDesk();
    const [, first, second] = connected;
    assert.deepEqual([first.problem, typeof first.checkpoint.verify], [undefined, "function"]);
    assert.equal(second.checkpoint, first.checkpoint);
    assert.notEqual(first.checkpoint.trust, undefined);
  });

  test(`${host}: what codes are to be for is kept for the next time`, async () => {
    const stored = new Map();
    const opened = async (also) => {
      const { health, connected } = await copied(host, stored);
      health.use(async () => options(tracedStorage()));
      await health.openDesk();
      also?.(health);
      return connected[0].checkpoint.purpose;
    };
    assert.equal(await opened((health) => health.keepPurpose({ detail: { purpose: "44/hospital" } })), "any");
    assert.equal(await opened(), "44/hospital");
  });
}
