// The main journey: a citizen fills in and sees a colour; a checkpoint reads the QR code and accepts it.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { device, launch, shoot } from "./browser.mjs";
import * as checkpoint from "./checkpoint.mjs";
import * as citizen from "./citizen.mjs";
import { camera, scratch, zbar, zxing } from "./readers.mjs";
import { issuerFolder, serve, streets } from "./server.mjs";

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

/** A citizen's and a checkpoint's device, and a server for both. */
async function setting(t, options, served) {
  const server = await serve(t, served);
  const [phone, desk] = await Promise.all([device(browser, options), device(browser, options)]);
  t.after(() => Promise.all([phone.close(), desk.close()]));
  return { server, citizenPage: await phone.newPage(), checkpointPage: await desk.newPage(), phone };
}

/** Reads the QR code on the screen with both readers, which must agree with each other and with the page. */
async function readScreen(t, page) {
  const file = join(await scratch(t), "screen.png");
  await page.locator("section.code").screenshot({ path: file });
  const text = await zbar(file);
  assert.equal(await zxing(file), text, "zxing-cpp reads the same text as zbar");
  assert.match(text, /^JK1:[0-9A-Z $%*+./:-]+$/);
  return { file, text };
}

async function accepted(t, page, desk, url, colour) {
  assert.equal(await citizen.colour(page), colour);
  const { file, text } = await readScreen(t, page);
  assert.equal(text, await citizen.codeText(page));
  const version = Number(await page.locator("healthcode-code canvas").getAttribute("data-version"));
  assert.ok(version <= 12, `QR version ${version}`);
  await checkpoint.open(desk, url);
  const verdict = await checkpoint.paste(desk, text);
  assert.deepEqual([verdict.verdict, verdict.sign], ["accepted", colour]);
  assert.match(verdict.text, /\*\*员/);
  assert.match(verdict.text, /0000/);
  return { file, text };
}

test("somebody who is well is green; the code is read from the screen and accepted by paste and by image", async (t) => {
  const { server, citizenPage: page, checkpointPage: desk } = await setting(t);
  await page.goto(server.url);
  await shoot(page, "start-zh");
  await page.locator('a.door[href*="citizen"]').click();
  await page.locator("#name").waitFor();
  await shoot(page, "welcome-zh", { fullPage: true });
  await citizen.enrol(page, server.url);
  await shoot(page, "questionnaire-zh", { fullPage: true });
  await citizen.report(page);
  await shoot(page, "green-zh");
  await shoot(page, "green-zh-full", { fullPage: true });
  const { file } = await accepted(t, page, desk, server.url, "green");
  await shoot(desk, "accepted-green-zh");
  await checkpoint.next(desk);
  const byImage = await checkpoint.image(desk, file);
  assert.deepEqual([byImage.verdict, byImage.sign], ["accepted", "green"]);
});

test("a cough is yellow, with its reason, its course and the way back", async (t) => {
  const { server, citizenPage: page, checkpointPage: desk } = await setting(t, { locale: "en-GB" });
  await citizen.enrol(page, server.url);
  await citizen.report(page, { symptoms: ["dry-cough", "sore-throat"], temperature: "36.9" });
  await shoot(page, "yellow-en");
  await shoot(page, "yellow-en-full", { fullPage: true });
  await accepted(t, page, desk, server.url, "yellow");
  await shoot(desk, "accepted-yellow-en", { fullPage: true });
  const reason = page.locator('.reason[data-rule="symptoms"]');
  assert.match(await reason.innerText(), /Dry cough, Sore throat/);
  assert.match(await reason.innerText(), /Yellow until 27 Feb, 08:0\d/);
  assert.match(await reason.innerText(), /Green from 27 Feb, 08:0\d/);
  assert.match(await page.locator(".outlook").innerText(), /Earliest green: 27 Feb, 08:0\d/);
  assert.equal(await page.locator('.score[data-dimension="personal"] .points').innerText(), "45");
});

