// What leaves the phone, and what is left on it after forgetting.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { device, launch, shoot } from "./browser.mjs";
import * as checkpoint from "./checkpoint.mjs";
import * as citizen from "./citizen.mjs";
import { serve } from "./server.mjs";

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

/** Everything that a page asks for and says, from now on. */
function watch(context) {
  const requests = [];
  const said = [];
  context.on("request", (request) => {
    requests.push({ method: request.method(), url: request.url(), body: request.postDataBuffer() });
  });
  context.on("console", (message) => said.push(message.text()));
  context.on("weberror", (error) => said.push(String(error.error())));
  return { requests, said };
}

const ALLOWED =
  /^\/((citizen|checkpoint|index|venue)\.html|icon\.svg|icon-\w+\.png|manifest\.webmanifest|offline\.js|assets\/[\w.-]+|demo\.json|manifest|trust-list|trust\/\d+|files\/[0-9a-f]{64}|mailboxes\/\d+\/\d+|certificates)?$/;

/** The bytes of a place code as text, and as the number that the crate writes. */
function traces(code) {
  const number = BigInt(code.padEnd(12, "0")) * 16n + BigInt(code.length);
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(number);
  return [Buffer.from(code), bytes];
}

test("only a masked request for a certificate leaves the phone, and nothing of a checkpoint's scans", async (t) => {
  const server = await serve(t);
  const context = await device(browser);
  t.after(() => context.close());
  const { requests, said } = watch(context);
  const page = await context.newPage();
  await page.goto(server.url);
  await citizen.enrol(page, server.url);
  const trips = [{ place: "420106", from: "2020-02-08", to: "2020-02-15" }];
  await citizen.report(page, { home: "330109", temperature: "38.4", been_away: "yes", trips });
  const code = await citizen.codeText(page);

  const posts = requests.filter(({ method }) => method !== "GET");
  assert.equal(posts.length, 1);
  assert.equal(new URL(posts[0].url).pathname, "/certificates");
  assert.ok(posts[0].body.length < 400, `${posts[0].body.length} bytes`);
  assert.ok(posts[0].body.includes(Buffer.from("**员")), "the masked name");
  const secrets = [
    ...[
      citizen.CITIZEN.name,
      citizen.CITIZEN.number,
      "测试",
      "returning",
      "resident",
      "temperature",
      "fever",
      "38.4",
    ].map((s) => Buffer.from(s)),
    ...["420106", "4201", "330109"].flatMap(traces),
  ];
  for (const { url, body } of requests) {
    assert.match(new URL(url).pathname, ALLOWED, url);
    assert.equal(new URL(url).origin, server.url);
    assert.equal(new URL(url).search + new URL(url).hash, "", url);
    for (const secret of secrets) assert.ok(!body?.includes(secret), `${url} holds ${secret}`);
  }

  // The page's own list of what it has asked for is the list of what was asked.
  const path = ({ url }) => new URL(url).pathname;
  await page.locator(".traffic summary").click();
  const rows = await page
    .locator(".traffic tbody tr")
    .evaluateAll((all) => all.map((row) => [...row.cells].map(({ textContent }) => textContent)));
  const files = requests.filter((one) => /^\/(manifest$|trust|files|mailboxes|certificates)/.test(path(one)));
  const told = (all) => all.sort().join(" ");
  assert.equal(told(rows.map(([, what]) => what)), told(files.map((one) => path(one).slice(0, 20))));
  assert.deepEqual(
    rows.filter(([, , sent]) => sent !== "0").map(([, what, sent]) => [what, sent]),
    [["/certificates", String(posts[0].body.length)]],
  );
  assert.ok(rows.every(([, , , received]) => Number(received) > 0));
  await page.locator(".traffic ul li").first().waitFor();
  assert.match(await page.locator(".traffic ul").innerText(), /申报、行程、显示过的颜色、规则和数据 · \d+个字符/);
  await shoot(page.locator(".traffic"), "traffic-zh");
  await page.getByRole("button", { name: "EN English" }).click();
  assert.match(
    await page.locator(".traffic ul").innerText(),
    /Reports, diary, colours shown, rules and data · \d+ characters/,
  );
  await shoot(page.locator(".traffic"), "traffic-en");
  await page.getByRole("button", { name: "中文" }).click();

  const before = requests.length;
  // A gate fetches its reader of pictures while nobody waits for it.
  const reader = page.waitForResponse(/zxing/);
  await checkpoint.open(page, server.url);
  await reader;
  await page.waitForLoadState("networkidle");
  // The page's own files, which a worker stores for later, are the same for everybody.
  const asked = () => requests.filter(({ url }) => !/^\/(assets\/|icon)/.test(new URL(url).pathname)).length;
  const loaded = asked();
  await checkpoint.paste(page, code);
  await page.waitForTimeout(500);
  assert.equal(asked(), loaded, "verifying asks for nothing");
  assert.deepEqual([...new Set(requests.slice(before).map(({ method }) => method))], ["GET"]);
  const kept = await page.evaluate(async (code) => {
    const known = JSON.stringify({ ...localStorage, ...sessionStorage });
    const database = await new Promise((resolve) => {
      const request = indexedDB.open("healthcode");
      request.onsuccess = () => resolve(request.result);
    });
    const names = await new Promise((resolve) => {
      const request = database.transaction("texts").objectStore("texts").getAllKeys();
      request.onsuccess = () => resolve(request.result);
    });
    database.close();
    const whose = new Set(names.map((name) => name.split(".")[1]));
    return { scanned: known.includes(code.slice(0, 40)), names: [...whose].sort() };
  }, code);
  assert.deepEqual(kept, { scanned: false, names: ["checkpoint", "key", "person-1"] });
  assert.deepEqual(said, [], "nothing is said on the console");
});

