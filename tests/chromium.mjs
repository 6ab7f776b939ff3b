// Chromium as tests and benchmarks start it.
import { readFileSync } from "node:fs";

const webdriver = JSON.parse(readFileSync(new URL("../webdriver.json", import.meta.url), "utf8"));

/** Debian's, where no other is named, with the options that wasm-pack's tests give it. */
export const CHROMIUM = {
  executablePath: process.env.CHROMIUM_BIN ?? "/usr/bin/chromium",
  args: webdriver["goog:chromeOptions"].args,
};
