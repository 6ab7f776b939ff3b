// All eight components as WeChat and Alipay draw them, in both languages, in ordinary and in large type: pictures, and what can be
// checked of them. On Alipay it is the contract fake's drawing (alipay/page.mjs).
import assert from "node:assert/strict";
import { cp, readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { device, launch, shoot } from "../../browser/browser.mjs";
import { scratch } from "../../browser/readers.mjs";
import { serve } from "../../browser/server.mjs";
import * as tapping from "./alipay/citizen.mjs";
import { html } from "./alipay/page.mjs";
import { addGallery, PAGE } from "./gallery.mjs";
import { work } from "./places.mjs";
import { tooSmall } from "./sizes.mjs";
import { drawn } from "./wechat/citizen.mjs";
import { serveMini, phone as wechatPhone } from "./wechat/device.mjs";

const axe = await readFile(
  createRequire(new URL("../../browser/package.json", import.meta.url)).resolve("axe-core/axe.min.js"),
  "utf8",
);
/** What the rules of WCAG for pages ask that a mini-program's page is not asked: its frame is the app's. */
const NOT_OURS = ["document-title", "meta-viewport", "html-has-lang"];
let browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

const LOOKS = [
  { language: "zh-Hans", how: "well" },
  { language: "en", how: "cough" },
  { language: "zh-Hans", how: "returned", large: true },
  { language: "en", how: "returned", large: true },
];
/** Of whom there is no code, and what is said then. */
const EMPTY = [
  { language: "zh-Hans", how: "nameless", says: ["第1位", "行程卡", "您的回答只留在这台手机上"] },
  {
    language: "en",
    how: "nameless",
    large: true,
    says: ["No name entered yet", "Itinerary card", "Your answers stay on this phone"],
  },
  { language: "zh-Hans", how: "problem", large: true, says: ["重试"] },
  { language: "en", how: "problem", says: ["Try again"] },
];
/** A code that is to answer a checkpoint, and what is said to whoever types too few digits. */
const ASKED = [
  { language: "zh-Hans", how: "well", asks: true, fault: "请输入4位数字。" },
  { language: "en", how: "well", asks: true, large: true, fault: "Enter four digits." },
];
const nameOf = (host, { language, large, how, says, asks }) =>
  `${host}-${language}${large ? "-large" : ""}${says ? `-${how}` : ""}${asks ? "-asked" : ""}`;

/** What is wrong with how the page looks. */
async function faults(page, language) {
  await page.evaluate(axe);
  return page.evaluate(
    async ([language, notOurs]) => {
      const wrong = [];
      // WeChat and Alipay have a word of their own for a role, and no levels of headings; the framework writes a boolean as HTML does.
      for (const element of document.querySelectorAll("[aria-role]")) {
        const role = element.getAttribute("aria-role");
        element.setAttribute("role", role);
        element.removeAttribute("aria-role");
        if (role === "heading") element.setAttribute("aria-level", "2");
        if (["radio", "checkbox"].includes(role))
          element.setAttribute("aria-checked", String(!["false", null].includes(element.getAttribute("aria-checked"))));
      }
      // The simulator gives a field's label to what stands around it.
      for (const field of document.querySelectorAll("[aria-label] :is(input, textarea):not([aria-label])"))
        field.setAttribute("aria-label", field.closest("[aria-label]").getAttribute("aria-label"));
      const tell = (element, what) =>
        wrong.push(
          `${what}: <${element.tagName.toLowerCase()} class="${element.className}"> ${element.textContent.trim().slice(0, 60)}`,
        );
      const wide = document.documentElement.clientWidth;
      for (const element of document.querySelectorAll("body *")) {
        const box = element.getBoundingClientRect();
        if (box.width === 0 || box.height === 0 || ["SCRIPT", "STYLE"].includes(element.tagName)) continue;
        if (box.right > wide + 1 || box.left < -1) tell(element, "stands out to the side");
        const { overflowX, overflowY } = getComputedStyle(element);
        const own = [...element.childNodes]
          .filter((node) => node.nodeType === Node.TEXT_NODE)
          .map((node) => node.data.trim())
          .join("");
        const size = parseFloat(getComputedStyle(element).fontSize);
        if (own.length > 5 && box.width < 4 * size && box.height > 4 * size) tell(element, "text is squeezed");
        if (element.textContent.trim() === "") continue;
        if (overflowX !== "visible" && element.scrollWidth > element.clientWidth + 1) tell(element, "text is cut");
        if (overflowY === "hidden" && element.scrollHeight > element.clientHeight + 1) tell(element, "text is cut");
      }
      // Names and what a person wrote stay as they are; all else is in the language of the page.
      const said = document.body.innerText.replace(/\*+[员孩]/g, "");
      const foreign =
        language === "en"
          ? said.match(/[^\n]*[\u3000-\u9fff][^\n]*/g)
          : said.replace(/规则编号 \S+/g, "").match(/[^\n]*\b[A-Za-z]{4,}\b[^\n]*/g);
      for (const line of foreign ?? []) wrong.push(`not in the page's language: ${line}`);
      const { violations } = await axe.run(document, {
        runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
      });
      for (const { id, nodes } of violations) {
        if (!notOurs.includes(id))
          for (const { html, failureSummary } of nodes) wrong.push(`${id}: ${html.slice(0, 160)} ${failureSummary}`);
      }
      return wrong;
    },
    [language, NOT_OURS],
  );
}

/** What the contract fake has drawn, in the browser. */
async function pageOf(t, app, language) {
  const context = await device(browser, { viewport: { width: app.options.width, height: 812 } });
  t.after(() => context.close());
  const page = await context.newPage();
  await page.setContent(html(app, language));
  return page;
}

/** The sample for WeChat with a page of all components in a look. */
async function onWechat(t, look) {
  const folder = join(await scratch(t), "compiled");
  await cp(join(work, "wechat-compiled"), folder, { recursive: true });
  await addGallery(folder, "wechat", look);
  const issuer = await serve(t, { folder: null });
  const { url } = await serveMini(t, folder, {
    issuer: issuer.url,
    start: PAGE,
    options: { language: look.language === "en" ? "en" : "zh_CN" },
  });
  return wechatPhone(t, browser, url);
}

for (const look of LOOKS) {
  const { language } = look;
  test(`WeChat: ${nameOf("", look).slice(1)}`, async (t) => {
    const { page, errors } = await onWechat(t, look);
    await drawn(page);
    await page.evaluate(() => host.options.scans.push(host.app.text));
    const press = (part, which) => page.locator(`.part-${part} wx-button`)[which]().tap();
    await press("questionnaire", look.large ? "last" : "first");
    if (look.large) {
      // Put away, it says when it was handed in, and comes back.
      await shoot(page.locator(".part-questionnaire"), `look-${nameOf("wechat", look)}-handed`);
      await press("questionnaire", "first");
    }
    await press("diary", "last");
    await press("checkpoint", "first");
    await page.locator(".part-checkpoint").getByText("**员").waitFor();
    await shoot(page, `look-${nameOf("wechat", look)}`, { fullPage: true, scale: "css" });
    assert.deepEqual(await faults(page, language), []);
    assert.deepEqual(await tooSmall(page, look.large), []);
    assert.deepEqual(await errors(), []);
  });

  test(`Alipay: ${nameOf("", look).slice(1)}`, async (t) => {
    const { app } = await tapping.phone(t, { language }, undefined, (folder) => addGallery(folder, "alipay", look));
    await tapping.until(app, "a code", () => [...app.canvases.values()].some(({ width }) => width > 300));
    app.options.scans.push(app.app.text);
    const press = async (part, which) => {
      const buttons = () =>
        app.all(
          ({ tag }) => tag === "button",
          app.all(({ attributes }) => attributes.class === `page part-${part}`),
        );
      await tapping.until(app, part, () => buttons().length > 0);
      app.tap(buttons().at(which));
    };
    await press("questionnaire", look.large ? -1 : 0);
    if (look.large) await press("questionnaire", 0);
    await press("diary", -1);
    await press("checkpoint", 0);
    await tapping.until(app, "a verdict", () => (app.text().match(/\*\*员/g) ?? []).length > 2);
    const page = await pageOf(t, app, language);
    await shoot(page, `look-${nameOf("alipay", look)}`, { fullPage: true, scale: "css" });
    assert.deepEqual(await faults(page, language), []);
    assert.deepEqual(await tooSmall(page, look.large), []);
    assert.deepEqual(app.errors, []);
  });
}

for (const look of EMPTY) {
  const { language, how, says } = look;
  test(`WeChat: ${nameOf("", look).slice(1)}`, async (t) => {
    const { page, errors } = await onWechat(t, look);
    for (const one of says) await page.getByText(one).last().waitFor();
    await shoot(page, `look-${nameOf("wechat", look)}`, { fullPage: true, scale: "css" });
    assert.deepEqual(await faults(page, language), []);
    assert.deepEqual(await tooSmall(page, look.large), []);
    assert.deepEqual(await errors(), []);
  });

  test(`Alipay: ${nameOf("", look).slice(1)}`, async (t) => {
    const { app } = await tapping.phone(t, { language }, undefined, (folder) => addGallery(folder, "alipay", look));
    for (const one of says) await tapping.until(app, one, () => app.text().includes(one));
    const page = await pageOf(t, app, language);
    await shoot(page, `look-${nameOf("alipay", look)}`, { fullPage: true, scale: "css" });
    assert.deepEqual(await faults(page, language), []);
    assert.deepEqual(await tooSmall(page, look.large), []);
    // Why nothing opened is told whoever made the page, too.
    assert.deepEqual(app.errors, how === "problem" ? ["healthcode: network-unreachable: "] : []);
  });
}

for (const look of ASKED) {
  const { language, fault } = look;
  test(`WeChat: ${nameOf("", look).slice(1)}`, async (t) => {
    const { page, errors } = await onWechat(t, look);
    await drawn(page);
    const [code, gate] = ["code", "checkpoint"].map((part) => page.locator(`.part-${part}`));
    await code.locator("wx-button").last().tap();
    await code.locator("input").fill("12");
    await code.locator("input").press("Enter");
    await code.getByText(fault).waitFor();
    const said = gate.getByText(/^\d \d \d \d$/);
    await said.waitFor();
    await shoot(page, `look-${nameOf("wechat", look)}`, { fullPage: true, scale: "css" });
    assert.deepEqual(await faults(page, language), []);
    assert.deepEqual(await tooSmall(page, look.large), []);
    const digits = (await said.innerText()).replaceAll(" ", "");
    await code.locator("input").fill(digits);
    await code.locator("input").press("Enter");
    await code.getByText(digits).waitFor();
    await shoot(code, `look-${nameOf("wechat", look)}-answered`);
    assert.deepEqual(await errors(), []);
  });
}

/** Properties that an app sets on its pages, and on its own class of a component's root. */
const SHEET = "page { --hc-brand: #7a1fa2; --hc-radius: 3px; }\n.mine { --hc-brand: #9a3412; }\n";
const seen = (page, part) =>
  page.evaluate((part) => {
    const { backgroundColor } = getComputedStyle(
      document.querySelector(`${part} [class~="primary"], ${part} [class*="--primary"]`),
    );
    const { borderTopLeftRadius } = getComputedStyle(
      document.querySelector(`${part} [class~="panel"], ${part} [class*="--panel"]`),
    );
    return [backgroundColor, borderTopLeftRadius];
  }, part);
const LOOK = { language: "en", how: "problem" };
/** The questionnaire gets the class by the host's own attribute. */
const mine = async (folder, ending, attribute) => {
  const file = join(folder, "pages", "gallery", `index.${ending}`);
  await writeFile(
    file,
    (await readFile(file, "utf8")).replace("<hc-questionnaire", `<hc-questionnaire ${attribute}="mine"`),
  );
};

test("WeChat: an app's properties on its pages and on a class of its own are the components' look", async (t) => {
  const folder = join(await scratch(t), "compiled");
  await cp(join(work, "wechat-compiled"), folder, { recursive: true });
  await addGallery(folder, "wechat", LOOK);
  await mine(folder, "wxml", "hc-class");
  await writeFile(join(folder, "pages", "gallery", "index.wxss"), SHEET);
  const issuer = await serve(t, { folder: null });
  const { url } = await serveMini(t, folder, { issuer: issuer.url, start: PAGE, options: { language: "en" } });
  const { page, errors } = await wechatPhone(t, browser, url);
  await page.locator(".part-family").getByText("Try again", { exact: true }).waitFor();
  assert.deepEqual(await seen(page, ".part-family"), ["rgb(122, 31, 162)", "3px"]);
  assert.deepEqual(await seen(page, ".part-questionnaire"), ["rgb(154, 52, 18)", "3px"]);
  assert.deepEqual(await errors(), []);
});

test("Alipay: an app's properties on its pages and on a class of its own are the components' look", async (t) => {
  const { app } = await tapping.phone(t, { language: "en" }, undefined, async (folder) => {
    await addGallery(folder, "alipay", LOOK);
    await mine(folder, "axml", "className");
    const sheet = join(folder, "app.acss");
    await writeFile(sheet, `${await readFile(sheet, "utf8")}\n${SHEET}`);
  });
  await tapping.until(app, "a problem", () => app.text().includes("Try again"));
  const page = await pageOf(t, app, "en");
  assert.deepEqual(await seen(page, ".part-family"), ["rgb(122, 31, 162)", "3px"]);
  assert.deepEqual(await seen(page, ".part-questionnaire"), ["rgb(154, 52, 18)", "3px"]);
});