test("a trip to Wuhan is red, then yellow, then green; a camera reads the code", async (t) => {
  const { server, citizenPage: page } = await setting(t);
  await citizen.enrol(page, server.url);
  const trips = [{ place: "420106", from: "2020-02-08", to: "2020-02-15" }];
  await citizen.report(page, { residence: "returning", been_away: "yes", trips });
  await shoot(page, "red-zh");
  await shoot(page, "red-zh-full", { fullPage: true });
  assert.equal(await citizen.colour(page), "red");
  const reason = await page.locator('.reason[data-rule="epidemic-area"]').innerText();
  assert.match(reason, /武汉市武昌区（高风险），2月8日至2月15日/);
  assert.match(reason, /红码，到2月23日 00:00/);
  assert.match(reason, /黄码，到3月1日 00:00/);
  assert.match(await page.locator(".outlook").innerText(), /最早转绿：3月4日 00:00/);

  const folder = await scratch(t);
  const video = join(folder, "camera.mjpeg");
  const { file } = await readScreen(t, page);
  await camera(page, await readFile(file), video);
  const withCamera = await launch([
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
    `--use-file-for-fake-video-capture=${video}`,
  ]);
  t.after(() => withCamera.close());
  const desk = await (await device(withCamera)).newPage();
  await checkpoint.open(desk, server.url);
  await desk.locator("healthcode-checkpoint button.primary").click();
  const verdict = await checkpoint.conclusion(desk);
  assert.deepEqual([verdict.verdict, verdict.sign], ["accepted", "red"]);
  await shoot(desk, "accepted-red-zh");
  // The code is still held up: going on must not give a second verdict on it.
  await checkpoint.next(desk);
  await desk.waitForTimeout(1_000);
  await shoot(desk, "camera-zh");
  assert.equal(await desk.locator(".verdict").count(), 0);
});

test("after two weeks without a report it is grey and says so; reporting again makes it green", async (t) => {
  const data = await issuerFolder(t);
  const first = await serve(t, { data });
  const phone = await device(browser, { locale: "en-GB", desktop: true });
  t.after(() => phone.close());
  const page = await phone.newPage();
  await citizen.enrol(page, first.url);
  await shoot(page, "questionnaire-en-desktop");
  await citizen.report(page);
  await shoot(page, "green-en-desktop", { fullPage: true });
  await first.stop();
  const later = await serve(t, { data, port: first.port, now: "2020-03-07T09:00:00+08:00" });
  await page.reload();
  await page.locator('[data-cause^="report-missing"]').waitFor();
  assert.equal(await citizen.colour(page), "grey");
  assert.match(await page.locator(".causes").innerText(), /last report, of 20 Feb, 08:00, is too old/);
  await shoot(page, "grey-en-desktop", { fullPage: true });
  await page.setViewportSize({ width: 390, height: 844 });
  await shoot(page, "grey-en");
  const desk = await (await device(browser, { locale: "en-GB" })).newPage();
  await checkpoint.open(desk, later.url);
  const verdict = await checkpoint.paste(desk, await citizen.codeText(page));
  assert.deepEqual([verdict.verdict, verdict.code], ["undecided", "code-grey"]);
  await shoot(desk, "undecided-en");
  await page.locator(".causes button.primary").click();
  await citizen.report(page, { temperature: "36.6" });
  assert.equal(await citizen.colour(page), "green");
});

