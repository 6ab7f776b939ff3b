// China's rules for elders (MIIT's design rules for apps, 2021) over each page and component: sizes of type and of what is pressed,
// line spacing, contrast, nothing cut; in the full version and the one for elders, at each of the eight sizes of type.
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

/** What the page shows, in its own document and in the shadow roots of the elements: text with its size, and what is pressed. */
function measured() {
  const [texts, targets, cut] = [[], [], []];
  let widest = { right: 0 };
  const seen = (element) => element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
  const look = (root) => {
    for (const element of root.querySelectorAll("*")) {
      if (element.shadowRoot) look(element.shadowRoot);
      if (!seen(element) || element.closest("[aria-hidden=true], .skip, option, noscript")) continue;
      const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== "");
      const style = getComputedStyle(element);
      const size = Number.parseFloat(style.fontSize);
      const { right } = element.getBoundingClientRect();
      if (right > widest.right && !element.closest("table")) widest = { right, element };
      const says = `<${element.localName} class="${element.className}"> ${element.textContent.trim().slice(0, 30)}`;
      // Boxes and files have their words beside them.
      if (own || element.matches("input:not([type=checkbox], [type=radio], [type=file]), select, textarea")) {
        texts.push({ says, size, spacing: Number.parseFloat(style.lineHeight) / size });
        const clips = style.overflowX !== "visible" && element.scrollWidth > element.clientWidth + 1;
        if (clips && !element.matches("input, select, textarea")) cut.push(says);
      }
      if (element.matches("button, select, textarea, input, summary, a[href]")) {
        // What is pressed for a box or a file is its label.
        const target = element.matches("[type=checkbox], [type=radio], [type=file]")
          ? element.closest("label")
          : element;
        const { width, height } = target.getBoundingClientRect();
        targets.push({ says, width, height });
      }
    }
  };
  look(document);
  const { scrollWidth, clientWidth } = document.documentElement;
  if (scrollWidth > clientWidth) {
    cut.push(`the page is ${scrollWidth} wide on ${clientWidth}: ${widest.element.outerHTML.slice(0, 200)}`);
  }
  return { texts, targets, cut };
}

/** What breaks the rules on the page as it is. */
async function faults(page, { elders, largest }) {
  const { texts, targets, cut } = await page.evaluate(measured);
  const [body, press] = elders ? [18, 60] : [11, 44];
  const found = cut.map((says) => `cut: ${says}`);
  for (const { says, size, spacing } of texts) {
    if (size < body - 0.01) found.push(`${size.toFixed(1)} px: ${says}`);
    if (spacing < 1.295) found.push(`lines ${spacing.toFixed(2)}: ${says}`);
  }
  for (const { says, width, height } of targets) {
    // A link within a text is as high as its line (WCAG 2.5.8).
    if (says.startsWith('<a class="hint')) continue;
    if (Math.min(width, height) < press - 0.5) found.push(`${Math.round(width)} × ${Math.round(height)}: ${says}`);
  }
  if (elders && largest) {
    const most = Math.max(...texts.map(({ size }) => size));
    if (most < 30) found.push(`the largest type is ${most}`);
  }
  return [...new Set(found)];
}

/** Contrast, by axe: 4.5 to 1 for text. */
async function contrast(page) {
  await page.evaluate(axe);
  return page.evaluate(async () => {
    const { violations } = await globalThis.axe.run({ runOnly: ["color-contrast"] });
    return violations.flatMap(({ nodes }) => nodes.map(({ html }) => html.slice(0, 140)));
  });
}

const choose = (page, large, size) =>
  page.evaluate(
    ([large, size]) =>
      localStorage.setItem(
        "healthcode.preferences",
        JSON.stringify({ ...JSON.parse(localStorage.getItem("healthcode.preferences") ?? "{}"), large, size }),
      ),
    [large, size],
  );

