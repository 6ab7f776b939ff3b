// Languages that an app adds, from the package as it is installed: traditional characters in browsers that ask for them, and a
// sample in a script from right to left.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { device, launch, shoot } from "../../../browser/browser.mjs";
import { serve } from "../../../browser/server.mjs";
import { work } from "../places.mjs";
import { web } from "../server.mjs";
import { enrol, fillIn } from "./page.mjs";

const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));
const PARTS = ["family", "code", "reasons", "diary", "report", "itinerary", "checkpoint"];

/** A page of an app that loads a language where the browser asks for it, as docs/languages.md has it. */
const PAGE = `<!doctype html><html><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>.</title>
<script type="module">
import * as healthcode from "/healthcode/web/index.mjs";
import { openCheckpoint } from "/healthcode/web/checkpoint.mjs";
import { addLanguage, connect, prefer, renew } from "/healthcode/web/components.mjs";
Object.assign(window, { healthcode, prefer, addLanguage });
if (/^zh[-_](Hant|TW|HK|MO)/i.test(navigator.language)) {
  const { zhHant } = await import("/healthcode/languages/zh-Hant.mjs");
  addLanguage(zhHant);
}
prefer({ language: navigator.language });
const { roots, clock } = await (await fetch("/demo.json")).json();
const ahead = Date.parse(clock.now) - Date.now();
const chosen = new URLSearchParams(location.search).get("rules");
const options = { roots, adaptors: { clock: { now: () => Date.now() + ahead } } };
const family = await healthcode.openFamily(options);
const phone = await family.open("1");
if (chosen) await phone.choose(chosen);
connect({ family, phone, checkpoint: await openCheckpoint(options) });
const main = document.querySelector("main");
main.innerHTML = '<form><input id="name"><input id="number"><button>…</button></form>';
document.querySelector("form").addEventListener("submit", async (event) => {
  event.preventDefault();
  await phone.enrol(document.querySelector("#name").value, document.querySelector("#number").value);
  main.innerHTML = "<healthcode-questionnaire></healthcode-questionnaire>";
  main.firstChild.addEventListener("reported", () => {
    main.innerHTML = ${JSON.stringify(PARTS.map((name) => `<healthcode-${name}></healthcode-${name}>`).join(""))};
    renew();
  });
});
</script></head><body><main></main></body></html>`;

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

/**
 * The page in a browser that asks for a language, with somebody enrolled; `choose` names the rules to go by, if not
 * those of the region, and what else is given is for the issuer.
 */
async function open(t, locale, { choose, viewport = { width: 390, height: 844 }, ...served } = {}) {
  const issuer = await serve(t, { folder: null, ...served });
  const url = await web(t, {
    folders: {
      "/healthcode/": join(work, "script", "node_modules", "healthcode"),
      "/languages/": path("../languages"),
    },
    files: { "/": PAGE },
    issuer: () => issuer.url,
  });
  const context = await device(browser, { locale, viewport });
  t.after(() => context.close());
  const page = await context.newPage();
  const [errors, asked] = [[], []];
  page.on("pageerror", (error) => errors.push(error.message));
  page.on("request", (request) => asked.push(new URL(request.url()).pathname));
  await page.goto(choose ? `${url}?rules=${encodeURIComponent(choose)}` : url);
  await enrol(page);
  await page.locator("healthcode-questionnaire input").first().waitFor();
  return { page, errors, asked };
}

const textOf = (page, tag) => page.locator(`healthcode-${tag} .hc`).innerText();