test("the name and the document's number are not stored", async (t) => {
  const server = await serve(t);
  const context = await device(browser);
  t.after(() => context.close());
  const page = await context.newPage();
  await citizen.enrol(page, server.url);
  await citizen.report(page);
  const stored = await page.evaluate(async () => {
    const open = indexedDB.open("healthcode");
    await new Promise((resolve) => (open.onsuccess = resolve));
    const store = open.result.transaction("texts").objectStore("texts");
    const [keys, all] = [store.getAllKeys(), store.getAll()];
    await new Promise((resolve) => (all.onsuccess = resolve));
    // The pieces are base64, the heads are not.
    const pieces = all.result.filter((_, index) => keys.result[index].endsWith(".0"));
    const texts = pieces.map((text) => {
      const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
      return new TextDecoder("utf-8").decode(bytes);
    });
    open.result.close();
    return JSON.stringify({ ...localStorage }) + texts.join();
  });
  assert.ok(stored.includes("**员"));
  for (const secret of [citizen.CITIZEN.name, citizen.CITIZEN.number]) assert.ok(!stored.includes(secret));
});

test("after forgetting, nothing is stored", async (t) => {
  const server = await serve(t);
  const context = await device(browser);
  t.after(() => context.close());
  const page = await context.newPage();
  await citizen.enrol(page, server.url);
  await citizen.report(page);
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  const forget = page.locator(".forget > button");
  await forget.click();
  await page.locator("#forget button").first().click();
  assert.equal(await page.locator("section.code").count(), 1, "it asks first");
  await forget.click();
  await page.locator("#forget button.danger").click();
  await page.waitForURL(`${server.url}/#cleared`);
  await page.locator(".doors").waitFor();
  const left = await page.evaluate(async () => ({
    local: localStorage.length,
    session: sessionStorage.length,
    databases: (await indexedDB.databases()).length,
    caches: (await caches.keys()).length,
    workers: (await navigator.serviceWorker.getRegistrations()).length,
    cookies: document.cookie,
  }));
  assert.deepEqual(left, { local: 0, session: 0, databases: 0, caches: 0, workers: 0, cookies: "" });
});
