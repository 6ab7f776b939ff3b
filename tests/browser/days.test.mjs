// The colours of the past and to come, day by day: what this phone has shown, and what its forecast says, as a drawing and as a table.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import { device, launch, shoot } from "./browser.mjs";
import * as citizen from "./citizen.mjs";
import { issuerFolder, serve } from "./server.mjs";

const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
let browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

const panel = (page) => page.locator("healthcode-reasons .by-day");

/** What is drawn, day by day: `shown green`, `coming red`. */
const drawn = (page) =>
  panel(page)
    .locator("svg")
    .evaluate((svg) => {
      const days = [];
      for (const rect of svg.querySelectorAll("rect")) {
        if (rect.matches(".ground")) days.push([]);
        else days.at(-1).push(rect.getAttribute("class").replace("part ", ""));
      }
      return days.map((day) => day.join(", "));
    });

async function noFault(page) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => globalThis.axe.run());
  assert.deepEqual(
    violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(" | ")}`),
    [],
  );
}

/** Somebody green on 20 February, who opens the page again on the 22nd, and has fever then. */
async function feverish(t, more) {
  const data = await issuerFolder(t);
  const context = await device(browser, more);
  t.after(() => context.close());
  const page = await context.newPage();
  const first = await serve(t, { data });
  await citizen.enrol(page, first.url);
  await citizen.report(page);
  await panel(page).locator("rect.shown.green").waitFor();
  // It is drawn before it is noted, which is done in the background.
  await page.waitForTimeout(3_000);
  await first.stop();
  const later = await serve(t, { data, port: first.port, now: "2020-02-22T09:00:00+08:00" });
  await page.goto(`${later.url}/citizen.html`);
  await page.locator("healthcode-code canvas").waitFor();
  await panel(page).locator("rect.shown.green").nth(1).waitFor();
  await page.waitForTimeout(3_000);
  await page.locator("healthcode-report").getByRole("button").first().click();
  await citizen.report(page, { temperature: "38.2", symptoms: ["fever"] });
  await page.locator("section.code.red").waitFor();
  for (const bar of ["shown.red", "coming.yellow"]) await panel(page).locator(`rect.${bar}`).first().waitFor();
  return page;
}

for (const [locale, colorScheme] of [
  ["zh-CN", "light"],
  ["en-GB", "dark"],
]) {
  test(`colours of the past and to come are drawn, told to screen readers, and a table at a press (${locale})`, async (t) => {
    const page = await feverish(t, { locale, colorScheme });
    const requests = [];
    page.on("request", (request) => requests.push(request.url()));
    const days = await drawn(page);
    assert.deepEqual(days.slice(0, 2), ["shown green", ""], "what it showed, and a day on which nobody looked");
    assert.match(days[2], /^shown green, shown red, today$/);
    assert.equal(days[3], "coming red");
    assert.ok(days.indexOf("coming yellow") > 3, days.join("; "));
    assert.equal(days.at(-1), "coming green");
    await noFault(page);
    await panel(page).scrollIntoViewIfNeeded();
    await shoot(page, `days-${locale}`);
    const label = await panel(page).getByRole("img").getAttribute("aria-label");
    const said =
      locale === "zh-CN"
        ? [
            /2月20日：绿码，显示过/,
            /2月21日：没有打开过/,
            /2月22日：\d\d:\d\d起绿码，\d\d:\d\d起红码，今天/,
            /绿码，预计$/,
          ]
        : [
            /20 Feb: Green, shown/,
            /21 Feb: not opened/,
            /22 Feb: Green from \d\d:\d\d, Red from \d\d:\d\d, today/,
            /Green, expected$/,
          ];
    for (const one of said) assert.match(label, one);
    await panel(page).getByRole("button").click();
    assert.equal(await panel(page).locator("svg").count(), 0);
    const cells = await panel(page).getByRole("row").nth(1).getByRole("cell").allTextContents();
    assert.deepEqual(cells, locale === "zh-CN" ? ["2月20日", "绿码", "显示过"] : ["20 Feb", "Green", "shown"]);
    await noFault(page);
    await panel(page).scrollIntoViewIfNeeded();
    await shoot(page, `days-table-${locale}`);
    await panel(page).getByRole("button").click();
    await panel(page).locator("svg").waitFor();
    assert.deepEqual(requests, [], "nobody is asked");
    // It outlives the page, and is forgotten with the person.
    await page.reload();
    // What is to come is foretold anew when newer files come.
    await panel(page).locator("rect.coming.green").first().waitFor();
    for (let tries = 0; tries < 50 && (await drawn(page)).length < days.length; tries += 1)
      await page.waitForTimeout(200);
    assert.deepEqual(await drawn(page), days);
  });
}
