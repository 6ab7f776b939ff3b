// What can go wrong on the way: no network, no server, a wrong clock, damaged storage, impossible answers.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { device, launch, shoot } from "./browser.mjs";
import * as checkpoint from "./checkpoint.mjs";
import * as citizen from "./citizen.mjs";
import { issuerFolder, serve } from "./server.mjs";

/** What a server signs and publishes. */
const SIGNED = /\/(manifest|files\/|trust)/;

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

async function phone(t, options) {
  const context = await device(browser, options);
  t.after(() => context.close());
  return { context, page: await context.newPage() };
}

test("without a network the code renews itself, and both pages open again", async (t) => {
  const server = await serve(t);
  const { context, page } = await phone(t);
  await page.clock.install();
  await citizen.enrol(page, server.url);
  await citizen.report(page);
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  const first = await citizen.codeText(page);
  const asked = [];
  context.on("request", (request) => asked.push(request.url()));
  await context.setOffline(true);
  await page.clock.fastForward(30_000);
  await page.waitForFunction((first) => document.querySelector("healthcode-code").text !== first, first, {
    timeout: 10_000,
  });
  assert.deepEqual(asked, [], "renewing asks for nothing");
  const second = await citizen.codeText(page);
  await page.reload();
  await page.locator("section.code").waitFor();
  assert.equal(await citizen.colour(page), "green");
  await page
    .locator("healthcode-code")
    .getByText(/连不上服务器/)
    .waitFor();

  const desk = await context.newPage();
  await context.setOffline(false);
  await checkpoint.open(desk, server.url);
  await context.setOffline(true);
  await desk.reload();
  await checkpoint.open(desk, server.url);
  const verdict = await checkpoint.paste(desk, second);
  assert.deepEqual([verdict.verdict, verdict.sign], ["accepted", "green"]);
  await desk.goto(`${server.url}/`);
  await desk.getByText("不是真正的健康码").waitFor();
});

test("a browser that has lost the key of the certificate says so, and gets another certificate once it can", async (t) => {
  const server = await serve(t);
  const { context, page } = await phone(t);
  await citizen.enrol(page, server.url);
  await citizen.report(page);
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await page.evaluate(async () => {
    const opening = indexedDB.open("healthcode");
    await new Promise((resolve) => (opening.onsuccess = resolve));
    const transaction = opening.result.transaction("texts", "readwrite");
    transaction.objectStore("texts").delete(IDBKeyRange.bound("healthcode.key.", "healthcode.key/"));
    await new Promise((resolve) => (transaction.oncomplete = resolve));
    opening.result.close();
  });
  await context.setOffline(true);
  await page.reload();
  await page.getByText("系统保管的密钥没有了，今天的证书不能再用。请联网，证书会自动更新。").waitFor();
  assert.equal(await page.locator("healthcode-code canvas").count(), 0, "no code is shown");
  await shoot(page, "key-gone");
  await context.setOffline(false);
  await page.reload();
  const text = await citizen.codeText(page);
  assert.equal(await citizen.colour(page), "green");
  const desk = await context.newPage();
  await checkpoint.open(desk, server.url);
  assert.equal((await checkpoint.paste(desk, text)).verdict, "accepted");
});

test("with the server down the first visit says so, and goes on when it is back", async (t) => {
  const server = await serve(t);
  const { page } = await phone(t, { locale: "en-GB" });
  await page.route(SIGNED, (route) => route.abort());
  await page.goto(`${server.url}/citizen.html`);
  await page.getByText("The server cannot be reached.").waitFor();
  await shoot(page, "server-down-en");
  await page.unroute(SIGNED);
  await page.getByRole("button", { name: "Try again" }).click();
  await page.locator("#name").waitFor();
  await server.stop();
  await page.locator("#name").fill("Test Person");
  await page.locator("#number").fill("X1230000");
  await page.locator("form button.wide").click();
  await page.locator("form .fault").filter({ hasText: "cannot be reached" }).waitFor();
  await serve(t, { data: server.data, port: server.port });
  await page.locator("form button.wide").click();
  await page.locator("healthcode-questionnaire .question").first().waitFor();
});

