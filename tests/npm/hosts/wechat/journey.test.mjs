// The compiled sample on glass-easel in Chromium: fill in, show, read the screen with two readers, verify.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { launch, shoot } from "../../../browser/browser.mjs";
import { serve } from "../../../browser/server.mjs";
import { verify } from "../package.mjs";
import { work } from "../places.mjs";
import { tooSmall } from "../sizes.mjs";
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
  await citizen.review(page).waitFor();
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

for (const { language, reviewed, correcting, comesTo, both } of [
  {
    language: "zh_CN",
    reviewed: /37\.5°C.*红码/s,
    correcting: "更正2月20日",
    comesTo: "更正后健康码由红码变为绿码。",
    both: /申报，.*已更正.*原来填写：.*37\.5°C/s,
  },
  {
    language: "en",
    reviewed: /37\.5 °C\. This makes your code red\. Is that correct\?/,
    correcting: "Correct your report of 20 Feb",
    comesTo: "The correction changes your code from red to green",
    both: /Reported on .*, corrected on .*Before: .*37\.5 °C/s,
  },
]) {
  test(`a temperature that was mistyped is shown for what it does, and corrected in sight (${language})`, async (t) => {
    const issuer = await serve(t, { folder: null });
    const { url } = await serveMini(t, compiled, { issuer: issuer.url, options: { language } });
    const { page, errors } = await phone(t, browser, url);
    const colour = async () => {
      await page.evaluate(() => scrollTo(0, 0));
      return (await verify(issuer.url, await readScreen(t, page))).colour;
    };
    await citizen.enrol(page);
    await citizen.fillIn(page, { temperature: "37.5" });
    await citizen.press(page, "questionnaire");
    assert.match(await citizen.review(page).innerText(), reviewed);
    await shoot(page, `wechat-review-${language}`, { fullPage: true });
    await citizen.press(page, "questionnaire");
    assert.equal(await colour(), "red");
    await (await citizen.element(page, { index: "0" }, "wx-button")).tap();
    await page.getByText(correcting).waitFor();
    await citizen.measure(page, "36.5");
    await citizen.press(page, "questionnaire");
    await page.getByText(comesTo).waitFor();
    await shoot(page, `wechat-correction-${language}`, { fullPage: true });
    await citizen.press(page, "questionnaire");
    // The code before stands until the next one is drawn.
    for (const started = Date.now(); (await colour()) !== "green"; ) assert.ok(Date.now() - started < 20_000);
    assert.match(await page.locator(".wx-page:not([hidden])").innerText(), both);
    await shoot(page, `wechat-corrected-${language}`, { fullPage: true });
    assert.deepEqual(await errors(), []);
  });

  test(`WeChat's mode for elders: one question at a time, large type, large targets (${language})`, async (t) => {
    const issuer = await serve(t, { folder: null });
    const options = { language, fontSize: 23.8 };
    const { url } = await serveMini(t, compiled, { issuer: issuer.url, options });
    const { page, errors } = await phone(t, browser, url);
    await page.locator(".name input").waitFor();
    const said = await tooSmall(page, true);
    await shoot(page, `wechat-elders-enrol-${language}`);
    await citizen.enrol(page);
    const questions = page.locator('[class*="questionnaire-index--question"]:visible');
    const look = async () => {
      assert.equal(await questions.count(), 1);
      said.push(...(await tooSmall(page, true)));
    };
    await citizen.fillIn(page, { temperature: "37.8" }, async () => {
      await look();
      if (said.length === 0) await shoot(page, `wechat-elders-${language}`);
      await citizen.press(page, "questionnaire");
    });
    await look();
    await citizen.press(page, "questionnaire");
    await citizen.review(page).waitFor();
    said.push(...(await tooSmall(page, true)));
    await citizen.press(page, "questionnaire");
    assert.equal((await verify(issuer.url, await readScreen(t, page))).colour, "red");
    said.push(...(await tooSmall(page, true)));
    await shoot(page, `wechat-elders-code-${language}`, { fullPage: true });
    assert.deepEqual(said, []);
    assert.deepEqual(await errors(), []);
  });
}