for (const locale of ["zh-TW", "zh-HK", "zh-Hant"])
  test(`a browser in ${locale} has traditional characters`, async (t) => {
    const { page, errors, asked } = await open(t, locale);
    assert.ok(asked.includes("/healthcode/languages/zh-Hant.mjs"));
    const questions = await textOf(page, "questionnaire");
    for (const said of ["今日申報", "您的回答只留在這台手機上。", "提交，產生健康碼"])
      assert.ok(questions.includes(said), said);
    assert.equal(await page.locator("healthcode-questionnaire .hc").getAttribute("lang"), "zh-Hant");
    if (locale !== "zh-TW") return;
    await shoot(page.locator("healthcode-questionnaire"), "language-zh-Hant-questionnaire");
    // What is wrong with an answer, too.
    await page.locator("healthcode-questionnaire .primary").click();
    await page.locator("healthcode-questionnaire").getByText("請回答這一題。").first().waitFor();
    await fillIn(page, { temperature: "38.6" });
    await page.locator("healthcode-questionnaire .review .primary").click();
    await page.locator("healthcode-code canvas.qr").waitFor();
    for (const [tag, ...texts] of [
      ["code", "出示和換新都不用連網", "輸入檢查點的口令"],
      ["reasons", "為什麼是這個顏色", "三項分數", "用的是哪些資料", "風險資料"],
      ["diary", "行程記錄", "新增一條行程"],
      ["report", "每日申報", "申報內容只留在這台手機上。"],
      ["itinerary", "行程卡"],
      ["family", "家人", "新增家人"],
      ["checkpoint", "核驗健康碼", "要求輸入口令"],
    ]) {
      const said = await textOf(page, tag);
      for (const text of texts) assert.ok(said.includes(text), `${tag}: ${text} in ${said}`);
      await shoot(page.locator(`healthcode-${tag}`), `language-zh-Hant-${tag}`);
    }
    const told = await page.evaluate(() =>
      ["zh-TW", "zh_HK", "zh-CN"].map((tag) => window.healthcode.problemText({ code: "network-unreachable" }, tag)),
    );
    assert.deepEqual(told, [
      "連不上伺服器。請檢查網路後重試。",
      "連不上伺服器。請檢查網路後重試。",
      "连不上服务器。请检查网络后重试。",
    ]);
    assert.deepEqual(errors, []);
  });

test("a browser in zh-CN has simplified ones, and loads no others", async (t) => {
  const { page, asked } = await open(t, "zh-CN");
  assert.ok((await textOf(page, "questionnaire")).includes("提交，生成健康码"));
  assert.deepEqual(
    asked.filter((path) => path.includes("languages")),
    [],
  );
});

