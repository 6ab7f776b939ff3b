// A guard's morning: a scanner that types, a camera that sees more than the code, and a checkpoint's own troubles.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { device, launch, shoot } from "./browser.mjs";
import * as checkpoint from "./checkpoint.mjs";
import * as citizen from "./citizen.mjs";
import { camera, scratch } from "./readers.mjs";
import { issuerFolder, serve } from "./server.mjs";

let browser;
let data;
let server;
/** The texts of a green and a yellow code, made anew: they last for a minute. */
let codes;
const cleanup = [];

before(async () => {
  const suite = { after: (done) => cleanup.unshift(done) };
  browser = await launch();
  data = await issuerFolder(suite);
  server = await serve(suite, { data });
  const pages = [];
  for (const answers of [{}, { symptoms: ["fatigue"] }]) {
    const context = await device(browser);
    const page = await context.newPage();
    await citizen.enrol(page, server.url);
    await citizen.report(page, answers);
    pages.push(page);
  }
  codes = () => Promise.all(pages.map(citizen.codeText));
});
after(async () => {
  await browser.close();
  for (const done of cleanup) await done();
});

async function desk(t, { from = browser, ...options } = {}) {
  const context = await device(from, options);
  t.after(() => context.close());
  const page = await context.newPage();
  await checkpoint.open(page, server.url);
  return page;
}

/** Keys that end what a scanner types. */
const ENDS = {
  Enter: { key: "Enter", code: "Enter", windowsVirtualKeyCode: 13, text: "\r" },
  Tab: { key: "Tab", code: "Tab", windowsVirtualKeyCode: 9 },
};

/** What a scanner types, as fast as it does: the text, and a key at its end, without a pause between. */
async function type(page, text, end = "Enter") {
  const keys = await page.context().newCDPSession(page);
  const stroke = (key) => [
    keys.send("Input.dispatchKeyEvent", { type: "keyDown", ...key }),
    keys.send("Input.dispatchKeyEvent", { type: "keyUp", ...key, text: undefined }),
  ];
  const typed = [...text].map((key) => ({ key, text: key }));
  await Promise.all([...typed, ENDS[end]].flatMap(stroke));
  await keys.detach();
}

test("a scanner that types: the next person's code takes the last one's place, wherever the focus is", async (t) => {
  const page = await desk(t, { desktop: true });
  const [green, yellow] = await codes();
  // A verdict stands while the next code is typed: it is the next one's once it has another sign.
  const scan = async (text, sign, end) => {
    await type(page, text, end);
    await page.locator(`.verdict.${sign}`).waitFor();
  };
  await scan(green, "green");
  assert.match(await page.locator(".verdict").innerText(), /核对证件后放行/);
  await shoot(page, "gate-green-zh");
  await scan(`]Q1${yellow}`, "yellow", "Tab");
  assert.match(await page.locator(".verdict").innerText(), /先不要放行/);
  await shoot(page, "gate-yellow-zh");
  await checkpoint.part(page).locator(".verdict button.primary").focus();
  await scan(`\\000026${green.toLowerCase()}`, "green");
  assert.match(await page.locator(".verdict .before").innerText(), /出示过/, "the same code, however it was scanned");
  await checkpoint.next(page);
  await page.locator("healthcode-checkpoint textarea").focus();
  await scan(yellow, "yellow");
  // The field is back with the next person, and empty.
  await checkpoint.next(page);
  assert.equal((await page.locator("healthcode-checkpoint textarea").inputValue()).trim(), "");
  await page.locator("healthcode-checkpoint textarea").focus();
  await scan(green, "green");
  await scan("JK1:JK", "grey");
  await checkpoint.next(page);
  await page.locator("healthcode-checkpoint textarea").fill("a note");
  await page.locator("healthcode-checkpoint textarea").press("Enter");
  assert.equal(
    await page.locator("healthcode-checkpoint textarea").inputValue(),
    "a note\n",
    "what is no code is a note",
  );
  assert.equal(await page.locator(".verdict").count(), 0);
});

