// What only a checkpoint's challenge stops: codes that were made elsewhere or ahead. And codes that are shown twice.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { device, launch, shoot } from "./browser.mjs";
import * as checkpoint from "./checkpoint.mjs";
import * as citizen from "./citizen.mjs";
import { camera, scratch, zbar } from "./readers.mjs";
import { serve } from "./server.mjs";

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

/** A citizen with a green code, and a checkpoint that asks for an answer. */
async function setting(t, locale) {
  const server = await serve(t);
  const [phone, desk] = await Promise.all([device(browser, { locale }), device(browser, { locale })]);
  t.after(() => Promise.all([phone.close(), desk.close()]));
  const [page, gate] = [await phone.newPage(), await desk.newPage()];
  await citizen.enrol(page, server.url);
  await citizen.report(page);
  await checkpoint.open(gate, server.url);
  await gate.locator('healthcode-checkpoint input[name="ask"]').check();
  await gate.locator("healthcode-checkpoint .asked canvas").waitFor();
  return { server, page, gate };
}

const card = (page) => page.locator("healthcode-code");
const digits = async (gate) =>
  (await gate.locator("healthcode-checkpoint .asked .number").innerText()).replaceAll(" ", "");

for (const [locale, name, under, twice] of [
  ["zh-CN", "zh", /口令也对/, /这个码在08:0\d:\d\d出示过/],
  ["en-GB", "en", /with this checkpoint’s number/, /Shown before, at 08:0\d:\d\d/],
]) {
  test(`a challenge is typed by keyboard and answered once; a code that comes again is told (${name})`, async (t) => {
    const { page, gate } = await setting(t, locale);
    await shoot(gate, `challenge-${name}`, { fullPage: true });
    const plain = await checkpoint.paste(gate, await citizen.codeText(page));
    assert.deepEqual([plain.verdict, plain.code], ["refused", "code-challenge"]);
    await shoot(gate, `challenge-unanswered-${name}`);
    await checkpoint.next(gate);

    await card(page).locator(".ask > button").focus();
    await page.keyboard.press("Enter");
    const field = card(page).locator("input");
    assert.ok(await field.evaluate((one) => one.getRootNode().activeElement === one), "the field has the focus");
    await page.keyboard.type("12");
    await page.keyboard.press("Enter");
    await card(page).locator(".asking .fault", { hasText: /./ }).waitFor();
    await shoot(page, `challenge-field-${name}`);
    await field.fill("");
    const asked = await digits(gate);
    assert.match(asked, /^\d{4}$/);
    await page.keyboard.type(asked);
    await page.keyboard.press("Enter");
    const says = card(page).locator('.ask > [role="status"]', { hasText: /./ });
    assert.match(await says.innerText(), new RegExp(asked));
    await shoot(page, `challenge-answered-${name}`);
    const code = await citizen.codeText(page);
    const answered = await checkpoint.paste(gate, code);
    assert.deepEqual([answered.verdict, answered.sign], ["accepted", "green"]);
    assert.match(answered.text, under);
    await checkpoint.next(gate);
    assert.notEqual(await digits(gate), "", "there is a new one");
    const again = await checkpoint.paste(gate, code);
    assert.deepEqual([again.verdict, again.code], ["refused", "code-challenge"], "nobody answers for the next one");
    await checkpoint.next(gate);

    await gate.locator('healthcode-checkpoint input[name="ask"]').uncheck();
    assert.equal(await gate.locator(".asked").count(), 0);
    const repeated = await checkpoint.paste(gate, code);
    assert.equal(repeated.verdict, "accepted");
    assert.match(repeated.text, twice);
    await shoot(gate, `shown-before-${name}`);
    const { "healthcode.demonstration": server, ...rest } = await stored(gate);
    assert.deepEqual(Object.keys(JSON.parse(rest["healthcode.counts"])).sort(), ["day", "hours"]);
    assert.deepEqual(Object.keys(JSON.parse(server)), ["roots", "offset"]);
    assert.doesNotMatch(JSON.stringify(rest), /JK1|例|0000/, "nothing of a code is stored");
  });
}

/** Everything that the site has stored on a device, but for its own files and signed files. */
const stored = (page) => page.evaluate(() => ({ ...localStorage, ...sessionStorage }));

test("a challenge is scanned from the checkpoint's screen", async (t) => {
  const folder = await scratch(t);
  const file = join(folder, "challenge.png");
  const server = await serve(t);
  const desk = await device(browser);
  t.after(() => desk.close());
  const gate = await desk.newPage();
  await checkpoint.open(gate, server.url);
  await gate.locator('healthcode-checkpoint input[name="ask"]').check();
  await gate.locator("healthcode-checkpoint .asked canvas").screenshot({ path: file });
  assert.match(await zbar(file), /^JKC1:[0-9A-F]{12}$/);

  const video = join(folder, "video.mjpeg");
  await camera(gate, await readFile(file), video);
  const seeing = await launch([
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    `--use-file-for-fake-video-capture=${video}`,
  ]);
  t.after(() => seeing.close());
  const phone = await device(seeing, { permissions: ["camera"] });
  const page = await phone.newPage();
  await citizen.enrol(page, server.url);
  await citizen.report(page);
  await card(page).locator(".ask > button").click();
  await card(page).getByRole("button", { name: "改为扫检查点的二维码" }).click();
  await card(page).locator('.ask > [role="status"]', { hasText: /./ }).waitFor();
  await shoot(page, "challenge-scanned-zh");
  const answered = await checkpoint.paste(gate, await citizen.codeText(page));
  assert.equal(answered.verdict, "accepted");
  assert.match(answered.text, /口令也对/);
});