test("a sample from right to left turns every component round, and says the rest in English", async (t) => {
  const { page, errors } = await open(t, "ar-EG");
  assert.ok((await textOf(page, "questionnaire")).includes("Submit and get my code"));
  // It comes while the page is open.
  await page.evaluate(async () => window.addLanguage((await import("/languages/arabic.mjs")).arabic));
  const root = page.locator("healthcode-questionnaire .hc");
  await page.locator("healthcode-questionnaire").getByText("تقرير اليوم").waitFor();
  assert.deepEqual([await root.getAttribute("lang"), await root.getAttribute("dir")], ["ar", "rtl"]);
  await page.locator("healthcode-questionnaire .primary").click();
  await page.locator("healthcode-questionnaire .wrong").first().waitFor();
  await shoot(page.locator("healthcode-questionnaire"), "language-ar-questionnaire");
  await fillIn(page, { temperature: "38.6", lives: ["Zhejiang", "Hangzhou", "Xihu District"] });
  await page.locator("healthcode-questionnaire .review .primary").click();
  await page.locator("healthcode-code canvas.qr").waitFor();
  for (const width of [390, 320])
    for (const tag of PARTS) {
      await page.setViewportSize({ width, height: 844 });
      const element = page.locator(`healthcode-${tag}`);
      const wrong = await element.evaluate((host) => {
        const found = [];
        const wide = document.documentElement.clientWidth;
        for (const one of host.shadowRoot.querySelectorAll("*")) {
          const box = one.getBoundingClientRect();
          if (box.width === 0 || one.tagName === "STYLE") continue;
          const { direction, overflowX, textAlign } = getComputedStyle(one);
          const what = `<${one.tagName.toLowerCase()} class="${one.className}">`;
          if (box.right > wide + 1 || box.left < -1) found.push(`${what} stands out to the side`);
          if (overflowX !== "visible" && one.scrollWidth > one.clientWidth + 1) found.push(`${what} is cut`);
          if (direction !== "rtl") found.push(`${what} goes ${direction}`);
          if (textAlign === "left") found.push(`${what} is at the left`);
        }
        // What stands before a text is at its right: its shape, its mark, its stripe.
        for (const one of host.shadowRoot.querySelectorAll(".line > .shape, .band > .shape, .choice > input")) {
          const next = one.nextElementSibling?.getBoundingClientRect();
          const own = one.getBoundingClientRect();
          if (next && own.width > 0 && own.left - next.right < 1) found.push(`<${one.className}> touches what follows`);
        }
        return found;
      });
      assert.deepEqual(wrong, [], `${tag} at ${width}`);
      if (width === 390) await shoot(element, `language-ar-${tag}`);
    }
  assert.ok((await textOf(page, "reasons")).includes("لماذا هذا اللون"));
  // Today is at the right, and what is to come left of it.
  const [today, last] = await page
    .locator("healthcode-reasons")
    .evaluate(({ shadowRoot }) =>
      [".days .today", ".days > :last-child"].map((of) => shadowRoot.querySelector(of).getBoundingClientRect().left),
    );
  assert.ok(today > last + 100, `${today}, ${last}`);
  assert.deepEqual(errors, []);
});

test("a pack in Korean asks and explains in Korean where the app adds the language", async (t) => {
  const rules = path("../../../../rules/packs/arrival-korea/pack.toml");
  const { page, errors } = await open(t, "ko-KR", { choose: "KR/arrival", rules, now: "2026-02-10T09:00:00+09:00" });
  const questionnaire = page.locator("healthcode-questionnaire");
  // Without it, the package's English and the pack's go together.
  await questionnaire.getByText("Do you have any of these symptoms now?").waitFor();
  await page.evaluate(() => window.addLanguage({ tag: "ko", texts: { questionnaire: { submit: "신고하기" } } }));
  await questionnaire.getByText("현재 다음과 같은 증상이 있습니까?").waitFor();
  const asked = await textOf(page, "questionnaire");
  for (const said of ["최근 21일 동안 어느 국가나 지역에 머무르거나 경유하셨습니까?", "호흡곤란", "위 증상 없음"])
    assert.ok(asked.includes(said), said);
  assert.ok(!asked.includes("Difficulty in breathing") && !asked.includes("呼吸困难"));
  assert.equal(await questionnaire.locator(".hc").getAttribute("lang"), "ko");
  await shoot(questionnaire, "language-ko-questionnaire");
  await page.locator('select[data-question="trips"][data-depth="0"]').selectOption("Germany");
  for (const [part, day] of [
    ["from", "2026-01-25"],
    ["to", "2026-02-08"],
  ])
    await page.locator(`input[data-question="trips"][data-part="${part}"]`).fill(day);
  await page.locator('input[data-question="symptoms"][data-option="fever"]').check();
  await questionnaire.locator(".primary").click();
  await questionnaire.locator(".review .primary").click();
  await page.locator("healthcode-code canvas.qr").waitFor();
  const why = await textOf(page, "reasons");
  for (const said of [
    "감염병 의심 증상이 있습니다. 입국할 때 검역관에게 신고해 주십시오.",
    "증상이 사라진 뒤 다시 신고하면 노란색 코드가 해제됩니다.",
    "검역법 제12조의2",
  ])
    assert.ok(why.includes(said), `${said} in ${why}`);
  await shoot(page.locator("healthcode-reasons"), "language-ko-reasons");
  assert.deepEqual(errors, []);
});
