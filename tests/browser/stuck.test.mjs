// Where somebody would be stuck: storage that never answers, and a clock that is ahead while a report is handed in.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { device, launch, shoot } from "./browser.mjs";
import * as citizen from "./citizen.mjs";
import { serve } from "./server.mjs";

let browser;
let server;
const cleanup = [];
before(async () => {
  browser = await launch();
  server = await serve({ after: (done) => cleanup.unshift(done) });
});
after(async () => {
  await browser.close();
  for (const done of cleanup) await done();
});

for (const [locale, told, again] of [
  ["zh-CN", /存储一直没有应答/, "重新打开"],
  ["en-GB", /storage does not answer/, "Open again"],
])
  test(`storage that never answers is told on both pages, with a way on (${locale})`, async (t) => {
    const context = await device(browser, { locale });
    t.after(() => context.close());
    const page = await context.newPage();
    await page.addInitScript(() => {
      if (sessionStorage.getItem("answers")) return;
      IDBFactory.prototype.open = () => new EventTarget();
    });
    for (const path of ["citizen.html", "checkpoint.html"]) {
      await page.goto(`${server.url}/${path}`);
      const word = page.getByRole("alert").filter({ hasText: told });
      await word.waitFor({ timeout: 30_000 });
      await shoot(page, `stuck-${path}-${locale}`);
      await page.evaluate(() => sessionStorage.setItem("answers", "yes"));
      await word.getByRole("button", { name: again }).click();
      await page.locator("#name, healthcode-checkpoint textarea").first().waitFor();
      await page.waitForTimeout(500);
      assert.equal(await word.count(), 0);
      await page.evaluate(() => sessionStorage.removeItem("answers"));
    }
  });

test("a page in a frame of its own origin, where even to name the service worker throws, opens", async (t) => {
  const context = await device(browser);
  t.after(() => context.close());
  const page = await context.newPage();
  const faults = [];
  page.on("pageerror", ({ message }) => faults.push(message));
  await page.addInitScript(() => {
    Object.defineProperty(Navigator.prototype, "serviceWorker", {
      get: () => {
        throw new DOMException("sandboxed", "SecurityError");
      },
    });
  });
  await citizen.enrol(page, server.url);
  await citizen.report(page);
  await page.goto(`${server.url}/checkpoint.html`);
  await page.locator("healthcode-checkpoint textarea").waitFor();
  assert.deepEqual(faults, []);
});

for (const [locale, says] of [
  ["zh-CN", { clock: /时钟不准/, retry: "联网重试", report: "重新申报" }],
  ["en-GB", { clock: /clock is wrong/, retry: "Go online and try again", report: "Report again" }],
])
  test(`a report on a phone whose clock is ahead is kept, and goes on once the clock is right (${locale})`, async (t) => {
    const context = await device(browser, { locale });
    t.after(() => context.close());
    const page = await context.newPage();
    await page.clock.install();
    await citizen.enrol(page, server.url);
    await citizen.report(page);
    const form = citizen.questionnaire(page);
    const right = await page.evaluate(() => Date.now());
    await page.clock.setSystemTime(right + 150_000);
    // Whoever asks the server hears what time it is.
    await page.locator("healthcode-reasons .data button").last().click();
    await page.locator("healthcode-code").getByText(says.clock).first().waitFor();
    await page.getByRole("button", { name: says.report }).first().click();
    await citizen.fillIn(page, { temperature: "36.7" });
    await citizen.handIn(page);
    await form.locator(".closing .fault").filter({ hasText: says.clock }).waitFor();
    const retry = form.getByRole("button", { name: says.retry });
    await shoot(page, `stuck-clock-${locale}`);
    await retry.dispatchEvent("click");
    await form.locator(".closing .fault").filter({ hasText: says.clock }).waitFor();
    await page.clock.setSystemTime(right + 5_000);
    await retry.dispatchEvent("click");
    await form.locator(".closing .fault").filter({ hasText: says.clock }).waitFor({ state: "detached" });
    assert.equal(await form.locator(".measure input").inputValue(), "36.7", "nothing is lost");
    await citizen.handIn(page);
    await page.locator("section.code").waitFor();
  });
