// The compiled sample on glass-easel in Chromium: fill in, show, read the screen with two readers, verify.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { launch, shoot } from "../../../browser/browser.mjs";
import { scratch, zbar, zxing } from "../../../browser/readers.mjs";
import { serve } from "../../../browser/server.mjs";
import { work } from "../places.mjs";
import * as citizen from "./citizen.mjs";
import { phone, serveMini } from "./device.mjs";

const compiled = join(work, "wechat-compiled");
let browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

test("stand-in", async (t) => {
  const issuer = await serve(t, { www: null });
  const { url } = await serveMini(t, compiled, { issuer: issuer.url });
  const { page, errors } = await phone(t, browser, url);
  page.setDefaultTimeout(4000);
  try {
    await citizen.enrol(page);
    await page.waitForTimeout(800);
    await shoot(page, "wechat-questionnaire", { fullPage: true });
    await citizen.fillIn(page);
    await shoot(page, "wechat-questionnaire-2", { fullPage: true });
    await citizen.press(page, "提交");
    await page.locator("canvas").waitFor();
    await page.waitForTimeout(1000);
  } catch (e) { console.log(e.message, await page.evaluate(() => document.body.innerText.slice(0, 1500))); }
  await shoot(page, "wechat-code", { fullPage: true });
  console.log(await errors(), await page.evaluate(() => [host.drawn - host.started, host.engines, host.asked, host.brightness, host.longTasks]));
  const file = join(await scratch(t), "screen.png");
  await page.screenshot({ path: file });
  console.log(await zbar(file));
});
