// The package in a subpackage of an app, with the engine's path passed: nothing of it is in the main package.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { launch } from "../../../browser/browser.mjs";
import { serve } from "../../../browser/server.mjs";
import { list } from "../files.mjs";
import { verify } from "../package.mjs";
import { work } from "../places.mjs";
import * as citizen from "./citizen.mjs";
import { phone, readScreen, serveMini } from "./device.mjs";
import { SUBPACKAGE } from "./subpackage.mjs";

const compiled = join(work, "wechat-subpackage-compiled");
let browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

test("in a subpackage the whole way is gone, and the main package carries nothing of it", async (t) => {
  const files = await list(compiled);
  const inner = files.filter((path) => path.startsWith(`${SUBPACKAGE}/`));
  assert.ok(inner.includes(`${SUBPACKAGE}/miniprogram_npm/healthcode/healthcode.wasm.br`));
  assert.deepEqual(
    files.filter((path) => /healthcode/.test(path) && !inner.includes(path)),
    [],
  );
  const issuer = await serve(t, { folder: null });
  const { url } = await serveMini(t, compiled, { issuer: issuer.url });
  const { page, errors } = await phone(t, browser, url);
  await page.locator(".open").tap();
  await citizen.enrol(page);
  await citizen.fillIn(page);
  await citizen.press(page, "questionnaire");
  const verdict = await verify(issuer.url, await readScreen(t, page));
  assert.deepEqual([verdict.verdict, verdict.colour], ["accepted", "green"]);
  assert.deepEqual(await page.evaluate(() => host.engines), [
    `/${SUBPACKAGE}/miniprogram_npm/healthcode/healthcode.wasm.br`,
  ]);
  assert.deepEqual(await errors(), []);
});
