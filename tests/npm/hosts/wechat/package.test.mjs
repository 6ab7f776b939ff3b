// What WeChat's own tools make of the sample, and what the package weighs in it.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { test } from "node:test";
import { brotliCompressSync } from "node:zlib";
import { list } from "../files.mjs";
import { work } from "../places.mjs";
import { assets } from "./assets.mjs";

const compiled = join(work, "wechat-compiled");
/** What a phone may fetch of the package for a questionnaire and a code, in bytes as brotli. */
const SHARE = 240_000;
/**
 * What all of it may take, with all eight components: colours day by day, kept, drawn and told, are 2.1 kB of it, adding languages
 * 1.6, the code by other rules 1.0, not sure, zones, tests and vaccinations in the engine 3.4.
 * A language is the app's own choice.
 */
const ALL = 344_500;

const FOLDER = "miniprogram_npm/healthcode/";
/** What an app with those two carries: the developer tools leave out what nobody names. */
const NEEDED =
  /^((index|common|places|components)\.js|healthcode\.wasm\.br|components\/style\.wxss|components\/(questionnaire|code)\/.*)$/;

async function weights(needed = /^/) {
  const files = (await list(compiled)).filter(
    (path) => path.startsWith(FOLDER) && needed.test(path.slice(FOLDER.length)),
  );
  const fetched = (path, bytes) => (path.endsWith(".br") ? bytes : brotliCompressSync(bytes)).length;
  return Promise.all(files.map(async (path) => ({ path, bytes: fetched(path, await readFile(join(compiled, path))) })));
}

const sum = (files) => files.reduce((sum, { bytes }) => sum + bytes, 0);

/** The files that a script requires, and those that these require. */
async function required(path, found = new Set()) {
  if (found.has(path)) return found;
  found.add(path);
  for (const [, other] of (await readFile(path, "utf8")).matchAll(/require\("(\.[^"]+)"\)/g))
    await required(join(dirname(path), other), found);
  return found;
}

test("the templates are without fault for Tencent's compiler", async () => {
  assert.deepEqual((await assets(compiled)).problems, []);
});

test(`with a questionnaire and a code, a phone fetches at most ${SHARE} bytes of the package`, async (t) => {
  const files = await weights(NEEDED);
  for (const { path, bytes } of files.sort((one, other) => other.bytes - one.bytes)) t.diagnostic(`${bytes} ${path}`);
  t.diagnostic(`${sum(files)} in all`);
  assert.ok(sum(files) <= SHARE, `${sum(files)} bytes`);
  // Nothing else is needed.
  for (const name of ["questionnaire", "code"]) {
    for (const path of await required(join(compiled, FOLDER, "components", name, "index.js"))) {
      assert.match(relative(join(compiled, FOLDER), path), NEEDED);
    }
  }
});

test(`with all components, at most ${ALL} bytes`, async () => {
  const files = await weights(/^(?!languages\/)/);
  assert.ok(sum(files) <= ALL, `${sum(files)} bytes`);
});
