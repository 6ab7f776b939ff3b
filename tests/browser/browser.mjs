// Debian's Chromium, driven by playwright-core.
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { CHROMIUM } from "../chromium.mjs";

/** Where screenshots go. */
export const screenshots = process.env.SCREENSHOTS ?? (await mkdtemp(join(tmpdir(), "healthcode-screenshots-")));

export function launch(args = []) {
  return chromium.launch({ ...CHROMIUM, args: [...CHROMIUM.args, ...args] });
}

/** A phone, or with `desktop` a computer: a browser profile of its own. */
export function device(browser, { locale = "zh-CN", desktop = false, ...more } = {}) {
  const phone = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 3, isMobile: true, hasTouch: true };
  const computer = { viewport: { width: 1280, height: 900 }, deviceScaleFactor: 1 };
  return browser.newContext({ locale, timezoneId: "Asia/Shanghai", ...(desktop ? computer : phone), ...more });
}

export async function shoot(page, name, options = {}) {
  await page.screenshot({ path: join(screenshots, `${name}.png`), ...options });
}