/** The counts of the day: of each hour, and of all, green, yellow, red, undecided and refused. */
const counted = (page) =>
  page
    .locator(".counts :is(tbody, tfoot) tr")
    .evaluateAll((rows) => rows.map(({ cells }) => [...cells].map((cell) => cell.textContent).join(" ")));

test("people are counted by hour and colour, nobody twice and nothing of anybody, for a day", async (t) => {
  const [green, yellow] = await codes();
  const page = await desk(t);
  assert.equal(await page.locator(".counts").count(), 0);
  const altered = `${green.slice(0, -4)}0000`;
  for (const text of [green, yellow, green, "https://example.org/", altered]) {
    await checkpoint.paste(page, text);
    await checkpoint.next(page);
  }
  assert.deepEqual(await counted(page), ["08:00 1 1 0 0 1", "合计 1 1 0 0 1"]);
  // An hour later for the server, too: if it were asked now, it would say that this clock is wrong.
  await page.context().setOffline(true);
  await page.clock.setSystemTime(Date.now() + 3_600_000);
  assert.equal((await checkpoint.paste(page, yellow)).code, "code-expired");
  await page.context().setOffline(false);
  await page.reload();
  await page.locator(".counts").waitFor();
  assert.deepEqual(await counted(page), ["08:00 1 1 0 0 1", "09:00 0 0 0 0 1", "合计 1 1 0 0 2"]);
  await shoot(page, "gate-counts-zh", { fullPage: true });
  const kept = await page.evaluate(() => localStorage.getItem("healthcode.counts"));
  assert.match(kept, /^\{"day":"\w{3} \w{3} \d\d \d{4}","hours":\{("\d\d":\{("\w+":\d+,?)+\},?)+\}\}$/);
  await page.getByRole("button", { name: "EN English" }).click();
  assert.deepEqual((await counted(page)).at(-1), "Total 1 1 0 0 2");
  assert.ok(await page.locator(".counts table").evaluate((table) => table.scrollWidth <= table.clientWidth));
  await shoot(page, "gate-counts-en", { fullPage: true });
  // The next day begins with none, and so does who clears them, which is asked first.
  await page.context().setOffline(true);
  await page.clock.setSystemTime(Date.now() + 86_400_000);
  await checkpoint.paste(page, yellow);
  assert.deepEqual((await counted(page)).at(-1), "Total 0 0 0 0 1");
  await page.getByRole("button", { name: "Clear…" }).click();
  await page.getByRole("button", { name: "Keep them" }).click();
  assert.deepEqual((await counted(page)).at(-1), "Total 0 0 0 0 1");
  await page.getByRole("button", { name: "Clear…" }).click();
  await page.getByRole("button", { name: "Clear", exact: true }).click();
  assert.equal(await page.locator(".counts").count(), 0);
});

