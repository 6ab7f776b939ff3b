// The npm package's custom elements in a page of a few lines: what an integrator writes.
import assert from "node:assert/strict";
import { cp, readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { device, launch, shoot } from "./browser.mjs";
import { scratch, zbar, zxing } from "./readers.mjs";
import { serve, streets } from "./server.mjs";

const pkg = fileURLToPath(new URL("../../pkg", import.meta.url));
const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const PAGE = `<!doctype html>
<html lang="zh-Hans">
  <meta charset="utf-8" />
  <meta name="viewport" content="width=device-width, initial-scale=1" />
  <title>健康码</title>
  <link rel="icon" href="data:," />
  <link rel="stylesheet" href="page.css" />
  <script type="module" src="page.js"></script>
  <main id="main">
    <h1>健康码</h1>
    <healthcode-family></healthcode-family>
    <healthcode-code></healthcode-code>
    <healthcode-report></healthcode-report>
    <healthcode-questionnaire hidden></healthcode-questionnaire>
    <healthcode-reasons></healthcode-reasons>
    <healthcode-diary></healthcode-diary>
    <healthcode-itinerary></healthcode-itinerary>
    <healthcode-checkpoint></healthcode-checkpoint>
  </main>
</html>`;

const SCRIPT = `
import { openCheckpoint } from "./web/checkpoint.mjs";
import { maskIdentity, openFamily } from "./web/index.mjs";
import { connect, prefer } from "./web/components.mjs";

const { roots, clock } = await (await fetch("/demo.json")).json();
const offset = Date.parse(clock.now) - Date.now();
const scan = async () => globalThis.scanned;
const options = { roots, adaptors: { clock: { now: () => Date.now() + offset }, scan: { scan } } };
const family = await openFamily(options);
const phone = await family.open("1");
await phone.refresh();
await phone.certify(maskIdentity("测试员", "330106190001010000"));
const checkpoint = await openCheckpoint(options);
await checkpoint.refresh();
connect({ phone, family, checkpoint });

const questionnaire = document.querySelector("healthcode-questionnaire");
for (const element of document.querySelectorAll("healthcode-report, healthcode-reasons")) {
  element.addEventListener("report", () => (questionnaire.hidden = false));
}
questionnaire.addEventListener("reported", () => (questionnaire.hidden = true));
questionnaire.addEventListener("back", () => (questionnaire.hidden = true));
Object.assign(globalThis, { phone, prefer, ready: true });
`;

const CSS = "body { margin: 0; padding: 10px; background: #eef2f1 } main { max-width: 26rem; margin: auto }";

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

/** The page, opened; nothing may go wrong on it. */
async function open(t, options, served) {
  const folder = await scratch(t);
  await cp(join(pkg, "web"), join(folder, "web"), { recursive: true });
  for (const engine of ["healthcode.wasm", "checkpoint.wasm"]) await cp(join(pkg, engine), join(folder, engine));
  for (const [name, text] of [
    ["index.html", PAGE],
    ["page.js", SCRIPT],
    ["page.css", CSS],
  ])
    await writeFile(join(folder, name), text);
  const server = await serve(t, { ...served, folder });
  const context = await device(browser, options);
  t.after(() => context.close());
  const page = await context.newPage();
  const errors = [];
  page.on("pageerror", (error) => errors.push(String(error)));
  page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
  await page.goto(server.url);
  await page.waitForFunction(() => globalThis.ready, undefined, { timeout: 20_000 });
  return { page, context, server, errors };
}

const part = (page, name) => page.locator(`healthcode-${name}`);
const says = (page, name) => part(page, name).locator(".hc").innerText();

/** Waits for what a component says: what stands around a code comes after it. */
async function saying(page, name, what) {
  for (const from = Date.now(); Date.now() - from < 30_000 && !what.test(await says(page, name)); )
    await page.waitForTimeout(50);
  assert.match(await says(page, name), what);
}

/** Has the next scan see what the venue's screen shows now. */
const atTheDoor = (page) =>
  page.evaluate(async () => (globalThis.scanned = (await (await fetch("/venue.json")).json()).text));

const NO_SYMPTOM = "没有以上不适";

/** Fills in what somebody who is well and was nowhere answers, with the fault of having forgotten it first. */
async function report(page, symptom) {
  await part(page, "report").getByRole("button").click();
  const form = part(page, "questionnaire");
  await form.getByRole("button").last().click();
  assert.ok((await form.locator(".question.wrong").count()) >= 6);
  await page.waitForFunction(() => document.activeElement?.shadowRoot?.activeElement?.matches(".question.wrong input"));
  await form.getByRole("radio").first().check();
  for (const name of ["浙江省", "杭州市", "西湖区"]) await form.locator("select").last().selectOption({ label: name });
  await form.locator(".measure input").fill("36.5");
  await form.getByRole("checkbox", { name: symptom }).check();
  for (const no of await form.getByRole("radio", { name: "否" }).all()) await no.check();
  assert.equal(await form.locator(".question.wrong").count(), 0);
  await form.getByRole("button").first().click();
  if (symptom !== NO_SYMPTOM) {
    const review = form.locator(".review");
    assert.match(await review.innerText(), new RegExp(`${symptom}。提交后健康码会变为黄码，填写是否无误？`));
    await review.getByRole("button", { name: "无误，提交" }).click();
  }
  await form.waitFor({ state: "hidden" });
}

test("a page of a few lines fills in, shows, explains and verifies", async (t) => {
  const { page, context, errors } = await open(t);
  const code = part(page, "code").locator(".code");
  assert.match(await code.getAttribute("class"), /grey/);
  await report(page, NO_SYMPTOM);
  assert.match(await code.getAttribute("class"), /green/);
  await saying(page, "code", /绿码[\s\S]*\*\*员/);
  await saying(page, "report", /今天08:0\d已申报[\s\S]*已连续申报1天/);

  await context.setOffline(true);
  const file = join(await scratch(t), "screen.png");
  await part(page, "code").screenshot({ path: file });
  const text = await zbar(file);
  assert.equal(await zxing(file), text);
  await page.evaluate((text) => (globalThis.scanned = text), text);
  const checkpoint = part(page, "checkpoint");
  await checkpoint.getByRole("button").first().click();
  assert.match(await checkpoint.locator(".verdict").getAttribute("class"), /green/);
  await saying(page, "checkpoint", /已核验，是真码[\s\S]*\*\*员[\s\S]*0000/);
  await shoot(page, "components", { fullPage: true });
  await checkpoint.getByRole("button", { name: "下一位" }).click();
  await page.locator("h1").click();
  await page.keyboard.type(`]Q1${text}`);
  await page.keyboard.press("Enter");
  assert.match(await checkpoint.locator(".verdict").getAttribute("class"), /green/, "a scanner may type, anywhere");
  await checkpoint.getByRole("button", { name: "下一位" }).click();
  const altered = `${text.slice(0, -9)}${text.at(-9) === "0" ? "1" : "0"}${text.slice(-8)}`;
  await checkpoint.locator("textarea").fill(altered);
  await checkpoint.getByRole("button", { name: "核验" }).click();
  assert.match(await checkpoint.locator(".verdict").getAttribute("class"), /refused/);
  assert.doesNotMatch(await says(page, "checkpoint"), /员/);
  assert.deepEqual(errors, []);
});

test("a challenge's digits are typed and sent by Enter, and the verdict names the region whose rules were used", async (t) => {
  const { page, errors } = await open(t);
  await report(page, NO_SYMPTOM);
  const [code, checkpoint] = [part(page, "code"), part(page, "checkpoint")];
  await checkpoint.getByRole("checkbox").check();
  const digits = (await checkpoint.locator(".asked .number").innerText()).replaceAll(" ", "");
  await code.locator(".ask > button").click();
  const field = code.locator("input.four");
  await field.fill("12");
  await field.press("Enter");
  await code.getByText("请输入4位数字。").waitFor();
  await field.fill(digits);
  await field.press("Enter");
  await saying(page, "code", new RegExp(`码里已有口令${digits}`));
  const file = join(await scratch(t), "answer.png");
  await code.screenshot({ path: file });
  await checkpoint.locator("textarea").fill(await zbar(file));
  await checkpoint.getByRole("button", { name: "核验" }).click();
  await saying(page, "checkpoint", /口令也对/);
  await checkpoint.locator(".verdict .button.small").click();
  await saying(page, "checkpoint", /杭州市的规则第\d+版/);
  assert.deepEqual(errors, []);
});

test("a cough is yellow, with its reason and the way back", async (t) => {
  const { page, errors } = await open(t);
  await report(page, "干咳");
  assert.match(await part(page, "code").locator(".code").getAttribute("class"), /yellow/);
  await saying(page, "reasons", /为什么是这个颜色[\s\S]*干咳[\s\S]*怎样恢复绿码/);
  assert.deepEqual(errors, []);
});

test("a venue is scanned, left and removed; the itinerary card follows", async (t) => {
  const { page, errors } = await open(t);
  await atTheDoor(page);
  const diary = part(page, "diary");
  await diary.getByRole("button", { name: "扫场所码" }).click();
  await diary.getByText("已记下：示例书店").waitFor();
  await saying(page, "itinerary", /杭州市\s+2月20日至今/);
  await diary.getByRole("button", { name: "我已离开示例书店" }).click();
  await diary.getByRole("button", { name: "我已离开示例书店" }).waitFor({ state: "detached" });
  await diary.getByRole("button", { name: "删除：示例书店" }).click();
  await diary.getByText("删除后健康码仍为灰色（无法判定）。").waitFor();
  await saying(page, "itinerary", /杭州市/);
  await diary.getByRole("button", { name: "确认删除" }).click();
  await saying(page, "diary", /示例书店（杭州市西湖区）[\s\S]*已删除，不再计算。/);
  assert.equal(await diary.locator(".row").count(), 1, "leaving corrects nothing");
  assert.doesNotMatch(await says(page, "itinerary"), /杭州市/);
  assert.deepEqual(errors, []);
});

test("the whole code is on the screen on its side too, and a press makes it fill the screen", async (t) => {
  const { page, errors } = await open(t);
  await report(page, NO_SYMPTOM);
  const code = part(page, "code");
  const canvas = code.locator("canvas");
  for (const [width, height] of [
    [360, 740],
    [740, 360],
    [1280, 900],
  ]) {
    await page.setViewportSize({ width, height });
    await canvas.scrollIntoViewIfNeeded();
    await code.locator(".code:not(.full)").waitFor();
    const small = (await canvas.boundingBox()).width;
    assert.ok(small <= height, `${small} high on ${height}`);
    await code.getByRole("button", { name: "放大二维码" }).click();
    await code.locator(".full").waitFor();
    await page.waitForTimeout(300);
    const { x, y, width: large } = await canvas.boundingBox();
    assert.ok(x >= 0 && y >= 0 && x + large <= width && y + large <= height, `${large} at ${x}, ${y}`);
    assert.ok(large > small, `${large} of ${small} at ${width} by ${height}`);
    await shoot(page, `components-enlarged-${width}`);
    await page.keyboard.press("Escape");
  }
  assert.equal(await code.evaluate(({ shadowRoot }) => shadowRoot.activeElement?.textContent), "放大二维码");
  assert.deepEqual(errors, []);
});

test("the focus stays in the component where the person is", async (t) => {
  const { page, errors } = await open(t);
  const diary = part(page, "diary");
  const focused = () => diary.evaluate(({ shadowRoot }) => shadowRoot.activeElement?.className);
  const press = async (name) => {
    await diary.getByRole("button", { name }).focus();
    await page.keyboard.press("Enter");
  };
  await press("添加一条行程");
  await page.waitForFunction(() => document.activeElement.shadowRoot?.activeElement?.matches(".adding input"));
  await press("取消");
  assert.match(await focused(), /\badd\b/);
  await atTheDoor(page);
  await press("扫场所码");
  await diary.getByText("已记下：示例书店").waitFor();
  assert.match(await focused(), /primary/, "also after it was disabled for a while");
  await press("删除：示例书店");
  await page.waitForFunction(() => document.activeElement.shadowRoot?.activeElement?.matches(".review button"));
  await press("确认删除");
  await saying(page, "diary", /已删除，不再计算。/);
  assert.match(await focused(), /\badd\b/);
  await report(page, "干咳");
  const reasons = part(page, "reasons");
  await reasons.locator(".tag").first().waitFor();
  assert.doesNotMatch(await reasons.evaluate(({ shadowRoot }) => shadowRoot.textContent), /依据\S/);
  assert.deepEqual(errors, []);
});

test("the components ask which listed street a visit to a county was, as it is entered and where it leaves the code undecided", async (t) => {
  const { page, errors } = await open(t, { locale: "en-GB" }, { risk: await streets(t) });
  await report(page, NO_SYMPTOM);
  await page.evaluate(() => globalThis.prefer({ language: "en" }));
  const [diary, reasons] = [part(page, "diary"), part(page, "reasons")];
  const enter = async () => {
    await diary.getByRole("button", { name: "+ Add a visit" }).click();
    for (const name of ["Hubei", "Wuhan", "Wuchang District"])
      await diary.locator(".list select").last().selectOption({ label: name });
    await diary.getByRole("radiogroup", { name: "Was it one of these?" }).waitFor();
  };
  await enter();
  await diary.getByRole("radio", { name: "I cannot say" }).check();
  assert.match(await says(page, "diary"), /your code may be undecided/);
  await diary.getByRole("button", { name: "Save" }).click();
  await diary.getByText("This changes your code from green to grey (undecided). Is everything correct?").waitFor();
  await diary.getByRole("button", { name: "Yes, submit" }).click();
  const asked = reasons.getByRole("radiogroup", { name: "Was it one of these?" });
  await asked.waitFor();
  assert.equal(await reasons.getByRole("button", { name: "Confirm" }).count(), 0);
  await asked.getByRole("radio", { name: "None of these" }).check();
  await shoot(page, "inside-components-en", { fullPage: true });
  await reasons.getByRole("button", { name: "Confirm" }).click();
  await asked.waitFor({ state: "detached" });
  assert.match(await part(page, "code").locator(".code").getAttribute("class"), /green/);
  await page.evaluate(() => globalThis.prefer({ language: "zh" }));
  await diary.getByRole("button", { name: "+ 添加一条行程" }).click();
  const search = diary.getByPlaceholder("搜索地点");
  await search.fill("没有这个地方");
  await diary.getByText("没有找到").waitFor();
  await search.fill("wuchang");
  await shoot(page, "search-components-zh", { fullPage: true });
  await diary.getByRole("button", { name: "武昌区 武汉市 · 湖北省" }).click();
  assert.equal(await search.inputValue(), "");
  assert.equal(await diary.locator(".list select").last().locator("option:checked").innerText(), "武昌区");
  await diary.getByRole("radio", { name: "武汉市武昌区的一处地方（420106001） · 高风险" }).check();
  await shoot(page, "inside-components-zh", { fullPage: true });
  await diary.getByRole("button", { name: "保存" }).click();
  await diary.getByText("提交后健康码由绿码变为红码，填写是否无误？").waitFor();
  await diary.getByRole("button", { name: "无误，提交" }).click();
  await part(page, "code").locator(".code.red").waitFor();
  assert.deepEqual(errors, []);
});

test("somebody of the family has a code of their own", async (t) => {
  const { page, errors } = await open(t);
  await report(page, NO_SYMPTOM);
  const family = part(page, "family");
  await family.getByRole("button", { name: "添加家人" }).click();
  await family.locator(".current").filter({ hasText: "第2位" }).waitFor();
  await saying(page, "code", /暂时无法出示健康码/);
  await family.getByRole("button", { name: "切换，显示**员的健康码" }).click();
  await part(page, "code").locator(".code.green").waitFor();
  assert.deepEqual(errors, []);
});

test("the components keep WCAG's rules, in both languages and in large type", async (t) => {
  const { page } = await open(t);
  await report(page, "干咳");
  await part(page, "diary").getByRole("button", { name: "添加一条行程" }).click();
  await part(page, "report").getByRole("button", { name: "重新申报" }).click();
  await page.evaluate(axe);
  for (const [language, large] of [
    ["zh-Hans", false],
    ["en", true],
  ]) {
    await page.evaluate(([language, large]) => globalThis.prefer({ language, large }), [language, large]);
    const violations = await page.evaluate(async () => {
      const { violations } = await globalThis.axe.run(document, {
        runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
      });
      return violations.map(
        ({ id, nodes }) =>
          `${id}: ${nodes.map(({ target, failureSummary }) => `${target.join(" ")} ${failureSummary}`).join("; ")}`,
      );
    });
    assert.deepEqual(violations, []);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
    assert.equal(wide, false, "nothing stands out to the side");
    await shoot(page, `components-${language}`, { fullPage: true });
  }
});
