// The Vite sample, built, in Chromium: once it was open, it opens again when the server and the issuer are gone, and shows a code.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { device, launch } from "../../../browser/browser.mjs";
import { scratch, zbar } from "../../../browser/readers.mjs";
import { serve } from "../../../browser/server.mjs";
import { verify } from "../package.mjs";
import { work } from "../places.mjs";
import { web } from "../server.mjs";
import { enrol, fillIn } from "./page.mjs";

const POLICY =
  "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'";
let browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

test("the page opens without any server, with the code", async (t) => {
  const issuer = await serve(t, { folder: null });
  const ends = [];
  const url = await web(
    { after: (act) => ends.push(act) },
    { folders: { "/": join(work, "vite", "dist") }, issuer: () => issuer.url, policy: POLICY },
  );
  const context = await device(browser);
  t.after(() => context.close());
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  await page.goto(url);
  await enrol(page);
  await fillIn(page);
  await page.locator("healthcode-code canvas.qr").waitFor();
  assert.match(
    await page.evaluate(async () => (await navigator.serviceWorker.ready).active.scriptURL),
    /\/offline\.js$/,
  );

  for (const end of ends) await end();
  const failed = [];
  page.on("requestfailed", (request) => failed.push(new URL(request.url()).pathname));
  await page.reload();
  await page.locator("healthcode-code").getByText("绿码").first().waitFor();
  await page.waitForFunction(
    () => document.querySelector("healthcode-code").shadowRoot.querySelector("canvas.qr")?.width >= 100,
  );
  const file = join(await scratch(t), "screen.png");
  await page.locator("healthcode-code").screenshot({ path: file });
  const verdict = await verify(issuer.url, await zbar(file));
  assert.deepEqual([verdict.verdict, verdict.colour], ["accepted", "green"]);
  // What failed is what only the issuer has.
  assert.ok(failed.some((path) => path === "/manifest"));
  assert.ok(
    failed.every((path) =>
      /^\/(manifest$|trust-list$|files\/|mailboxes\/|status\/|certificates$|offline\.js$)/.test(path),
    ),
    failed.join(),
  );
});