test("several images at once: a verdict of each, and why where there is none", async (t) => {
  const [green, yellow] = await codes();
  const pages = [await pictured(t, [green]), await pictured(t, [yellow]), await pictured(t, [green, yellow])];
  const png = (name, buffer) => ({ name, mimeType: "image/png", buffer });
  const files = [
    png("one.png", pages[0].picture),
    png("two.png", pages[1].picture),
    png("both.png", pages[2].picture),
    png("menu.png", (await pictured(t, [MENU])).picture),
    png("none.png", (await pictured(t, [])).picture),
    png("text.png", Buffer.from("no image")),
  ];
  const page = await desk(t);
  await page.locator('.images input[type="file"]').setInputFiles(files);
  const found = page.locator(".batch li");
  await found.nth(files.length - 1).waitFor();
  const told = () =>
    found.evaluateAll((all) =>
      all.map((one) => one.innerText.replace(/\s+/g, " ").trim()).map((line) => line.split(" ")),
    );
  const names = (lines) => lines.map((line) => line.find((word) => /png$/.test(word)));
  const zh = await told();
  assert.deepEqual(
    names(zh),
    files.map(({ name }) => name),
  );
  assert.deepEqual(
    zh.slice(0, 2).map(([sign]) => sign),
    ["绿码", "黄码"],
  );
  const problems = ["不止一个健康码", "不是本系统的健康码", "没有找到二维码", "不是能打开的图片"];
  assert.deepEqual(
    zh.slice(2).map((line) => problems.findIndex((says) => line.join(" ").includes(says))),
    [0, 1, 2, 3],
    zh.join("\n"),
  );
  // The word is the one that stands above an image that is chosen alone.
  assert.deepEqual(
    zh.slice(2).map(([word]) => word),
    ["没有结果", "不是健康码", "没有结果", "没有结果"],
  );
  // Each accepted code has what there is to compare, and one that comes again says so.
  for (const line of zh.slice(0, 2)) assert.match(line.join(" "), /\*\*员 0000 用途：日常通行 · \d\d:\d\d:\d\d生成/);
  assert.deepEqual((await counted(page)).at(-1), "合计 1 1 0 0 0");
  assert.equal(await page.locator(".verdict").count(), 0);
  await page.locator('.images input[type="file"]').setInputFiles(files.slice(0, 2));
  await page.locator(".batch li:nth-child(2):last-child .fault").waitFor();
  assert.match((await told())[0].join(" "), /这个码在\d\d:\d\d:\d\d出示过/);
  assert.deepEqual((await counted(page)).at(-1), "合计 1 1 0 0 0");
  await shoot(page, "gate-batch-zh", { fullPage: true });
  await page.getByRole("button", { name: "EN English" }).click();
  assert.deepEqual(
    (await told()).slice(0, 2).map(([sign]) => sign),
    ["Green", "Yellow"],
  );
  await shoot(page, "gate-batch-en", { fullPage: true });
});

test("a reading of a thermometer: what to do, counted without anybody, gone after a while, and offline", async (t) => {
  const page = await desk(t);
  await page.context().setOffline(true);
  await page.evaluate(() => {
    window.buzzes = [];
    navigator.vibrate = (pattern) => window.buzzes.push(pattern);
  });
  const panel = page.locator(".temperature");
  const read = async (typed) => {
    await panel.locator("input").fill(typed);
    await panel.locator("input").press("Enter");
    return panel.getByRole("status").innerText();
  };
  assert.match(await read("36.5"), /36\.5°C，没有发热/);
  assert.match(await read("37度5"), /37\.5°C，发热：先不要放行/);
  assert.equal(await panel.locator("input").inputValue(), "", "for the next person");
  await shoot(page, "gate-temperature-zh", { fullPage: true });
  assert.match(await read("98.6"), /华氏度，约37\.0°C/);
  assert.match(await read("3.65"), /34到43之间/);
  assert.deepEqual(await page.evaluate(() => window.buzzes), [[80], [120, 80, 120]], "felt, too");
  assert.equal(await page.locator(".measured").innerText(), "测温2人次，其中发热1人次。");
  const kept = await page.evaluate(() => Object.values(localStorage).join());
  assert.doesNotMatch(kept, /36\.5|37\.5/);
  await page.getByRole("button", { name: "EN English" }).click();
  assert.match(await read("37.3"), /^37\.3 °C, a fever: do not let them through yet/);
  await shoot(page, "gate-temperature-en", { fullPage: true });
  await panel.getByRole("status").filter({ hasText: /./ }).waitFor({ state: "detached", timeout: 40_000 });
});

test("a verdict is heard and felt, unless that is turned off", async (t) => {
  const page = await desk(t);
  await page.evaluate(() => {
    window.felt = [];
    navigator.vibrate = (pattern) => window.felt.push(pattern);
    const start = OscillatorNode.prototype.start;
    window.heard = [];
    OscillatorNode.prototype.start = function (...when) {
      window.heard.push(Math.round(this.frequency.value));
      return start.apply(this, when);
    };
  });
  const [green] = await codes();
  await page.locator("h1").click();
  await page.waitForTimeout(300);
  await checkpoint.paste(page, green);
  assert.deepEqual(await page.evaluate(() => [window.felt, window.heard]), [[[80]], [660, 880]]);
  await checkpoint.next(page);
  await page.getByRole("checkbox", { name: "出结果时响一声" }).uncheck();
  await checkpoint.paste(page, "https://example.org/");
  assert.deepEqual(await page.evaluate(() => [window.felt.length, window.heard.length]), [1, 2]);
});

