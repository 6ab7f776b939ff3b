// What a checkpoint refuses, and the cause that it names.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { device, launch, shoot } from "./browser.mjs";
import * as checkpoint from "./checkpoint.mjs";
import * as citizen from "./citizen.mjs";
import { scratch } from "./readers.mjs";
import { issuerFolder, serve } from "./server.mjs";

let browser;
let data;
let server;
let text;
const cleanup = [];

before(async () => {
  const suite = { after: (done) => cleanup.unshift(done) };
  browser = await launch();
  data = await issuerFolder(suite);
  server = await serve(suite, { data });
  const phone = await device(browser);
  const page = await phone.newPage();
  await citizen.enrol(page, server.url);
  await citizen.report(page);
  text = await citizen.codeText(page);
  await phone.close();
});
after(async () => {
  await browser.close();
  for (const done of cleanup) await done();
});

async function desk(t, url, options) {
  const context = await device(browser, options);
  t.after(() => context.close());
  const page = await context.newPage();
  await checkpoint.open(page, url);
  return page;
}

async function refused(page, text, code, sign = "refused") {
  const verdict = await checkpoint.paste(page, text);
  assert.deepEqual([verdict.verdict, verdict.sign, verdict.code], ["refused", sign, code]);
  assert.doesNotMatch(verdict.text, /\*\*员|0000/, "nothing personal beside a refusal");
  return verdict;
}

test("a text that was altered", async (t) => {
  const page = await desk(t, server.url);
  // The signature is at the end; the first character of a group of three can always be made smaller.
  const body = text.slice(4);
  const at = 4 + Math.floor((body.length - 1) / 3) * 3 - 6;
  const altered = text.slice(0, at) + (text[at] === "0" ? "1" : "0") + text.slice(at + 1);
  const { text: said } = await refused(page, altered, "code-bad-signature");
  assert.match(said, /再扫一次或核对输入的文字[\s\S]*与签名对不上/);
  await shoot(page, "refused-altered-zh");
  await checkpoint.next(page);
  await refused(page, text.slice(0, at), "cbor-truncated", "grey");
});

test("a code that has expired", async (t) => {
  const later = await serve(t, { data, now: "2020-02-20T08:05:00+08:00" });
  const page = await desk(t, later.url, { locale: "en-GB", desktop: true });
  const { text: said } = await refused(page, text, "code-expired");
  assert.match(said, /screenshot or photo of a code is not valid/);
  await shoot(page, "refused-expired-en-desktop");
});

test("a code whose day certificate has expired", async (t) => {
  const later = await serve(t, { data, now: "2020-02-22T08:00:00+08:00" });
  await refused(await desk(t, later.url), text, "certificate-expired");
});

test("a code from the future", async (t) => {
  const earlier = await serve(t, { data, now: "2020-02-20T07:58:30+08:00" });
  const verdict = await checkpoint.paste(await desk(t, earlier.url), text);
  assert.deepEqual([verdict.verdict, verdict.code], ["undecided", "code-from-future"]);
});

test("a code of another issuer", async (t) => {
  const other = await serve(t);
  const { text: said } = await refused(await desk(t, other.url), text, "file-unknown-key");
  assert.match(said, /来自别的系统/);
});

test("what is no health code", async (t) => {
  const page = await desk(t, server.url, { locale: "en-GB" });
  const { text: said } = await refused(page, "https://example.org/", "text-not-a-health-code", "grey");
  assert.match(said, /^Not a health code/, "nobody is refused for it");
  await shoot(page, "refused-other-en");
  await checkpoint.next(page);
  await refused(page, "JK1:jk", "text-damaged", "grey");
});

test("an image without a QR code, and a file that is no image", async (t) => {
  const page = await desk(t, server.url, { locale: "en-GB" });
  const file = join(await scratch(t), "nothing.png");
  await page.screenshot({ path: file });
  await page.locator('.images input[type="file"]').setInputFiles(file);
  const fault = page.locator(".scan-fault");
  await assert.doesNotReject(fault.filter({ hasText: "No QR code was found" }).waitFor());
  const broken = { name: "broken.png", mimeType: "image/png", buffer: Buffer.from("no image") };
  await page.locator('.images input[type="file"]').setInputFiles(broken);
  await assert.doesNotReject(fault.filter({ hasText: "This file is not an image that can be opened" }).waitFor());
});

test("a device without a camera says so", async (t) => {
  const page = await desk(t, server.url);
  await page.getByRole("button", { name: "打开摄像头" }).click();
  await checkpoint
    .part(page)
    .locator('.fault[role="alert"]')
    .filter({ hasText: /不能扫码/ })
    .waitFor();
});
