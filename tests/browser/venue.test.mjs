// A venue: its screen is scanned into the diary, and days later the phone finds out by itself that somebody infectious was there.
import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { device, launch, shoot } from "./browser.mjs";
import * as citizen from "./citizen.mjs";
import { camera, scratch, zbar } from "./readers.mjs";
import { issuerFolder, serve, tool } from "./server.mjs";

const RULES = fileURLToPath(new URL("../../rules/packs/venue-exposure/pack.toml", import.meta.url));

const SAYS = {
  "zh-CN": {
    scan: "扫场所码",
    noted: "已记下：示例书店",
    noImage: "不是能打开的图片",
    none: /不是场所码/,
    listed: /示例书店（郑州市金水区）/,
    picture: /这个场所码已过期，没有记下。[\s\S]*截图不能用/,
    told: /3月2日 10:30至11:00您在“示例书店”/,
  },
  "en-GB": {
    scan: "Scan a venue’s code",
    noted: "Noted: 示例书店",
    noImage: "not an image",
    none: /not a venue/i,
    listed: /示例书店 \(Jinshui District, Zhengzhou\)/,
    picture: /This venue’s code has expired\. Nothing was noted\.[\s\S]*does not count/,
    told: /示例书店[\s\S]*2 Mar/,
  },
};

for (const [locale, says] of Object.entries(SAYS)) {
  const name = locale.slice(0, 2);
  test(`a venue's screen is scanned, and the person is told of an exposure there, when and where (${name})`, async (t) => {
    const folder = await scratch(t);
    const data = await issuerFolder(t);
    const arrived = "2026-03-02T10:10:00+08:00";
    const first = await serve(t, { data, rules: RULES, now: arrived });

    // The screen at the door.
    const drawing = await launch();
    t.after(() => drawing.close());
    const screen = await (await device(drawing, { locale })).newPage();
    await screen.goto(`${first.url}/venue.html`);
    const symbol = screen.locator(".venue canvas[data-version]");
    await symbol.waitFor();
    assert.ok(Number(await symbol.getAttribute("data-version")) <= 13);
    await shoot(screen, `venue-screen-${name}`, { fullPage: true });
    const picture = join(folder, "screen.png");
    await symbol.screenshot({ path: picture });
    assert.match(await zbar(picture), /^HCV1:/);
    const video = join(folder, "video.mjpeg");
    await camera(screen, await readFile(picture), video);

    const seeing = await launch([
      "--use-fake-device-for-media-stream",
      "--use-fake-ui-for-media-stream",
      `--use-file-for-fake-video-capture=${video}`,
    ]);
    t.after(() => seeing.close());
    const phone = await device(seeing, { locale, permissions: ["camera"] });
    const page = await phone.newPage();
    await citizen.enrol(page, first.url);
    await citizen.choose(page, "immune", "no");
    await page.locator('[data-question="temperature"] input').fill("36.5");
    await citizen.choose(page, "symptoms", "none");
    await citizen.handIn(page);
    await page.locator("section.code.green").waitFor();
    const asked = [];
    page.on("request", (request) => asked.push(new URL(request.url()).pathname));
    await page.getByRole("button", { name: says.scan }).click();
    await page.getByText(says.noted).waitFor();
    assert.match(await page.locator("healthcode-diary .row").first().innerText(), says.listed);
    assert.deepEqual(
      asked.filter((path) => !/\.(wasm|js)$/.test(path)),
      [],
      "scanning a venue's code asks for nothing",
    );
    await shoot(page, `venue-noted-${name}`, { fullPage: true });
    await first.stop();

    // The next day somebody who was there at half past ten turns out to have measles; the picture still goes round.
    const seed = join(data, "venue.seed");
    const tags = await tool(
      ...["venue", "tags", seed, "--from", "2026-03-02T10:30:00+08:00", "--to", "2026-03-02T11:00:00+08:00"],
    );
    const exposures = join(folder, "tags.csv");
    await writeFile(exposures, tags);
    assert.equal(tags.trim().split("\n").length, 3, "two quarters of an hour");
    const { port } = first;
    const second = await serve(t, { data, port, rules: RULES, exposures, now: "2026-03-03T11:00:00+08:00" });
    await page.goto(`${second.url}/citizen.html`);
    await page.locator("section.code.yellow").waitFor({ timeout: 30_000 });
    const reason = page.locator('.reason[data-rule="exposed"]');
    assert.match(await reason.innerText(), says.told);
    await shoot(page, `venue-told-${name}`, { fullPage: true });

    await page.getByRole("button", { name: says.scan }).click();
    await page.getByText(says.picture).waitFor();
    await shoot(page, `venue-picture-${name}`, { fullPage: true });
  });
}

for (const [locale, says] of Object.entries(SAYS)) {
  test(`without a camera a venue's code is pasted or chosen as an image (${locale.slice(0, 2)})`, async (t) => {
    const { url } = await serve(t, { rules: RULES, now: "2026-03-02T10:10:00+08:00" });
    const browser = await launch();
    t.after(() => browser.close());
    const context = await device(browser, { locale });
    const screen = await context.newPage();
    await screen.goto(`${url}/venue.html`);
    const symbol = screen.locator(".venue canvas[data-version]");
    await symbol.waitFor();
    const picture = join(await scratch(t), "screen.png");
    await symbol.screenshot({ path: picture });
    await screen.locator(".as-text summary").click();
    await screen.locator(".as-text code:not(:empty)").waitFor();
    const text = await screen.locator(".as-text code").innerText();
    assert.match(text, /^HCV1:/);

    const page = await context.newPage();
    await citizen.enrol(page, url);
    await citizen.choose(page, "immune", "no");
    await page.locator('[data-question="temperature"] input').fill("36.5");
    await citizen.choose(page, "symptoms", "none");
    await citizen.handIn(page);
    await page.locator("section.code.green").waitFor();
    const dialog = page.locator("dialog.scanner");
    const scan = () => page.getByRole("button", { name: says.scan }).click();
    // The reason why there is no camera, and two ways on.
    await scan();
    await dialog.locator(".fault:not(:empty)").waitFor();
    await shoot(page, `venue-by-hand-${locale}`);
    await dialog.locator("form button").click();
    assert.equal(await dialog.count(), 1, "nothing was entered");
    await dialog.locator("#scanned").fill(`  ${text}\n`);
    await dialog.locator("form button").click();
    await page.getByText(says.noted).waitFor();
    assert.equal(await dialog.count(), 0);
    await scan();
    await dialog.locator('input[type="file"]').setInputFiles({
      name: "no.png",
      mimeType: "image/png",
      buffer: Buffer.from("no image"),
    });
    await dialog.locator(".fault").filter({ hasText: says.noImage }).waitFor();
    await dialog.locator('input[type="file"]').setInputFiles(picture);
    await page.getByText(says.noted).waitFor();
    await scan();
    await dialog.locator("#scanned").fill("x".repeat(1_000_000));
    await dialog.locator("form button").click();
    await page.getByText(says.none).waitFor();
  });
}
