// The plain page without a bundler in Chromium: the whole way, and what can go wrong with a page's files and storage.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { device, launch, shoot } from "../../../browser/browser.mjs";
import { CITIZEN } from "../../../browser/citizen.mjs";
import { scratch, zbar, zxing } from "../../../browser/readers.mjs";
import { serve } from "../../../browser/server.mjs";
import { sentence, verify } from "../package.mjs";
import { work } from "../places.mjs";
import { web } from "../server.mjs";

const POLICY =
  "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'";
let browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

async function open(t, { change, prepare, policy = POLICY } = {}) {
  const issuer = await serve(t, { folder: null });
  const url = await web(t, {
    folders: { "/": join(work, "script") },
    issuer: () => issuer.url,
    policy,
    change,
  });
  const context = await device(browser);
  t.after(() => context.close());
  if (prepare) await context.addInitScript(prepare);
  const page = await context.newPage();
  const errors = [];
  page.on("pageerror", (error) => errors.push(error.message));
  await page.goto(url);
  return { issuer, page, errors };
}

async function fillIn(page) {
  await page.locator("#name").fill(CITIZEN.name);
  await page.locator("#number").fill(CITIZEN.number);
  await page.locator("#cough").check();
  await page.locator("button").click();
}

test("a page with a plain script: a cough is yellow, and the code is accepted", async (t) => {
  const { issuer, page, errors } = await open(t);
  await fillIn(page);
  await page.locator("figure:not([hidden]) svg").waitFor();
  const file = join(await scratch(t), "screen.png");
  await page.locator("figure").screenshot({ path: file });
  await shoot(page, "script-yellow");
  const text = await zbar(file);
  assert.equal(await zxing(file), text);
  const verdict = await verify(issuer.url, text);
  assert.deepEqual([verdict.verdict, verdict.colour], ["accepted", "yellow"]);
  // It opens again from what is stored.
  await page.reload();
  await page.locator("figure:not([hidden]) svg").waitFor();
  assert.deepEqual(errors, []);
});

const says = (page, code) =>
  page
    .locator(".fault")
    .filter({ hasText: sentence(code) })
    .waitFor({ timeout: 10_000 });

test("the engine's file is missing, or is another", async (t) => {
  const wasm = await readFile(join(work, "script", "node_modules", "healthcode", "healthcode.wasm"));
  const altered = Buffer.from(wasm);
  altered[altered.length - 10] ^= 1;
  for (const [what, code, content] of [
    ["missing", "engine-missing", null],
    ["altered", "engine-damaged", altered],
    ["cut short", "engine-damaged", wasm.subarray(0, 1000)],
  ]) {
    await t.test(what, async (t) => {
      const { page } = await open(t, { change: (path) => (path.endsWith(".wasm") ? content : undefined) });
      await says(page, code);
    });
  }
});

test("a browser without WebAssembly gets the engine's translation, unless that was altered", async (t) => {
  const prepare = () => delete globalThis.WebAssembly;
  const { page } = await open(t, { prepare });
  await fillIn(page);
  await page.locator("figure:not([hidden]) svg").waitFor({ timeout: 20_000 });
  assert.equal(await page.evaluate(() => healthcode.engine()), "javascript");
  const altered = await open(t, {
    prepare,
    change: async (path, file) => (path.endsWith("/fallback.js") ? `${await readFile(file, "utf8")};` : undefined),
  });
  await says(altered.page, "engine-missing");
});

test("a page whose policy forbids WebAssembly runs the engine in JavaScript, and says why", async (t) => {
  const { page } = await open(t, { policy: POLICY.replace(" 'wasm-unsafe-eval'", "") });
  await fillIn(page);
  await page.locator("figure:not([hidden]) svg").waitFor({ timeout: 20_000 });
  const [engine, { code, message }] = await page.evaluate(() => [healthcode.engine(), healthcode.engineProblem()]);
  assert.deepEqual([engine, code], ["javascript", "engine-refused"]);
  assert.match(message, /'(wasm-)?unsafe-eval'/);
});

test("a page that may store nothing works as long as it is open, and says so", async (t) => {
  const { page } = await open(t, {
    prepare: () => Object.defineProperty(globalThis, "indexedDB", { get: () => undefined }),
  });
  await fillIn(page);
  await page.locator("figure:not([hidden]) svg").waitFor();
  assert.equal(await page.evaluate(() => phone.storageProblem?.code), "storage-unavailable");
});

test("a wrong path, a call before init, a place that may not be told, no camera: each has its code and its sentence", async (t) => {
  const { page } = await open(t, { change: (path) => (path.endsWith("/main.js") ? "" : undefined) });
  const told = await page.evaluate(async () => {
    const codes = [];
    const tell = async (act) =>
      codes.push(
        await Promise.resolve()
          .then(act)
          .then(
            () => "nothing",
            (thrown) => [thrown.code, healthcode.problemText(thrown, "zh-Hans"), healthcode.problemText(thrown, "en")],
          ),
      );
    await tell(() => new healthcode.Holder([]));
    await tell(() => healthcode.init({ path: "/nowhere/healthcode.wasm" }));
    await healthcode.init({});
    await tell(() => healthcode.openPhone({ roots: { keys: ["00"], signers: 1 } }));
    await tell(() => healthcode.hostAdaptors().location.where());
    await tell(() => healthcode.hostAdaptors().scan.scan());
    await tell(() => healthcode.hostAdaptors().network.ask({ url: "http://127.0.0.1:9/trust-list" }));
    return codes;
  });
  const expected = [
    "misuse-not-ready",
    "engine-missing",
    "key-malformed",
    "location-denied",
    "scan-missing",
    "network-unreachable",
  ];
  assert.deepEqual(
    told,
    expected.map((code) => [code, sentence(code), sentence(code, "en")]),
  );
});