test("the whole code is on the screen on its side too, and a press makes it fill the screen", async (t) => {
  const { citizenPage: page, server } = await setting(t);
  await citizen.enrol(page, server.url);
  await citizen.report(page);
  const inside = async (qr) => {
    await page.waitForFunction(() => document.getAnimations().length === 0);
    const { x, y, width, height } = await page.locator(qr).boundingBox();
    const screen = page.viewportSize();
    assert.ok(x >= 0 && y >= 0 && x + width <= screen.width && y + height <= screen.height, `${qr} at ${y}, ${height}`);
    return width;
  };
  const text = await citizen.codeText(page);
  for (const [width, height] of [
    [360, 740],
    [740, 360],
    [932, 430],
    [1280, 900],
  ]) {
    await page.setViewportSize({ width, height });
    await page.evaluate(() => scrollTo(0, 0));
    const small = await inside("healthcode-code canvas");
    await page.getByRole("button", { name: "放大二维码" }).click();
    const large = await inside("healthcode-code .full canvas");
    assert.ok(large > small, `${large} of ${small} at ${width} by ${height}`);
    await shoot(page, `enlarged-${width}-zh`);
    if (width === 740) {
      // It is drawn anew once it has its room.
      await page.waitForTimeout(300);
      const file = join(await scratch(t), "enlarged.png");
      await page.screenshot({ path: file });
      assert.equal(await zbar(file), text);
    }
    await page.keyboard.press("Escape");
    await page.locator("healthcode-code .full").waitFor({ state: "detached" });
    assert.equal(await focusedText(page), "放大二维码");
  }
});

/** What the element says that has the focus, also within an element of the package. */
const focusedText = (page) =>
  page.evaluate(() => {
    let one = document.activeElement;
    while (one?.shadowRoot?.activeElement) one = one.shadowRoot.activeElement;
    return one.getAttribute("aria-label") ?? one.textContent.trim().slice(0, 24);
  });

test("why the colour changed is told until it is accepted, also after a reload", async (t) => {
  const { server, citizenPage: page } = await setting(t, { locale: "en-GB" });
  const change = page.locator(".change");
  await citizen.enrol(page, server.url);
  await citizen.report(page);
  assert.equal(await change.count(), 0);
  await page.locator("healthcode-report button.primary").click();
  await citizen.report(page, { symptoms: ["dry-cough"] });
  assert.equal(await citizen.colour(page), "yellow");
  for (const look of ["at once", "after a reload"]) {
    assert.match(await change.innerText(), /Your code changed from green to yellow/, look);
    assert.match(
      await change.innerText(),
      /Compared with what you saw on 20 Feb, 08:0\d:\s+New, or stricter than before: \S+/,
      look,
    );
    await page.reload();
    await change.waitFor();
  }
  await shoot(page, "change-en", { fullPage: true });
  await change.locator("button").click();
  await change.waitFor({ state: "detached" });
  await page.reload();
  await page.locator("section.code").waitFor();
  assert.equal(await change.count(), 0);
});

