// The Vite sample, built, in three browsers: fill in, show, read the screen with two readers, verify.
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { keep } from "../../../browser/browser.mjs";
import { scratch, zbar, zxing } from "../../../browser/readers.mjs";
import { serve } from "../../../browser/server.mjs";
import { verify } from "../package.mjs";
import { work } from "../places.mjs";
import { web } from "../server.mjs";
import * as citizen from "./citizen.mjs";
import { names, open } from "./driver.mjs";

/** As strict as a page can be: no evaluation of text, no styles in attributes. */
const POLICY =
  "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'";

for (const name of names) {
  test(`somebody who is well is green in ${name}, and the code is accepted`, { timeout: 120_000 }, async (t) => {
    const issuer = await serve(t, { folder: null });
    const url = await web(t, {
      folders: { "/": join(work, "vite", "dist") },
      issuer: () => issuer.url,
      policy: POLICY,
    });
    const browser = await open(t, name);
    await browser.go(url);
    await citizen.enrol(browser);
    await citizen.fillIn(browser);
    await citizen.drawn(browser);
    // WebKit draws the shape of a sign a moment later.
    await new Promise((resolve) => setTimeout(resolve, 500));
    const file = join(await scratch(t), "screen.png");
    const picture = await browser.screenshot();
    await writeFile(file, picture);
    await keep(picture, `web-${name}`);
    const text = await zbar(file);
    assert.equal(await zxing(file), text, "zxing-cpp reads the same text as zbar");
    const verdict = await verify(issuer.url, text);
    assert.deepEqual(
      [verdict.verdict, verdict.colour, verdict.name, verdict.digits],
      ["accepted", "green", "**员", "0000"],
    );
  });
}
