// Debian's Chromium, driven by playwright-core.
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { CHROMIUM } from "../chromium.mjs";

/** Where screenshots go. Without it, none are taken: a long page takes seconds. */
const screenshots = process.env.SCREENSHOTS;

export function launch(args = []) {
  return chromium.launch({ ...CHROMIUM, args: [...CHROMIUM.args, ...args] });
}

/** A phone, or with `desktop` a computer: a browser profile of its own. */
export function device(browser, { locale = "zh-CN", desktop = false, ...more } = {}) {
  const phone = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 3, isMobile: true, hasTouch: true };
  const computer = { viewport: { width: 1280, height: 900 }, deviceScaleFactor: 1 };
  return browser.newContext({ locale, timezoneId: "Asia/Shanghai", ...(desktop ? computer : phone), ...more });
}

/** Takes a picture of a page, or of a part of one, for people to look at. */
export async function shoot(page, name, options = {}) {
  if (screenshots) await page.screenshot({ path: join(screenshots, `${name}.png`), ...options });
}

/** Keeps a picture that a test has taken, for people to look at. */
export async function keep(picture, name) {
  if (!screenshots) return;
  await mkdir(screenshots, { recursive: true });
  await writeFile(join(screenshots, `${name}.png`), picture);
}
