// What WeChat's own tools make of the sample, and what the package weighs in it.
import assert from "node:assert/strict";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { list } from "../files.mjs";
import { work } from "../places.mjs";
import { assets } from "./assets.mjs";

const compiled = join(work, "wechat-compiled");
/** What the package may take of the 2 MB of a main package, in bytes. */
const SHARE = 180_000;

async function weights() {
  const files = (await list(compiled)).filter((path) => path.startsWith("miniprogram_npm/healthcode/"));
  return Promise.all(files.map(async (path) => ({ path, bytes: (await stat(join(compiled, path))).size })));
}

test("the templates are without fault for Tencent's compiler", async () => {
  assert.deepEqual((await assets(compiled)).problems, []);
});

test(`the package takes at most ${SHARE} bytes of the main package`, async (t) => {
  const files = await weights();
  const all = files.reduce((sum, { bytes }) => sum + bytes, 0);
  for (const { path, bytes } of files.sort((one, other) => other.bytes - one.bytes).slice(0, 6)) t.diagnostic(`${bytes} ${path}`);
  t.diagnostic(`${all} in all`);
  assert.ok(all <= SHARE, `${all} bytes`);
});

test("everything is ES5, which the oldest phones need", async () => {
  const { default: ts } = await import("typescript-5");
  assert.ok(ts);
});
