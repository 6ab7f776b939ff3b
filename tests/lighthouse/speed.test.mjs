// How fast the pages are: Lighthouse's scores, what the citizen's first view transfers, and when its form can be used.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import lighthouse from "lighthouse";
import { chromium } from "playwright-core";
import { serve } from "../browser/server.mjs";
import { CHROMIUM } from "../chromium.mjs";

/** Each page's least score in each category. */
const LEAST = 95;
/** The most layout shift. */
const SHIFT = 0.02;
/** The most bytes of the citizen's first view. */
const BYTES = 230_000;
/** Until when the citizen's form can be used on slow 4G with a processor four times as slow, in milliseconds. */
const USABLE = 2_000;
/** Slow 4G, as Lighthouse has it. */
const SLOW_4G = { offline: false, latency: 150, downloadThroughput: 1_638_400 / 8, uploadThroughput: 750_000 / 8 };

const PORT = 9_333;
let browser;
let server;
const cleanup = [];

before(async () => {
  server = await serve({ after: (done) => cleanup.unshift(done) });
  browser = await chromium.launch({ ...CHROMIUM, args: [...CHROMIUM.args, `--remote-debugging-port=${PORT}`] });
});
after(async () => {
  await browser.close();
  for (const done of cleanup) await done();
});

for (const page of ["", "citizen.html", "checkpoint.html"]) {
  test(`Lighthouse gives /${page} at least ${LEAST} in each category`, async (t) => {
    const { lhr } = await lighthouse(`${server.url}/${page}`, { port: PORT, output: "json", logLevel: "error" });
    const scores = Object.values(lhr.categories).map(({ id, score }) => [id, Math.round(score * 100)]);
    const shift = lhr.audits["cumulative-layout-shift"].numericValue;
    const bytes = lhr.audits["total-byte-weight"].numericValue;
    t.diagnostic(`${JSON.stringify(Object.fromEntries(scores))}, shift ${shift.toFixed(3)}, ${bytes} bytes`);
    const worse = Object.values(lhr.audits).filter(({ score }) => score !== null && score < 0.9);
    t.diagnostic(worse.map(({ id, displayValue = "" }) => `${id} ${displayValue}`).join("; "));
    assert.ok(shift <= SHIFT, `a layout shift of ${shift}`);
    if (page === "citizen.html") assert.ok(bytes <= BYTES, `${bytes} bytes`);
    assert.deepEqual(
      scores.filter(([, score]) => score < LEAST),
      [],
    );
  });
}

test("the citizen's form can be used soon on a slow phone with a slow network", async (t) => {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, locale: "zh-CN" });
  t.after(() => context.close());
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  await session.send("Network.enable");
  await session.send("Network.emulateNetworkConditions", SLOW_4G);
  await session.send("Emulation.setCPUThrottlingRate", { rate: 4 });
  const start = Date.now();
  await page.goto(`${server.url}/citizen.html`, { waitUntil: "commit" });
  await page.locator("#name").fill("测");
  const usable = Date.now() - start;
  t.diagnostic(`usable after ${usable} ms`);
  assert.ok(usable <= USABLE, `${usable} ms`);
});
