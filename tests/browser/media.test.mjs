// The citizen's page where it is not as usual: in the dark, with the colours of somebody who has chosen their own, and on paper.
import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { device, keep, launch, shoot } from "./browser.mjs";
import * as checkpoint from "./checkpoint.mjs";
import * as citizen from "./citizen.mjs";
import { scratch, zbar } from "./readers.mjs";
import { serve } from "./server.mjs";

const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
let browser;
let page;
let server;
const cleanup = [];

before(async () => {
  browser = await launch();
  server = await serve({ after: (done) => cleanup.unshift(done) });
  page = await (await device(browser)).newPage();
  await citizen.enrol(page, server.url);
  await citizen.report(page, { symptoms: ["dry-cough"] });
});
after(async () => {
  await browser.close();
  for (const done of cleanup) await done();
});

/** Does something with the code on the screen in each language. */
async function inEach(act) {
  for (const language of ["zh", "en"]) {
    await page.goto(`${server.url}/citizen.html`);
    await page.locator("healthcode-code canvas").waitFor({ state: "attached" });
    await page.locator("healthcode-reasons .reason").first().waitFor();
    await act(language);
    // On paper there is no button.
    await page.locator(".settings .choice[lang]").dispatchEvent("click");
  }
}

/** How light a colour is as computed, from 0 to 1. */
const light = (colour) => {
  const [red, green, blue] = colour.match(/[\d.]+/g).map(Number);
  return (0.2126 * red + 0.7152 * green + 0.0722 * blue) / 255;
};

/** A property of an element, as computed. */
const computed = (found, property) =>
  found.first().evaluate((one, property) => getComputedStyle(one)[property], property);

/** What a reader reads on the screen. */
async function read(t) {
  const file = join(await scratch(t), "screen.png");
  await page.locator("healthcode-code canvas").scrollIntoViewIfNeeded();
  await writeFile(file, await page.screenshot());
  return zbar(file);
}

async function contrast() {
  await page.evaluate(axe);
  return page.evaluate(async () => {
    const { violations } = await globalThis.axe.run({ runOnly: ["color-contrast"] });
    return violations.flatMap(({ nodes }) => nodes.map(({ html }) => html.slice(0, 160)));
  });
}

/** The colours by day are drawn on white in their own colours, each edged, and today is framed. */
async function drawnInColour() {
  const drawing = page.locator("healthcode-reasons .days");
  await drawing.locator("rect.coming.green").first().waitFor();
  assert.equal(await computed(drawing, "backgroundColor"), "rgb(255, 255, 255)");
  for (const [bar, fill] of [
    ["shown.yellow", "rgb(255, 199, 44)"],
    ["coming.yellow", "rgb(255, 246, 214)"],
    ["coming.green", "rgb(227, 244, 234)"],
  ]) {
    const rect = drawing.locator(`rect.part.${bar}`);
    assert.equal(await computed(rect, "fill"), fill, bar);
    // Seen on white: 3 to 1 and more.
    assert.ok(light(await computed(rect, "stroke")) < 0.45, `${bar}: ${await computed(rect, "stroke")}`);
  }
  assert.ok(light(await computed(drawing.locator("rect.today"), "stroke")) < 0.2);
}

test("in the dark the page is dark, its words are read, and the code is black on white", async (t) => {
  await page.emulateMedia({ colorScheme: "dark" });
  await inEach(async (language) => {
    assert.ok(light(await computed(page.locator("html"), "backgroundColor")) < 0.2);
    for (const part of [page.locator(".panel"), page.locator("healthcode-reasons .panel")]) {
      assert.ok(light(await computed(part, "backgroundColor")) < 0.25);
      assert.ok(light(await computed(part, "color")) > 0.7);
    }
    assert.equal(await computed(page.locator("healthcode-code .plate"), "backgroundColor"), "rgb(255, 255, 255)");
    assert.match(await read(t), /^JK1:/);
    await drawnInColour();
    assert.deepEqual(await contrast(), []);
    await shoot(page, `dark-${language}`, { fullPage: true });
    if (language === "en") return;
    const text = await citizen.codeText(page);
    await page.getByRole("button", { name: "重新申报" }).first().click();
    await citizen.questionnaire(page).locator(".question").first().waitFor();
    assert.deepEqual(await contrast(), [], "questionnaire");
    await shoot(page, "dark-questionnaire-zh", { fullPage: true });
    await checkpoint.open(page, server.url);
    await checkpoint.paste(page, text);
    assert.deepEqual(await contrast(), [], "verdict");
    await shoot(page, "dark-verdict-zh", { fullPage: true });
  });
  await page.emulateMedia({ colorScheme: "light" });
});

test("with somebody's own colours the signs keep theirs, and what can be pressed or was chosen is seen", async (t) => {
  await page.emulateMedia({ forcedColors: "active" });
  await inEach(async (language) => {
    const band = await computed(page.locator("healthcode-code .band"), "backgroundColor");
    assert.notEqual(band, await computed(page.locator("html"), "backgroundColor"));
    assert.equal(await computed(page.locator("healthcode-code .band"), "forcedColorAdjust"), "none");
    assert.equal(await computed(page.locator("healthcode-code .plate"), "backgroundColor"), "rgb(255, 255, 255)");
    assert.match(await read(t), /^JK1:/);
    await drawnInColour();
    for (const edged of ["healthcode-reasons .panel", "healthcode-code .button", "main .panel", "main button"])
      assert.equal(await computed(page.locator(edged), "borderTopStyle"), "solid", edged);
    await shoot(page, `forced-${language}`, { fullPage: true });
    if (language === "en") return;
    await page.getByRole("button", { name: "重新申报" }).first().click();
    // What was said the last time stands there.
    const choices = page.locator('.question[data-question="residence"] .choice');
    const looks = await choices.evaluateAll((all) =>
      all.map((one) => {
        const { borderColor, borderWidth, outlineStyle, backgroundColor } = getComputedStyle(one);
        return [borderColor, borderWidth, outlineStyle, backgroundColor].join();
      }),
    );
    assert.notEqual(looks[0], looks[1], "what was chosen looks otherwise");
    await shoot(page, "forced-questionnaire-zh", { fullPage: true });
  });
  await page.emulateMedia({ forcedColors: "none" });
});

test("on paper are the reasons and the reports, no code, and nothing to press", async () => {
  await page.emulateMedia({ media: "print" });
  await inEach(async (language) => {
    for (const part of ["reasons .reason", "report .row", "code .word", "code .time"])
      assert.ok(await page.locator(`healthcode-${part}`).first().isVisible(), part);
    assert.equal(await page.locator("healthcode-code canvas").isVisible(), false);
    for (const button of await page.locator("button, summary, input, select").all())
      assert.equal(await button.isVisible(), false, await button.evaluate((one) => one.outerHTML.slice(0, 120)));
    const said = await page.evaluate(() => getComputedStyle(document.body, "::before").content);
    assert.match(said, /A printed code is no code\. 打印的码无效。/);
    await shoot(page, `print-${language}`, { fullPage: true });
    await keep(await page.pdf({ format: "A4" }), `print-${language}.pdf`);
  });
  await page.emulateMedia({ media: "screen" });
});
