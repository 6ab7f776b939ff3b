import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import * as healthcode from "healthcode";
import { use } from "../../app/package.ts";
import { errorText, knownCodes } from "./problem.ts";

/** The checkout: the tests run in www/. */
const root = join(process.cwd(), "..");

/** Every stable code: the core's own list, and the server's own codes. */
const codes = new Set<string>();

before(async () => {
  use(healthcode);
  await healthcode.init();
  for (const code of healthcode.errorCodes()) codes.add(code);
  for (const room of ["issuer", "serve"]) {
    const server = join(root, "src/bin/healthcode", room);
    for (const file of readdirSync(server, { encoding: "utf8" })) {
      const source = readFileSync(join(server, file), "utf8");
      for (const [, code] of source.matchAll(/"((?:issuer|http)-[a-z-]+)"/g)) codes.add(code ?? "");
    }
  }
});

test("every stable code has a text in both languages", () => {
  assert.ok(codes.size > 100, `only ${codes.size} codes were found`);
  const without = [...codes].filter((code) => !knownCodes().includes(code));
  assert.deepEqual(without, []);
});

test("no text is for a code that nothing gives", () => {
  const sources = ["src", "../pkg-template/src"].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts") && !/errors|texts/.test(file))
      .map((file) => readFileSync(join(folder, file), "utf8")),
  );
  const never = knownCodes().filter(
    (code) => !codes.has(code) && !sources.some((source) => source.includes(`"${code}"`)),
  );
  assert.deepEqual(never, []);
});

test("texts are in their language and punctuated", () => {
  for (const code of knownCodes()) {
    const { says, todo } = errorText(code);
    for (const text of todo ? [says, todo] : [says]) {
      assert.match(text["zh-Hans"], /[\u4e00-\u9fff].*。$/, code);
      assert.match(text.en, /^[A-Z“][^\u4e00-\u9fff]*\.$/, code);
      assert.doesNotMatch(text["zh-Hans"], /[\u4e00-\u9fff][,:;?!]/, `${code}: half-width punctuation`);
    }
  }
});

test("an unknown code is at least named", () => {
  assert.match(errorText("new-cause").says.en, /new-cause/);
});