/** A picture of these QR codes beside each other, and the page that it was taken of. */
async function pictured(t, texts) {
  const { init, Qr } = await import(new URL("../../pkg/node/index.mjs", import.meta.url));
  await init();
  const context = await browser.newContext({ viewport: { width: 1280, height: 720 } });
  t.after(() => context.close());
  const page = await context.newPage();
  const pictures = texts.map((text) => `<div style="width:600px">${new Qr(text).svg("")}</div>`);
  await page.setContent(`<body style="display:flex;gap:40px;margin:60px 10px;background:#fff">${pictures.join("")}`);
  return { page, picture: await page.screenshot() };
}

/** A camera before which these QR codes are held. */
async function cameraSeeing(t, texts) {
  const video = join(await scratch(t), "camera.mjpeg");
  const { page, picture } = await pictured(t, texts);
  await camera(page, picture, video);
  const withCamera = await launch([
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
    `--use-file-for-fake-video-capture=${video}`,
  ]);
  t.after(() => withCamera.close());
  const gate = await desk(t, { from: withCamera });
  await gate.getByRole("button", { name: "打开摄像头" }).click();
  return gate;
}

const MENU = "HTTPS://MENU.EXAMPLE/TABLE/12";

test("a menu before the camera is no verdict, and one beside a code is overlooked", async (t) => {
  const menu = await cameraSeeing(t, [MENU]);
  await menu.waitForTimeout(3_000);
  assert.equal(await menu.locator(".verdict").count(), 0);
  assert.equal(await checkpoint.part(menu).locator('.fault[role="alert"]').innerText(), "");
  const [green] = await codes();
  const gate = await cameraSeeing(t, [MENU, green]);
  assert.equal((await checkpoint.conclusion(gate)).sign, "green");
});

test("two codes before the camera are told", async (t) => {
  const gate = await cameraSeeing(t, await codes());
  await checkpoint.part(gate).locator('.fault[role="alert"]').filter({ hasText: "不止一个健康码" }).waitFor();
  await shoot(gate, "gate-two-codes-zh");
  assert.equal(await gate.locator(".verdict").count(), 0);
});

for (const [locale, calm, closed] of [
  ["zh-CN", /本机的信任名单仍然有效/, /信任名单已在.+过期。与出示健康码的人无关/],
  ["en-GB", /still valid/, /trust list expired on .+ not at fault/],
]) {
  test(`being offline is calm, an expired trust list is the checkpoint's own sign (${locale})`, async (t) => {
    const [green] = await codes();
    const page = await desk(t, { locale });
    await page.route("**/manifest", (route) => route.abort());
    await page.reload();
    await checkpoint.part(page).locator(".hint").filter({ hasText: calm }).waitFor();
    assert.equal(await checkpoint.part(page).locator(".closed").count(), 0);
    await shoot(page, `gate-offline-${locale}`, { fullPage: true });
    assert.equal((await checkpoint.paste(page, green)).sign, "green");
    await checkpoint.next(page);
    await page.clock.setSystemTime(Date.now() + 400 * 86_400_000);
    await page.locator(".closed").filter({ hasText: closed }).waitFor();
    await shoot(page, `gate-closed-${locale}`, { fullPage: true });
    assert.ok(
      await checkpoint
        .part(page)
        .getByRole("button", { name: /^(核验|Verify)$/ })
        .isDisabled(),
    );
    await type(page, green);
    assert.equal(await page.locator(".verdict").count(), 0, "nobody who shows a code is blamed");
  });
}