test("the focus stays where the person is, and only what is wrong is marked so", async (t) => {
  const { citizenPage: page, server } = await setting(t, { locale: "en-GB", desktop: true });
  const press = async (name) => {
    await page.getByRole("button", { name, exact: true }).focus();
    await page.keyboard.press("Enter");
  };
  const diary = page.locator("healthcode-diary");
  const marked = () =>
    diary.locator(".field.wrong").evaluateAll((all) => all.map((one) => one.getAttribute("aria-label")));
  await citizen.enrol(page, server.url);
  await citizen.choose(page, "been_away", "yes");
  await citizen.choosePlace(citizen.tripBoxes(page), "420106");
  await press("+ Add a trip");
  assert.equal(await citizen.tripBoxes(page).count(), 2);
  assert.notEqual(await focusedText(page), "Skip to content");
  await press("Remove trip 2");
  assert.equal(await citizen.tripBoxes(page).count(), 1);
  assert.notEqual(await focusedText(page), "Skip to content");
  await citizen.report(page);
  await press("+ Add a visit");
  const find = diary.locator("input").first();
  assert.equal(await focusedText(page), await find.getAttribute("aria-label"));
  assert.ok((await find.boundingBox()).height >= 44, "as large as the other fields");
  await find.fill("gulou");
  const gap = await diary
    .locator("button[data-code] .hint")
    .first()
    .evaluate((one) => getComputedStyle(one).marginLeft);
  assert.ok(Number.parseFloat(gap) > 0, "a place and what contains it are apart");
  await find.fill("");
  await press("Cancel");
  assert.equal(await focusedText(page), "+ Add a visit");
  await page.keyboard.press("Enter");
  await press("Save");
  await diary.locator(".fault", { hasText: /./ }).waitFor();
  assert.ok(
    (await marked()).every((label) => !/arriv/i.test(label)),
    "the time of arrival is there",
  );
  await citizen.choosePlace(diary.locator(".adding"), "4211");
  await citizen.times(page, "2020-02-14T10:00", "2020-02-14T09:00");
  await press("Save");
  await diary.locator(".fault", { hasText: "must be after" }).waitFor();
  assert.deepEqual(await marked(), [], "the place is right");
  await citizen.times(page, undefined, "2020-02-14T16:30");
  await press("Save");
  await press("Yes, submit");
  await diary.locator(".row").waitFor();
  assert.equal(await focusedText(page), "+ Add a visit");
  const change = page.locator(".change button");
  await change.focus();
  await page.keyboard.press("Enter");
  await change.waitFor({ state: "detached" });
  assert.notEqual(await page.evaluate(() => document.activeElement), null);
  assert.equal(await page.evaluate(() => document.activeElement.localName), "healthcode-reasons");
  await press(/^Remove:/);
  await diary.locator(".review").waitFor();
  await press("Remove it");
  await diary.locator(".row .struck").first().waitFor();
  assert.equal(await focusedText(page), "+ Add a visit");
  assert.doesNotMatch(await page.locator("healthcode-reasons .hc").innerText(), /Based on\S|version \d+issued/);
});

test("a temperature that is mistyped is shown for what it does, and corrected in sight a minute later", async (t) => {
  const { server, citizenPage: page } = await setting(t, { locale: "en-GB" });
  await citizen.enrol(page, server.url);
  await citizen.report(page);
  await page.getByRole("button", { name: "Report again" }).click();
  await citizen.fillIn(page, { temperature: "37.5" });
  await citizen.handIn(page);
  const review = citizen.review(page);
  assert.match(await review.innerText(), /37\.5 °C\. This makes your code red\. Is that correct\?/);
  await shoot(page, "review-en", { fullPage: true });
  await review.getByRole("button", { name: "Go back and change it" }).click();
  await page.locator(".closing button.primary").waitFor();
  assert.equal(await review.count(), 0);
  await citizen.handIn(page);
  await citizen.confirm(page);
  await page.locator("section.code.red").waitFor();
  const reports = page.locator("healthcode-report .row");
  assert.equal(await reports.count(), 2);
  await reports
    .first()
    .getByRole("button", { name: /^Correct your report/ })
    .click();
  assert.match(await page.locator("healthcode-questionnaire h2").innerText(), /^Correct your report of 20 Feb/);
  const temperature = page.locator('.question[data-question="temperature"] input');
  assert.equal(await temperature.inputValue(), "37.5", "what was said stands there");
  await temperature.fill("36.5");
  await citizen.handIn(page);
  assert.match(await review.innerText(), /The correction changes your code from red to green/);
  await citizen.confirm(page);
  await page.locator("section.code.green").waitFor();
  // Both entries of it are there, and no more.
  await reports.nth(2).waitFor();
  await reports.nth(3).waitFor({ state: "detached" });
  assert.match(await reports.nth(1).innerText(), /Reported on .*, corrected on .*Before: .*37\.5 °C/s);
  assert.match(
    await reports
      .nth(1)
      .locator(".struck")
      .evaluate((one) => getComputedStyle(one).textDecoration),
    /line-through/,
  );
  await shoot(page, "corrected-en", { fullPage: true });
});

