// The compiled sample on glass-easel in Chromium: fill in, show, read the screen with two readers, verify.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { launch, shoot } from "../../../browser/browser.mjs";
import { scratch, zbar, zxing } from "../../../browser/readers.mjs";
import { serve } from "../../../browser/server.mjs";
import { work } from "../places.mjs";
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
  await page.locator(".name input").fill("测试员");
  await page.locator(".number input").fill("330106190001010000");
  await shoot(page, "wechat-enrol");
  await page.locator(".main").click();
  await page.locator(".send").click({ timeout: 3000 }).catch(async () => console.log(await page.evaluate(() => document.body.innerText), await errors()));
  await page.locator("canvas").waitFor({ timeout: 5000 }).catch(() => {});
  await page.waitForTimeout(1500);
  await shoot(page, "wechat-code");
  console.log(await errors(), await page.evaluate(() => [host.drawn - host.started, host.engines, host.asked, host.brightness, host.longTasks]));
  const file = join(await scratch(t), "screen.png");
  await page.screenshot({ path: file });
  console.log(await zbar(file));
});
