// A framework's output for WeChat, compiled as WeChat's tools do and run in the host page.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { shoot } from "../../browser/browser.mjs";
import * as citizen from "../hosts/wechat/citizen.mjs";
import { phone, readScreen, serveMini } from "../hosts/wechat/device.mjs";
import { verify } from "./harness.mjs";

const run = promisify(execFile);
const compile = fileURLToPath(new URL("../hosts/wechat/compile.mjs", import.meta.url));

/** Serves an app that is compiled, on a phone whose clock is the issuer's. Its address. */
export async function serveOutput(t, issuer, compiled, start) {
  const alter = (scripts) => ({ ...scripts, "modules.js": `${issuer.turn}\n${scripts["modules.js"]}` });
  return (await serveMini(t, compiled, { issuer: issuer.url, start, alter })).url;
}

/** Taro's templates hand null on for what a page leaves out; WeChat warns of that too. */
const WARNED = /received type-incompatible value: expected <\w+> but get null value/;

/** Somebody enrols, answers, and shows a code, which a checkpoint reads from the screen and accepts. */
export async function journey(t, browser, issuer, folder, output, { name, start }) {
  const compiled = join(folder, "compiled");
  await run(process.execPath, [compile, output, compiled], { maxBuffer: 1 << 24 });
  const { page, errors } = await phone(t, browser, await serveOutput(t, issuer, compiled, start));
  await citizen.enrol(page).catch(async (thrown) => {
    throw new Error(`${thrown.message}\n${(await errors()).join("\n")}`);
  });
  await citizen.fillIn(page);
  await shoot(page, `${name}-questionnaire`, { fullPage: true });
  await page.locator('wx-button[class*="questionnaire-index--primary"]:visible').first().tap();
  await verify(folder, issuer, await readScreen(t, page));
  await shoot(page, `${name}-code`, { fullPage: true });
  assert.deepEqual(await page.evaluate(() => host.engines), ["/miniprogram_npm/healthcode/healthcode.wasm.br"]);
  assert.deepEqual(
    (await errors()).filter((told) => !WARNED.test(told)),
    [],
  );
}