test("a visit put into the diary counts until it is removed", async (t) => {
  const { server, citizenPage: page } = await setting(t);
  await citizen.enrol(page, server.url);
  await citizen.report(page);
  assert.equal(await citizen.colour(page), "green");
  await page.locator("healthcode-diary button.add").click();
  await citizen.choosePlace(page.locator("healthcode-diary .adding"), "4211");
  await citizen.times(page, "2020-02-14T10:00", "2020-02-14T09:00");
  await page.locator("healthcode-diary .adding button.primary").click();
  await page.locator("healthcode-diary .fault", { hasText: "离开时间要晚于到达时间" }).waitFor();
  await citizen.times(page, undefined, "2020-02-14T16:30");
  await page.locator("healthcode-diary .adding select").last().selectOption({ label: "驾车路过，未停留" });
  await page.locator("healthcode-diary .adding button.primary").click();
  assert.match(await citizen.review(page).innerText(), /由绿码变为黄码/);
  await citizen.confirm(page);
  await page.locator("healthcode-diary .row").waitFor();
  // The list may be drawn before the colour is worked out, here and below.
  await page.locator("section.code.yellow").waitFor();
  assert.match(await page.locator(".reason").first().innerText(), /黄冈市/);
  await shoot(page, "visit-zh", { fullPage: true });
  await page.getByRole("button", { name: /^删除：/ }).click();
  assert.match(await citizen.review(page).innerText(), /删除后健康码由黄码变为绿码。/);
  assert.equal(await citizen.colour(page), "yellow", "one tap removes nothing");
  await citizen.confirm(page);
  await page.locator("section.code.green").waitFor();
  assert.match(await page.locator("healthcode-diary .row").innerText(), /黄冈市.*已删除，不再计算。/s);
});

/** Somebody to fill in a questionnaire, and a county of which two streets are listed. */
async function whereStreetsAreListed(t, options) {
  const { server, citizenPage: page } = await setting(t, options, { risk: await streets(t) });
  await citizen.enrol(page, server.url);
  return page;
}

/** A trip to that county. */
const AWAY = {
  residence: "returning",
  been_away: "yes",
  trips: [{ place: "420106", from: "2020-02-12", to: "2020-02-15" }],
};

/** Somebody who reports it without saying which street it was. */
async function awayInWuchang(t, options) {
  const page = await whereStreetsAreListed(t, options);
  await citizen.report(page, AWAY);
  assert.equal(await citizen.colour(page), "grey");
  return page;
}

test("who enters a trip to a county of which streets are listed is asked at once which of them it was", async (t) => {
  const page = await whereStreetsAreListed(t);
  await citizen.fillIn(page, AWAY);
  const trip = citizen.tripBoxes(page);
  assert.deepEqual(await trip.locator(".inside label").allInnerTexts(), [
    "武汉市武昌区的一处地方（420106001） · 高风险",
    "武汉市武昌区的一处地方（420106002） · 中风险",
    "都不是",
    "说不清",
  ]);
  await trip.locator('input[value="unsure"]').check();
  assert.match(await trip.innerText(), /健康码可能因此无法判定/);
  await trip.locator('input[value="420106001"]').check();
  await shoot(page, "inside-trip-zh", { fullPage: true });
  await citizen.tripBoxes(page).locator('input[data-part="to"]').fill("2020-02-16");
  await trip.locator('input[value="420106001"]').waitFor();
  assert.equal(await trip.locator(".inside input:checked").count(), 0, "it was said of other days");
  await trip.locator('input[value="420106001"]').check();
  await citizen.handIn(page);
  await citizen.confirm(page);
  await page.locator("section.code.red").waitFor();
  assert.equal(await page.locator('[data-cause^="visit-unclear"]').count(), 0);
});

