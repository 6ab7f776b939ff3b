// The compiled sample on glass-easel in Chromium: fill in, show, read the screen with two readers, verify.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { launch, shoot } from "../../../browser/browser.mjs";
import { serve } from "../../../browser/server.mjs";
import { verify } from "../package.mjs";
import { work } from "../places.mjs";
import * as citizen from "./citizen.mjs";
import { phone, readScreen, serveMini } from "./device.mjs";

const compiled = join(work, "wechat-compiled");
let browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

test("somebody who is well is green; another phone scans the code and accepts it", async (t) => {
  const issuer = await serve(t, { folder: null });
  const { url } = await serveMini(t, compiled, { issuer: issuer.url });
  const { page, errors } = await phone(t, browser, url);
  await citizen.enrol(page);
  await citizen.element(page, { question: "residence", option: "resident" });
  await shoot(page, "wechat-questionnaire", { fullPage: true });
  await citizen.fillIn(page);
  await citizen.press(page, "questionnaire");
  const text = await readScreen(t, page);
  await shoot(page, "wechat-green", { fullPage: true });
  const verdict = await verify(issuer.url, text);
  assert.deepEqual(
    [verdict.verdict, verdict.colour, verdict.name, verdict.digits],
    ["accepted", "green", "**员", "0000"],
  );
  assert.deepEqual(await page.evaluate(() => [host.engines, host.brightness, host.awake]), [
    ["/miniprogram_npm/healthcode/healthcode.wasm.br"],
    1,
    true,
  ]);
  await page.evaluate(() => host.background(true));
  assert.deepEqual(await page.evaluate(() => [host.brightness, host.awake]), [0.3, false], "the screen is as it was");
  assert.deepEqual(await errors(), []);

  const desk = await serveMini(t, compiled, {
    issuer: issuer.url,
    options: { scans: [text] },
    start: "pages/checkpoint/index",
  });
  const other = await phone(t, browser, desk.url);
  await citizen.press(other.page, "checkpoint");
  await other.page.locator(".miniprogram-npm-healthcode-components-checkpoint-index--verdict").waitFor();
  const told = await other.page.locator(".wx-page").innerText();
  await shoot(other.page, "wechat-accepted", { fullPage: true });
  assert.match(told, /\*\*员/);
  assert.match(told, /0000/);
  assert.deepEqual(await other.page.evaluate(() => host.asked), ["scanCode"]);
  assert.deepEqual(await other.errors(), []);
});

test("a stay in Wuhan is red, in English too", async (t) => {
  const issuer = await serve(t, { folder: null });
  const { url } = await serveMini(t, compiled, { issuer: issuer.url, options: { language: "en" } });
  const { page, errors } = await phone(t, browser, url);
  await citizen.enrol(page);
  await citizen.fillIn(page, {
    residence: "returning",
    been_away: "yes",
    trips: [{ place: "420106", from: "2020-02-08", to: "2020-02-15" }],
  });
  await citizen.press(page, "questionnaire");
  await page.locator('[class*="questionnaire-index--review"]:visible').first().waitFor();
  await citizen.press(page, "questionnaire");
  const verdict = await verify(issuer.url, await readScreen(t, page));
  await shoot(page, "wechat-red-en", { fullPage: true });
  assert.deepEqual([verdict.verdict, verdict.colour], ["accepted", "red"]);
  assert.deepEqual(await errors(), []);
});

test("an open code renews itself without a request, and the app opens again without a network", async (t) => {
  const issuer = await serve(t, { folder: null });
  const { url } = await serveMini(t, compiled, { issuer: issuer.url });
  const { page, errors } = await phone(t, browser, url, { clock: true });
  await citizen.enrol(page);
  await citizen.fillIn(page);
  await citizen.press(page, "questionnaire");
  const first = await readScreen(t, page);
  await page.evaluate(() => sessionStorage.setItem("hostOptions", JSON.stringify({ offline: true })));
  await page.evaluate(() => (host.options.offline = true));
  const asked = [];
  page.on("request", (request) => asked.push(request.url()));
  await page.clock.runFor(31_000);
  const second = await readScreen(t, page);
  assert.notEqual(second, first);
  assert.deepEqual(asked, []);
  await page.reload();
  await page.clock.runFor(2_000);
  assert.equal((await verify(issuer.url, await readScreen(t, page), 33_000)).colour, "green");
  assert.deepEqual(await errors(), []);
});

test("whoever has set larger type in WeChat has it in the components", async (t) => {
  const issuer = await serve(t, { folder: null });
  const sizes = [];
  for (const fontSize of [17, 20]) {
    const { url } = await serveMini(t, compiled, { issuer: issuer.url, options: { fontSize } });
    const { page } = await phone(t, browser, url);
    await citizen.enrol(page);
    const option = await citizen.element(page, { question: "residence", option: "resident" });
    sizes.push(await option.evaluate((element) => parseFloat(getComputedStyle(element).fontSize)));
  }
  assert.ok(sizes[1] > sizes[0], sizes.join());
});
