// Whether everyone can use the pages: labels, contrast, focus, large type, narrow screens, two pages at once.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import { device, launch, shoot } from "./browser.mjs";
import * as checkpoint from "./checkpoint.mjs";
import * as citizen from "./citizen.mjs";
import { serve } from "./server.mjs";

const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
let browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

async function phone(t, options) {
  const context = await device(browser, options);
  t.after(() => context.close());
  return context.newPage();
}

/** Checks the page by the rules of WCAG 2.2, levels A and AA, and that nothing is wider than the screen. */
async function check(page, name) {
  // Colours are not their own while they fade; what turns for ever has no end to wait for.
  await page.evaluate(async () => {
    const fading = document.getAnimations().filter(({ effect }) => effect.getComputedTiming().endTime !== Infinity);
    await Promise.allSettled(fading.map(({ finished }) => finished));
  });
  await page.evaluate(axe);
  const violations = await page.evaluate(async () => {
    const { violations } = await globalThis.axe.run({
      runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    });
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(" | ")}`);
  });
  assert.deepEqual(violations, [], name);
  const { width, wide } = await page.evaluate(() => ({
    width: document.documentElement.clientWidth,
    wide: document.documentElement.scrollWidth,
  }));
  assert.ok(wide <= width, `${name} is ${wide} wide on a screen of ${width}`);
}

test("who reads Chinese in any script gets Chinese, and all others English", async (t) => {
  const server = await serve(t);
  for (const [locale, language] of [
    ["zh-TW", "zh-Hans"],
    ["zh-HK", "zh-Hans"],
    ["ko-KR", "en"],
    ["fr", "en"],
  ]) {
    const page = await phone(t, { locale });
    await page.goto(server.url);
    assert.equal(await page.locator("html").getAttribute("lang"), language, locale);
  }
});

for (const locale of ["zh-CN", "en-GB"]) {
  test(`all stages are accessible, on a narrow screen and in large type too (${locale})`, async (t) => {
    const server = await serve(t);
    const page = await phone(t, { locale });
    await page.goto(server.url);
    await check(page, "start");
    await page.goto(`${server.url}/citizen.html`);
    await page.locator("#name").waitFor();
    await page.locator("form button.wide").click();
    await check(page, "welcome with faults");
    await citizen.enrol(page, server.url);
    await citizen.handIn(page);
    await check(page, "questionnaire with faults");
    const trips = [{ place: "420106", from: "2020-02-08", to: "2020-02-15" }];
    await citizen.fillIn(page, { residence: "returning", been_away: "yes", trips });
    await citizen.handIn(page);
    await citizen.review(page).waitFor();
    await check(page, "review of a report");
    await citizen.confirm(page);
    await page.locator("healthcode-diary button.add").click();
    await check(page, "red");
    const code = await citizen.codeText(page);
    await page.setViewportSize({ width: 320, height: 700 });
    await page.locator(".choice").first().click();
    await check(page, "red, large and narrow");
    await shoot(page, `large-narrow-${locale}`);
    await checkpoint.open(page, server.url);
    await check(page, "checkpoint, large and narrow");
    await checkpoint.paste(page, "https://example.org/");
    await check(page, "refused, large and narrow");
    await checkpoint.next(page);
    await page.locator(".choice").first().click();
    await checkpoint.paste(page, code);
    await checkpoint
      .part(page)
      .getByRole("button", { name: /^(每一项由谁担保|Who vouches for what)$/ })
      .click();
    await check(page, "accepted");
    await shoot(page, `accepted-vouched-${locale}`);
  });
}

test("yellow, green and grey have enough contrast", async (t) => {
  const server = await serve(t);
  const page = await phone(t);
  await citizen.enrol(page, server.url);
  await citizen.report(page);
  await check(page, "green");
  await page.getByRole("button", { name: /^更正2月20日/ }).click();
  await page.locator('.question[data-question="temperature"] input').fill("36.6");
  await citizen.handIn(page);
  await citizen.review(page).waitFor();
  await check(page, "review of a correction");
  await citizen.confirm(page);
  await page.locator("healthcode-report .struck").waitFor();
  await check(page, "a report that was corrected");
  await page.locator("healthcode-diary button.add").click();
  await citizen.choosePlace(page.locator("healthcode-diary .adding"), "3307");
  await citizen.times(page, "2020-02-14T10:00", "2020-02-14T12:00");
  await page.locator("healthcode-diary .adding button.primary").click();
  await page.getByRole("button", { name: /^删除：/ }).click();
  await citizen.review(page).waitFor();
  await check(page, "review of a removal");
  await citizen.confirm(page);
  await page.locator("healthcode-diary .struck").first().waitFor();
  await check(page, "a visit that was removed");
  await page.getByRole("button", { name: "重新申报" }).click();
  await citizen.report(page, { symptoms: ["fatigue"] });
  await check(page, "yellow");
  const code = await citizen.codeText(page);
  await checkpoint.open(page, server.url);
  await checkpoint.paste(page, code);
  await check(page, "accepted yellow");
});

test("a verdict gets the focus, and the next one is a key away", async (t) => {
  const server = await serve(t);
  const page = await phone(t, { desktop: true });
  await checkpoint.open(page, server.url);
  await page.locator("healthcode-checkpoint textarea").focus();
  await page.keyboard.insertText("JK1:");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await checkpoint.conclusion(page);
  assert.equal(await page.evaluate(() => document.activeElement.localName), "healthcode-checkpoint");
  await page.keyboard.press("Enter");
  await page.locator(".verdict").waitFor({ state: "detached" });
  assert.equal(await page.evaluate(() => document.activeElement.localName), "healthcode-checkpoint");
});

test("the buttons for the whole page stay beside each other, whatever the screen", async (t) => {
  const server = await serve(t);
  for (const locale of ["zh-CN", "en-GB"]) {
    const page = await phone(t, { locale });
    await page.goto(`${server.url}/citizen.html`);
    await page.locator("#name").waitFor();
    for (const [width, large] of [360, 390, 768, 1280].flatMap((width) => [
      [width, false],
      [width, true],
    ])) {
      await page.setViewportSize({ width, height: 844 });
      if (((await page.locator(".settings .choice").first().getAttribute("aria-pressed")) === "true") !== large)
        await page.locator(".settings .choice").first().click();
      const tops = await page.locator(".settings .choice").evaluateAll((all) => all.map((one) => one.offsetTop));
      assert.deepEqual(
        [tops.length, new Set(tops).size],
        [4, 1],
        `${locale}, ${width} px, ${large ? "elders" : "full"}`,
      );
      const room = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(room <= 0, `${locale}, ${width} px`);
      await shoot(page, `top-${locale}-${width}${large ? "-elders" : ""}`);
    }
  }
});

test("the language is the browser's at first and then the one that was chosen", async (t) => {
  const server = await serve(t);
  const page = await phone(t, { locale: "en-GB" });
  await page.goto(server.url);
  await page.getByText("Show my health code").waitFor();
  assert.equal(await page.evaluate(() => document.documentElement.lang), "en");
  await page.getByRole("button", { name: "中文" }).click();
  await page.getByText("我要出示健康码").click();
  await page.getByText("只留在这台手机上").waitFor();
  assert.equal(await page.evaluate(() => document.documentElement.lang), "zh-Hans");
});

test("who reports again while files are still being fetched stays at the questions", async (t) => {
  const server = await serve(t);
  const context = await device(browser);
  t.after(() => context.close());
  const page = await context.newPage();
  await citizen.enrol(page, server.url);
  await citizen.report(page);
  let go;
  const held = new Promise((resolve) => (go = resolve));
  await page.route("**/manifest", async (route) => {
    await held;
    await route.continue();
  });
  await page.reload();
  await page.getByRole("button", { name: "重新申报" }).click();
  const fetched = page.waitForResponse(/\/manifest/);
  go();
  await fetched;
  await page.waitForFunction(() =>
    navigator.locks.query().then(({ held, pending }) => held.length + pending.length === 0),
  );
  await citizen.report(page, { symptoms: ["dry-cough"] });
  assert.equal(await citizen.colour(page), "yellow");
});

test("two open pages do not forget what the other was told", async (t) => {
  const server = await serve(t);
  const context = await device(browser);
  t.after(() => context.close());
  const first = await context.newPage();
  // A slow answer, by which its clock is a second slow; the second page's must not be another.
  await first.route("**/demo.json", async (route) => {
    const response = await route.fetch();
    await first.waitForTimeout(1_000);
    await route.fulfill({ response });
  });
  await citizen.enrol(first, server.url);
  await first.unroute("**/demo.json");
  await citizen.report(first);
  const second = await context.newPage();
  await second.goto(`${server.url}/citizen.html`);
  await second.locator("section.code").waitFor();
  await second.getByRole("button", { name: "重新申报" }).click();
  await citizen.report(second, { symptoms: ["dry-cough"] });
  await first.bringToFront();
  // Before it renews its code, every 30 s.
  await first.locator("section.code.yellow").waitFor({ timeout: 20_000 });
  await first.locator(".forget > button").click();
  await first.locator("#forget button.danger").click();
  await second.waitForURL(`${server.url}/`);
});