test("none of the listed streets is an answer too, to a trip and in the diary", async (t) => {
  const page = await whereStreetsAreListed(t, { locale: "en-GB" });
  await citizen.fillIn(page, AWAY);
  await page.locator('healthcode-questionnaire .box input[value="none"]').check();
  await shoot(page, "inside-trip-en", { fullPage: true });
  await citizen.handIn(page);
  await page.locator("section.code.green").waitFor();
  await page.getByRole("button", { name: "+ Add a visit" }).click();
  const form = page.locator("healthcode-diary .adding");
  await citizen.choosePlace(form, "420106");
  assert.equal(await form.locator(".inside").count(), 1, "a visit that has just begun");
  await citizen.times(page, "2020-02-17T10:00", "2020-02-17T12:00");
  await form.getByLabel("None of these").check();
  await shoot(page, "inside-diary-en", { fullPage: true });
  await form.getByRole("button", { name: "Save" }).click();
  // Beside the trip that the report tells.
  await page.locator("healthcode-diary .row").nth(1).waitFor();
  assert.equal(await citizen.colour(page), "green");
  await page.getByRole("button", { name: "+ Add a visit" }).click();
  await citizen.choosePlace(form, "420106");
  await citizen.times(page, "2020-02-18T10:00");
  await form.getByLabel("a place in Wuchang District, Wuhan (420106001) · high risk").check();
  await form.getByRole("button", { name: "Save" }).click();
  await citizen.confirm(page);
  await page.locator("section.code.red").waitFor();
});

test("a home told by its county is asked about, and what was said is there the next time", async (t) => {
  const page = await whereStreetsAreListed(t);
  await citizen.fillIn(page);
  const home = page.locator('.question[data-question="home"]');
  assert.deepEqual(await home.locator(".inside label").allInnerTexts(), [
    "杭州市西湖区的一处地方（330106001） · 高风险",
    "都不是",
    "说不清",
  ]);
  await home.locator('input[value="none"]').check();
  await shoot(page, "inside-home-zh", { fullPage: true });
  await citizen.handIn(page);
  await page.locator("section.code.green").waitFor();
  await page.getByRole("button", { name: "重新申报" }).click();
  assert.equal(await home.locator(".inside input:checked").getAttribute("value"), "none");
});

test("who was in a county of which streets are listed is asked which of them it was", async (t) => {
  const page = await awayInWuchang(t);
  const asked = page.locator('[data-cause^="visit-unclear"]');
  assert.match(await asked.innerText(), /武汉市武昌区.*被列为高风险/s);
  const labels = await asked.locator("label").allInnerTexts();
  assert.deepEqual(labels, [
    "武汉市武昌区的一处地方（420106001） · 高风险",
    "武汉市武昌区的一处地方（420106002） · 中风险",
    "都不是",
    "说不清",
  ]);
  await asked.locator('input[value="unsure"]').check();
  assert.match(await asked.innerText(), /健康码可能因此无法判定/);
  assert.equal(await asked.locator("button.primary").count(), 0, "nothing is known that could be kept");
  await asked.locator('input[value="none"]').check();
  await shoot(page, "inside-zh", { fullPage: true });
  await asked.locator("button.primary").click();
  await page.locator("section.code.green").waitFor();
  await page.reload();
  await page.locator("section.code.green").waitFor();
  const where = page.locator("healthcode-diary .row");
  assert.equal(await where.count(), 2);
  assert.match(await where.first().innerText(), /武昌区.*更正.*删除/s);
  assert.match(await where.last().innerText(), /武昌区.*来自2月20日.*同一次停留，只计一次/s);
});

test("who was in a listed street says so and has the colour of that street", async (t) => {
  const page = await awayInWuchang(t, { locale: "en-GB" });
  const asked = page.locator('[data-cause^="visit-unclear"]');
  await asked.getByText("Was it one of these?").waitFor();
  await shoot(page, "inside-en", { fullPage: true });
  await asked.locator('input[value="420106001"]').check();
  await asked.getByRole("button", { name: "Confirm" }).click();
  await page.locator("section.code.red").waitFor();
  assert.match(await page.locator(".reason").first().innerText(), /Stayed: Wuchang District, Wuhan \(high risk\)/);
});