test("parts of the page and names of places that do not come are told, and come when somebody tries again", async (t) => {
  const server = await serve(t);
  const { page } = await phone(t, { locale: "en-GB" });
  const [elements, places] = [/\/assets\/elements-/, /\/assets\/places-/];
  for (const part of [elements, places]) await page.route(part, (route) => route.abort());
  await page.goto(`${server.url}/citizen.html`);
  await page.locator("#name").fill(citizen.CITIZEN.name);
  await page.locator("#number").fill(citizen.CITIZEN.number);
  await page.locator("form button.wide").click();
  await page.locator('[role="alert"]').getByText("The server cannot be reached.").waitFor();
  await page.unroute(elements);
  await page.getByRole("button", { name: "Try again" }).click();
  const home = page.locator('.question[data-question="home"]');
  const told = home.locator(".fault").filter({ hasText: "The names of places could not be loaded." });
  await told.waitFor();
  await home.scrollIntoViewIfNeeded();
  await shoot(page, "places-missing-en");
  const again = home.getByRole("button", { name: "Try again" });
  // It does not help yet, and nothing that was answered is lost.
  await citizen.choose(page, "residence", "resident");
  const failed = page.waitForEvent("requestfailed");
  await again.click();
  await failed;
  await told.waitFor();
  await page.getByRole("button", { name: "中文" }).click();
  await home.getByText("地点名称加载失败，请联网后重试。").waitFor();
  await shoot(page, "places-missing-zh");
  await page.unroute(places);
  await home.getByRole("button", { name: "重试" }).click();
  await citizen.report(page);
  assert.equal(await home.count(), 0);
  await citizen.codeText(page);

  // What is stored may not be readable, and what is copied may not be taken.
  await page.evaluate(() => {
    IDBObjectStore.prototype.getAllKeys = () => {
      throw new DOMException("no", "UnknownError");
    };
    Object.defineProperty(navigator, "clipboard", { value: { writeText: () => Promise.reject(new Error("no")) } });
  });
  await page.locator(".traffic summary").click();
  await page.locator(".traffic").getByText("读不到保存的内容。").waitFor();
  await page.locator(".as-text summary").click();
  await page.locator(".as-text button").click();
  await page.locator(".as-text").getByText("复制失败").waitFor();
  await page.evaluate(() => {
    IDBFactory.prototype.deleteDatabase = () => {
      const request = new EventTarget();
      setTimeout(() => request.onerror());
      return request;
    };
  });
  await page.locator(".forget > button").click();
  await page.locator("#forget button.danger").click();
  await page.locator('[role="alert"]').getByText("没有清除全部内容。").waitFor();
  await shoot(page, "not-deleted-zh");
});

test("whatever a server answers, the code is renewed, and the page says that it is not understood", async (t) => {
  const server = await serve(t);
  const { page } = await phone(t, { locale: "en-GB" });
  await page.clock.install();
  await citizen.enrol(page, server.url);
  await citizen.report(page);
  const asked = [];
  let body = "";
  const odd = (route) => {
    asked.push(new URL(route.request().url()).pathname);
    return route.fulfill({ status: 403, contentType: "application/json", body });
  };
  await page.route(/\/(manifest|trust-list|trust\/\d+|files\/\w+|certificates)$/, odd);
  const codes = new Set([await citizen.codeText(page)]);
  let hours = 0;
  for (const reason of [
    { code: "toString", message: "x" },
    { code: "__proto__", message: "x" },
    { code: "constructor", message: "\u202e".repeat(500) },
    { code: `issuer-${"x".repeat(100)}`, message: "x" },
    { code: "issuer-not-here", message: "x".repeat(100_000) },
  ]) {
    body = JSON.stringify(reason);
    asked.length = 0;
    // After an hour the page asks again.
    hours += 1;
    await page.clock.setSystemTime(Date.now() + hours * 3_600_000);
    for (let second = 0; asked.length === 0 && second < 60; second += 1) await page.clock.runFor(1_000);
    assert.ok(asked.length > 0);
    await page.locator("healthcode-code .fault", { hasText: "The server’s response was not understood." }).waitFor();
    for (let half = 0; half < 2; half += 1) {
      await page.clock.runFor(31_000);
      codes.add(await citizen.codeText(page));
    }
    assert.equal(await citizen.colour(page), "green");
  }
  assert.ok(codes.size > 10, `${codes.size} codes`);
});

