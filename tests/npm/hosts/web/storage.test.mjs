// What a browser's storage does to a page with the package in it: no room, two pages that write at once, a page that is closed in
// the middle of writing. The browser is a real one, and so is what it does.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { device, launch } from "../../../browser/browser.mjs";
import { serve } from "../../../browser/server.mjs";
import { sentence } from "../package.mjs";
import { work } from "../places.mjs";
import { web } from "../server.mjs";
import { names, open } from "./driver.mjs";

/** A page that does what it is told. `phone` is opened on the demo issuer, `ahead` is how far its clock is from the device's. */
const PAGE = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Storage</title><link rel="icon" href="data:,">
<script src="/package/web/healthcode.js"></script><script src="page.js"></script></html>`;
const SCRIPT = `
// In the global object, where other realms and drivers find them.
var answers = { residence: "resident", home: "330106", temperature: 36.5, symptoms: ["none"], household_ill: false, contact: false, been_away: false };
async function start(more = {}) {
  const { roots, clock } = await (await fetch("/demo.json")).json();
  const ahead = Date.parse(clock.now) - Date.now();
  globalThis.options = { roots, adaptors: { clock: { now: () => Date.now() + ahead } }, ...more };
  globalThis.phone = await healthcode.openPhone(options);
}
async function enrol() {
  await start();
  await phone.refresh();
  await phone.certify(healthcode.maskIdentity("测试员", "330106190001010000"));
}
var visit = (day, hour = 8) => ({ place: "330106", arrive: "2020-02-" + day + "T0" + hour + ":00:00+08:00", leave: "2020-02-" + day + "T09:00:00+08:00" });
/** Takes all the room that the browser gives, to the last half kilobyte; \`empty\` gives it back. */
async function fill() {
  for (let size = 1 << 18; size >= 512; ) {
    const bytes = new Uint8Array(size);
    for (let at = 0; at < size; at += 65_536) crypto.getRandomValues(bytes.subarray(at, at + 65_536));
    if (!(await kept(bytes))) size /= 2;
  }
}
async function kept(bytes) {
  const opening = indexedDB.open("other", 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore("bytes", { autoIncrement: true });
  await new Promise((resolve) => (opening.onsuccess = opening.onerror = resolve));
  if (opening.error) return false;
  const transaction = opening.result.transaction("bytes", "readwrite");
  transaction.objectStore("bytes").add(bytes);
  const stored = await new Promise((resolve) => Object.assign(transaction, { oncomplete: () => resolve(true), onabort: () => resolve(false) }));
  opening.result.close();
  return stored;
}
function empty() {
  return new Promise((resolve) => (indexedDB.deleteDatabase("other").onsuccess = () => resolve()));
}
var counts = () => [phone.holder.reports().length, phone.holder.diary().length];
`;

const pages = async (t) => {
  const issuer = await serve(t, { folder: null });
  return web(t, { folders: { "/package/": join(work, "script", "node_modules", "healthcode") }, files: { "/": PAGE, "/page.js": SCRIPT }, issuer: () => issuer.url });
};

let chromium;
before(async () => {
  chromium = await launch();
});
after(() => chromium.close());

/** A profile in Chromium, and a way to open pages of the site in it. */
async function profile(t) {
  const url = await pages(t);
  const context = await device(chromium);
  t.after(() => context.close());
  return {
    url,
    context,
    page: async () => {
      const page = await context.newPage();
      await page.goto(url);
      return page;
    },
  };
}

test("two pages of a site that write at once never undo each other's changes", async (t) => {
  const { page } = await profile(t);
  const [one, two] = [await page(), await page()];
  await one.evaluate(() => enrol());
  await two.evaluate(() => start());
  const writes = (page, days) => page.evaluate((days) => Promise.all(days.map((day) => phone.addVisit(visit(day)))), days);
  const results = await Promise.all([writes(one, [10, 12, 14, 16]), writes(two, [11, 13, 15, 17])]);
  assert.deepEqual(results.flat().map(({ result }) => result), Array(8).fill("added"));
  const three = await page();
  await three.evaluate(() => start());
  assert.deepEqual(await three.evaluate(() => counts()), [0, 8]);
  // One of them forgets: the other is told, and what was forgotten does not come back.
  await one.evaluate(() => phone.forget());
  assert.equal(await two.evaluate(() => phone.addVisit(visit(18)).then(() => "added", ({ code }) => code)), "phone-forgotten");
  const four = await page();
  await four.evaluate(() => start());
  assert.deepEqual(await four.evaluate(() => [counts(), phone.identity ?? "nobody"]), [[0, 0], "nobody"]);
});

test("a page that is closed, or dies, in the middle of writing leaves the old state or the new, and no lock", async (t) => {
  const { context, page } = await profile(t);
  const first = await page();
  await first.evaluate(() => enrol());
  await first.close();
  let before = 0;
  let written = 0;
  for (const [round, wait] of [0, 20, 50, 90, 140, 200].entries()) {
    const dying = await page();
    await dying.evaluate(() => start());
    // It adds visits until it is gone.
    dying.evaluate(async () => {
      for (let at = 0; ; at += 1) await phone.addVisit(visit(10 + (at % 9), at % 9));
    }).catch(() => {});
    const devtools = round % 2 ? await context.newCDPSession(dying) : undefined;
    await new Promise((resolve) => setTimeout(resolve, wait));
    if (devtools) void devtools.send("Page.crash").catch(() => {});
    else await dying.close();
    const next = await page();
    await next.evaluate(() => start());
    const [, visits] = await next.evaluate(() => counts());
    assert.ok(visits >= before, `${visits} visits after ${before}`);
    assert.equal(await next.evaluate(() => phone.recovered), false);
    written += visits - before;
    // It goes on from there, which also shows that nobody holds the lock.
    const one = { place: "3302", arrive: `2020-02-1${round}T00:00:00+08:00`, leave: `2020-02-1${round}T01:00:00+08:00` };
    assert.equal((await next.evaluate((one) => phone.addVisit(one), one)).result, "added");
    before = visits + 1;
    await next.close();
  }
  t.diagnostic(`${written} visits were stored before the pages were gone`);
  assert.ok(written > 0, "some were stored");
});

/** All sites together get 4 MB of Firefox, and another of this site's own takes them. */
const LITTLE = { "dom.quotaManager.temporaryStorage.fixedLimit": 4096 };
async function noRoom(browser) {
  // Before there is anything of the package's: then even reading fails.
  await browser.run("return fill()");
  const full = await browser.run(`return (async () => {
    await enrol();
    const { result } = await phone.report(answers);
    return [result, phone.storageProblem?.code, healthcode.problemText(phone.storageProblem ?? { code: "", message: "" }, "zh-Hans"), phone.show().result];
  })()`);
  assert.deepEqual(full, ["accepted", "storage-full", sentence("storage-full"), "shown"]);
  const kept = await browser.run(`return (async () => {
    await empty();
    const { result } = await phone.addVisit(visit(11));
    await start();
    return [result, phone.storageProblem?.code ?? "none", counts()];
  })()`);
  assert.deepEqual(kept, ["added", "none", [1, 1]], "once there is room, all of it is stored");
  const whole = await browser.run(`return (async () => {
    await fill();
    await start({ person: "2" });
    await phone.refresh();
    const { code } = phone.storageProblem ?? {};
    await start();
    return [code, counts(), phone.identity.name, phone.recovered];
  })()`);
  assert.deepEqual(whole, ["storage-full", [1, 1], "**员", false], "what was there before is whole");
  await browser.run("return Promise.all([empty(), phone.forget()])");
}

for (const name of names.filter((name) => name !== "chromium")) {
  test(`${name}: two pages of a site write at once, and one forgets`, { timeout: 60_000 }, async (t) => {
    const url = await pages(t);
    const browser = await open(t, name, name === "firefox" ? { prefs: LITTLE } : {});
    await browser.go(url);
    if (name === "firefox") await t.test("no room left: the code is shown, the page can say why, and what was stored stays", () => noRoom(browser));
    // A second page of the site in a frame of the first: its own realm, engine and phone.
    const result = await browser.run(`return (async () => {
      await enrol();
      const frame = document.createElement("iframe");
      const loaded = new Promise((resolve) => (frame.onload = resolve));
      frame.src = location.href;
      document.body.append(frame);
      await loaded;
      const other = frame.contentWindow;
      await other.eval("start()");
      const results = await Promise.all([10, 11, 12, 13].map((day) => (day % 2 ? phone.addVisit(visit(day)) : other.eval("phone.addVisit(visit(" + day + "))"))));
      await start();
      const before = counts();
      const { result } = await phone.report(answers);
      await phone.forget();
      const late = await other.eval("phone.addVisit(visit(14)).then(() => 'added', ({ code }) => code)");
      return [results.map(({ result }) => result), before, result, late];
    })()`);
    assert.deepEqual(result, [Array(4).fill("added"), [0, 4], "accepted", "phone-forgotten"]);
  });
}
