// A phone with the compiled sample on it: the host page in Chromium.
import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { device as browserDevice } from "../../../browser/browser.mjs";
import { scratch, zbar, zxing } from "../../../browser/readers.mjs";
import { web } from "../server.mjs";
import { assets } from "./assets.mjs";
import { drawn } from "./citizen.mjs";

const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));

/** No script but the served ones, no evaluation of text: as in a mini-program. */
const POLICY =
  "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'unsafe-inline'; img-src 'self' data:";

const PAGE = `<!doctype html>
<html lang="zh-CN">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>WeChat host</title>
    <style>
      body { margin: 0; font-size: 16px; font-family: "Noto Sans CJK SC", sans-serif; }
      wx-view, wx-root, wx-scroll-view, wx-picker, .wx-page { display: block; }
      wx-input, wx-textarea, wx-canvas, wx-image { display: inline-block; }
      wx-text { white-space: pre-line; }
      wx-input input, wx-textarea textarea { border: 0; padding: 0; width: 100%; box-sizing: border-box; font: inherit; color: inherit; background: none; }
      wx-button { display: block; box-sizing: border-box; text-align: center; font-size: 18px; line-height: 2.55; padding: 0 14px; border-radius: 5px; background: #f8f8f8; cursor: pointer; }
      .wx-sheet { position: fixed; inset: auto 0 0 0; width: 100%; max-width: none; max-height: 70vh; box-sizing: border-box; margin: auto 0 0; border: 0; padding: 16px; overflow: auto; }
      .wx-sheet button { display: block; width: 100%; padding: 12px; border: 0; background: none; font: inherit; }
    </style>
  </head>
  <body>
    <script src="/options.js"></script>
    <script src="/host.js"></script>
    <script src="/modules.js"></script>
    <script src="/templates.js"></script>
    <script src="/data.js"></script>
    <script src="/start.js"></script>
  </body>
</html>`;

let bundled;
const host = () =>
  (bundled ??= build({
    entryPoints: [path("host/host.js")],
    bundle: true,
    write: false,
    format: "iife",
    target: "es2020",
    define: { "process.env.NODE_ENV": '"production"' },
    absWorkingDir: path(".."),
  }).then(({ outputFiles }) => outputFiles[0].text));

/**
 * Serves a compiled mini-program and gives its address. `issuer` stands in for the address in the sample's config.js,
 * `options` are the host's (see host.js), `start` the first page, or null for none; `change` may alter the bytes of a file
 * of the package, or take it away with null; `alter` the app's scripts.
 */
export async function serveMini(
  test,
  compiled,
  { issuer, options = {}, start, change, alter = (scripts) => scripts } = {},
) {
  const { problems, scripts } = await assets(compiled);
  if (problems.length > 0) throw new Error(`templates:\n${problems.join("\n")}`);
  const files = {
    "/": PAGE,
    "/host.js": await host(),
    "/start.js": start === null ? "host.prepare();" : `host.start(${JSON.stringify(start)});`,
  };
  for (const [name, text] of Object.entries(alter(scripts))) files[`/${name}`] = text;
  files["/modules.js"] = files["/modules.js"].replaceAll("http://127.0.0.1:8080", issuer);
  files["/favicon.ico"] = "";
  files["/options.js"] =
    `window.hostOptions = Object.assign(${JSON.stringify(options)}, JSON.parse(sessionStorage.hostOptions || "{}"));`;
  const url = await web(test, { folders: { "/app/": compiled }, files, policy: POLICY, change });
  return { url, files };
}

/**
 * A phone with the mini-program open, until the end of the test. `stored` is what another phone of that name had stored,
 * `clock` whether the test turns the phone's clock. `errors` gives what went wrong in the page: nothing must.
 */
export async function phone(test, browser, url, { stored, clock = false } = {}) {
  const context = await browserDevice(browser);
  test.after(() => context.close());
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  if (clock) await page.clock.install();
  if (stored)
    await context.addInitScript((stored) => localStorage.length === 0 && Object.assign(localStorage, stored), stored);
  await page.goto(url);
  return { context, page, errors: () => page.evaluate(() => host.errors) };
}

/** What the phone has stored, for another phone. */
export const storedOn = (page) => page.evaluate(() => ({ ...localStorage }));

/** What both readers read on the screen. */
export async function readScreen(t, page) {
  await drawn(page);
  const file = join(await scratch(t), "screen.png");
  await page.screenshot({ path: file });
  const text = await zbar(file);
  assert.equal(await zxing(file), text, "zxing-cpp reads the same text as zbar");
  return text;
}