test("a clock that was set back is named, and a code comes again when it is right", async (t) => {
  const server = await serve(t);
  const { page } = await phone(t);
  await page.clock.install();
  await citizen.enrol(page, server.url);
  await citizen.report(page);
  await page.clock.setSystemTime(Date.now() - 2 * 86_400_000);
  await page.clock.runFor(2_000);
  await page.locator('[data-cause^="clock-behind"]').waitFor();
  assert.equal(await citizen.colour(page), "grey");
  assert.equal(await page.locator("healthcode-code canvas").count(), 0);
  assert.match(await page.locator("section.code").innerText(), /的日期和时间|时钟慢了约48小时/);
  await shoot(page, "clock-zh");
  await page.clock.setSystemTime(Date.now());
  await page.clock.runFor(2_000);
  await page.locator("healthcode-code canvas").waitFor();
  assert.equal(await citizen.colour(page), "green");
});

test("after days without a network it is grey, and says what is too old", async (t) => {
  const server = await serve(t);
  const { context, page } = await phone(t);
  await page.clock.install();
  await citizen.enrol(page, server.url);
  await citizen.report(page);
  await context.setOffline(true);
  await page.clock.setSystemTime(Date.now() + 5 * 86_400_000);
  await page.clock.runFor(2_000);
  await page.locator('[data-cause^="risk-stale"]').waitFor();
  assert.equal(await citizen.colour(page), "grey");
  assert.match(await page.locator('.data [data-file^="risk-table"]').innerText(), /已过期/);
  assert.match(await page.locator("section.code").innerText(), /证书已过期/);
});

test("before there can be no code it is said, then the card is neutral, and who updates is told how it went", async (t) => {
  const server = await serve(t);
  const { context, page } = await phone(t, { locale: "en-GB" });
  await page.clock.install();
  await citizen.enrol(page, server.url);
  await citizen.report(page);
  const card = page.locator("section.code");
  const after = async (hours, start) => {
    await page.clock.setSystemTime(start + hours * 3_600_000);
    await page.clock.runFor(2_000);
  };
  await page.locator(".data button").click();
  await page.locator(".data .done", { hasText: /Updated at 08:0\d/ }).waitFor();
  const start = Date.now();
  await context.setOffline(true);
  await after(17, start);
  assert.doesNotMatch(await card.innerText(), /no code can be shown/);
  await after(19, start);
  await card.getByText(/Go online before 21 Feb, 08:0\d: after that, no code can be shown/).waitFor();
  assert.equal(await citizen.colour(page), "green");
  assert.equal(await page.locator(".data .done", { hasText: /./ }).count(), 0, "it no longer holds");
  const warning = await card.getByText(/no code can be shown/).boundingBox();
  assert.ok(warning.y + warning.height < 844, "without scrolling");
  await shoot(page, "code-ends-en");
  await after(25, start);
  await card.getByRole("heading", { name: "No code right now" }).waitFor();
  assert.equal(await citizen.colour(page), "grey");
  assert.match(await card.innerText(), /Your phone says green. This counts only while you can show a code/);
  await shoot(page, "no-code-en");
  await page.setViewportSize({ width: 740, height: 360 });
  await page.evaluate(() => scrollTo(0, 0));
  const heading = await card.getByRole("heading", { name: "No code right now" }).boundingBox();
  assert.ok(heading.width > 100 && heading.y + heading.height < 360, "it is there on a phone on its side");
});

test("rules that have expired, and of which there are no newer ones, say what to do", async (t) => {
  const data = await issuerFolder(t);
  const first = await serve(t, { data });
  const { page } = await phone(t);
  await citizen.enrol(page, first.url);
  await citizen.report(page);
  await first.stop();
  await serve(t, { data, port: first.port, now: "2020-05-02T09:00:00+08:00" });
  await page.reload();
  const causes = page.locator(".causes");
  await causes.locator('[data-cause^="rules-expired"] button').click();
  await causes.getByText(/09:0\d已更新，手机上的数据是最新的。/).waitFor();
  assert.match(await causes.innerText(), /更新后仍这样，请联系卫生部门/);
  assert.equal(await page.locator(".scores").count(), 0, "no points are no guess");
  await shoot(page, "rules-expired-zh");
});