/** The pages, and how to come to each of their states. */
const STATES = {
  start: async (page) => {
    await page.goto(server.url);
    await page.locator(".doors").waitFor();
  },
  welcome: async (page) => {
    await page.goto(`${server.url}/citizen.html`);
    await page.locator("#name").waitFor();
  },
  code: async (page) => {
    await page.goto(`${server.url}/citizen.html`);
    await page.locator("healthcode-code canvas").waitFor();
    await page.locator("healthcode-reasons .reason").first().waitFor({ state: "attached" });
    await page.evaluate(() => document.querySelectorAll("details").forEach((one) => (one.open = true)));
    await page.locator("healthcode-reasons .reason").first().waitFor();
    await page.locator("healthcode-diary button.add").click();
  },
  questionnaire: async (page) => {
    await page.goto(`${server.url}/citizen.html`);
    await page.locator("healthcode-code canvas").waitFor();
    const again = page.getByRole("button", { name: "重新申报" }).first();
    await again.click();
    await page.locator("healthcode-questionnaire .question").first().waitFor();
  },
  checkpoint: (page) => checkpoint.open(page, server.url),
  verdict: async (page, text) => {
    await checkpoint.open(page, server.url);
    await checkpoint.paste(page, text);
  },
};

for (const elders of [false, true]) {
  test(`sizes, spacing and contrast hold at each of the eight steps, ${elders ? "for elders" : "in full"}`, async (t) => {
    const context = await device(browser, { viewport: { width: 360, height: 740 } });
    t.after(() => context.close());
    const page = await context.newPage();
    await page.goto(server.url);
    const table = [];
    const all = [];
    let text;
    const record = async (state, size) => {
      const told = await faults(page, { elders, largest: size === 7 });
      if (size === 1 || size === 7) told.push(...(await contrast(page)).map((html) => `contrast: ${html}`));
      table.push(`${state}, step ${size}: ${told.length}`);
      all.push(...told.map((one) => `${state}, step ${size}: ${one}`));
      await shoot(page, `elders-${elders ? "simple" : "full"}-${state}-${size}`, { fullPage: true });
    };
    for (const state of ["start", "welcome"]) {
      for (let size = 0; size < 8; size += 1) {
        await choose(page, elders, size);
        await STATES[state](page);
        await record(state, size);
      }
    }
    await choose(page, false, 1);
    await citizen.enrol(page, server.url);
    await citizen.report(page, { symptoms: ["dry-cough"] });
    text = await citizen.codeText(page);
    for (const state of ["code", "questionnaire", "checkpoint", "verdict"]) {
      for (let size = 0; size < 8; size += 1) {
        await choose(page, elders, size);
        await STATES[state](page, text);
        await record(state, size);
      }
    }
    t.diagnostic(table.join("; "));
    assert.deepEqual(all, []);
  });
}

test("the size that somebody has set in the browser is followed, until another is chosen here", async (t) => {
  const large = await launch(["--blink-settings=defaultFontSize=24"]);
  t.after(() => large.close());
  const page = await (await device(large)).newPage();
  await citizen.enrol(page, server.url);
  const size = () =>
    page.locator("healthcode-questionnaire .hc").evaluate((one) => Number.parseFloat(getComputedStyle(one).fontSize));
  assert.ok((await size()) >= 22, `${await size()} px`);
  await page.getByRole("button", { name: "字号调小" }).click();
  const smaller = await size();
  assert.ok(smaller < 24 && smaller > 16, `${smaller} px`);
});

test("the version for elders asks one thing at a time and says what to do", async (t) => {
  const context = await device(browser);
  t.after(() => context.close());
  const page = await context.newPage();
  await page.goto(server.url);
  await page.getByRole("button", { name: "长辈版" }).click();
  await citizen.enrol(page, server.url);
  const form = citizen.questionnaire(page);
  assert.equal(await form.locator(".question").count(), 1);
  const next = form.getByRole("button", { name: "下一题" });
  await next.click();
  assert.equal(await form.locator(".question.wrong").count(), 1, "an answer is wanted first");
  await citizen.choose(page, "residence", "resident");
  await next.click();
  await citizen.choosePlace(form.locator(".question"), "330106");
  await next.click();
  await form.locator(".measure input").fill("37.8");
  await next.click();
  await citizen.choose(page, "symptoms", "none");
  for (const id of ["household_ill", "contact", "been_away"]) {
    await next.click();
    await citizen.choose(page, id, "no");
  }
  await shoot(page, "simple-last-question");
  assert.equal(await next.count(), 0);
  await form.getByRole("button", { name: "提交" }).click();
  await citizen.confirm(page);
  const card = page.locator("healthcode-code");
  await card.locator(".why").waitFor();
  assert.match(await card.locator(".why").innerText(), /体温/);
  assert.equal(await page.locator("healthcode-reasons").isVisible(), false, "the rest is a press away");
  await shoot(page, "simple-code");
});