test("damaged storage is told, kept, and put aside only when asked", async (t) => {
  const server = await serve(t);
  const { page } = await phone(t, { locale: "en-GB" });
  await citizen.enrol(page, server.url);
  await citizen.report(page);
  const stored = (action) =>
    page.evaluate(async (action) => {
      const open = indexedDB.open("healthcode");
      await new Promise((resolve) => (open.onsuccess = resolve));
      const store = open.result.transaction("texts", "readwrite").objectStore("texts");
      const done = (request) => new Promise((resolve) => (request.onsuccess = () => resolve(request.result)));
      const keys = await done(store.getAllKeys());
      if (action === "damage") {
        for (const key of keys.filter((key) => key.endsWith(".0"))) {
          const text = await done(store.get(key));
          await done(store.put(`${text.slice(0, 80)}${text[80] === "A" ? "B" : "A"}${text.slice(81)}`, key));
        }
      }
      const texts = await done(store.getAll());
      open.result.close();
      // The others are keys that the browser keeps.
      const entries = keys.map((key, index) => [key, texts[index]]);
      return Object.fromEntries(entries.filter(([, text]) => typeof text === "string"));
    }, action);
  // An open page holds what is whole in its memory, and its next write would mend the damage.
  const left = page.url();
  await page.goto(`${server.url}/icon.svg`);
  const before = await stored("damage");
  await page.goto(left);
  await page.getByText("The saved data cannot be opened").waitFor();
  await shoot(page, "damaged-en");
  assert.deepEqual(await stored("look"), before);
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Save a copy" }).click();
  assert.equal((await download).suggestedFilename(), "healthcode.json");
  await page.getByRole("button", { name: "Start afresh" }).click();
  await page.locator(".ledger").waitFor();
  const aside = Object.entries(await stored("look")).filter(([key]) => key.startsWith("healthcode.aside."));
  assert.deepEqual(aside.map(([, text]) => text).sort(), Object.values(before).sort());
});

test("a demonstration server with other keys is not believed silently", async (t) => {
  const server = await serve(t);
  const { context, page } = await phone(t, { locale: "en-GB" });
  await citizen.enrol(page, server.url);
  await server.stop();
  await serve(t, { port: server.port });
  const desk = await context.newPage();
  await desk.goto(`${server.url}/checkpoint.html`);
  await desk.getByText("The demonstration server has new keys").waitFor();
  await page.reload();
  await page.getByText("This demonstration server has new keys").waitFor();
  await page.getByRole("button", { name: "Delete the old data and start afresh" }).click();
  await page.waitForURL(`${server.url}/#cleared`);
  await citizen.enrol(page, server.url);
});

/** The question whose field has the focus. */
const focused = (page) =>
  page.evaluate(() => document.activeElement.shadowRoot?.activeElement?.closest(".question")?.dataset.question);

const FAULTS = [
  ["zh-CN", /应在34到43°C之间/, /日期不能晚于申报当天/, /请选择/, /离开日期不能早于到达日期/],
  ["en-GB", /from 34 to 43 °C/, /cannot be after the day of the report/, /Please choose/, /cannot be before the first/],
];
for (const [locale, range, future, choose, order] of FAULTS) {
  test(`impossible answers are told beside their questions (${locale})`, async (t) => {
    const server = await serve(t);
    const { page } = await phone(t, { locale });
    await citizen.enrol(page, server.url);
    const fault = (id) =>
      page
        .locator(`.question[data-question="${id}"] .fault`)
        .allInnerTexts()
        .then((texts) => texts.join(" "));
    await citizen.handIn(page);
    assert.match(await fault("residence"), choose);
    assert.equal(await focused(page), "residence", "the first fault has the focus");
    const trips = [{ place: "4201", from: "2020-02-10", to: "2020-02-09" }];
    await citizen.fillIn(page, {
      temperature: "50",
      contact: "yes",
      last_contact: "2020-02-21",
      been_away: "yes",
      trips,
    });
    await citizen.handIn(page);
    await shoot(page, `faults-${locale}`, { fullPage: true });
    assert.match(await fault("temperature"), range);
    assert.match(await fault("last_contact"), future);
    assert.match(await fault("trips"), order);
    assert.equal(await fault("residence"), "");
    assert.equal(await focused(page), "temperature");
    assert.equal(await page.locator("section.code").count(), 0);
    // A question that is no longer asked has no say.
    await citizen.choose(page, "contact", "no");
    await citizen.choose(page, "been_away", "no");
    await page.locator('.question[data-question="temperature"] input').fill("36.5");
    await citizen.handIn(page);
    await page.locator("section.code").waitFor();
  });
}

test("somebody moves to another phone by a file, and the old one is forgotten", async (t) => {
  const server = await serve(t);
  const { page: old } = await phone(t);
  await citizen.enrol(old, server.url);
  await citizen.report(old, { symptoms: ["dry-cough"] });
  await old.locator("#passphrase").fill("short");
  await old.getByRole("button", { name: "保存换机文件" }).click();
  await old.locator("#move-fault", { hasText: "密码太短" }).waitFor();
  await old.locator("#passphrase").fill("一路平安 2020");
  const download = old.waitForEvent("download");
  await old.getByRole("button", { name: "保存换机文件" }).click();
  const path = await (await download).path();
  await old.getByText("请在这台手机上清除全部").waitFor();
  await old.locator(".forget > button").click();
  await old.locator("#forget").getByText("证件号码后4位 0000").waitFor();
  await old.locator("#forget button.danger").click();
  await old.waitForURL(`${server.url}/#cleared`);
  await old.getByText("已清除全部").waitFor();

  const { page } = await phone(t);
  await page.goto(`${server.url}/citizen.html`);
  await page.getByText("我有旧手机的换机文件").click();
  await page.getByRole("button", { name: "打开文件" }).click();
  await page.locator("#arrive-fault", { hasText: "请先选择换机文件" }).waitFor();
  await page.locator("#file").setInputFiles(path);
  await page.locator("#secret").fill("一路平安 2021");
  await page.getByRole("button", { name: "打开文件" }).click();
  await page.locator("#arrive-fault", { hasText: "密码不对" }).waitFor();
  await page.locator("#secret").fill("一路平安 2020");
  await page.getByRole("button", { name: "打开文件" }).click();
  const text = await citizen.codeText(page);
  assert.equal(await citizen.colour(page), "yellow");
  const desk = await page.context().newPage();
  await checkpoint.open(desk, server.url);
  assert.equal((await checkpoint.paste(desk, text)).verdict, "accepted");
});

test("a draft that outlives its report brings nobody back to the questions", async (t) => {
  const server = await serve(t);
  const { page } = await phone(t);
  await citizen.enrol(page, server.url);
  await citizen.fillIn(page);
  // As it is kept before the report is handed in, and would stay if the page were closed at that moment.
  const kept = await until(page, drafts, (found) => found.length > 0);
  await citizen.handIn(page);
  await citizen.codeText(page);
  await page.goto(`${server.url}/offline.js`);
  await page.evaluate(drafts, kept);
  await page.goto(`${server.url}/citizen.html`);
  await citizen.codeText(page);
  await until(page, drafts, (found) => found.length === 0);
});

/** In the page: the drafts that are stored, after those that are given. */
async function drafts(given = []) {
  const opening = indexedDB.open("healthcode");
  const database = await new Promise((resolve) => (opening.onsuccess = () => resolve(opening.result)));
  const [name] = database.objectStoreNames;
  const store = database.transaction(name, "readwrite").objectStore(name);
  for (const [key, value] of given) store.put(value, key);
  const all = (request) => new Promise((resolve) => (request.onsuccess = () => resolve(request.result)));
  const [keys, values] = await Promise.all([all(store.getAllKeys()), all(store.getAll())]);
  database.close();
  return keys.map((key, at) => [key, values[at]]).filter(([key]) => String(key).endsWith(".unsent"));
}

/** What a function in the page gives once that is as it should be. */
async function until(page, look, isIt) {
  for (let attempt = 0; attempt < 50; attempt += 1) {
    const found = await page.evaluate(look);
    if (isIt(found)) return found;
    await page.waitForTimeout(100);
  }
  return assert.fail("it does not become so");
}
