import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { errorText, knownCodes } from "./problem.ts";

/** The checkout: the tests run in www/. */
const root = join(process.cwd(), "..");

/** Every stable code in the crate's and the server's sources. */
function codesInSources(): Set<string> {
  const found = new Set<string>();
  const files = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".rs"));
  for (const file of files) {
    const source = readFileSync(join(root, "src", file), "utf8");
    for (const [, code] of source.matchAll(/ = "([a-z]+(?:-[a-z]+)+)", "/g)) found.add(code ?? "");
    for (const [, code] of source.matchAll(/"((?:issuer|http)-[a-z-]+)"/g)) found.add(code ?? "");
  }
  found.delete("issuer-floor"); // the name of a rule
  return found;
}

test("every stable code has a text in both languages", () => {
  const codes = codesInSources();
  assert.ok(codes.size > 100, `only ${codes.size} codes were found`);
  const without = [...codes].filter((code) => !knownCodes().includes(code));
  assert.deepEqual(without, []);
});

test("no text is for a code that nothing gives", () => {
  const pages = readdirSync("src", { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts") && !file.includes("errors"))
    .map((file) => readFileSync(join("src", file), "utf8"))
    .join();
  const codes = codesInSources();
  const never = knownCodes().filter((code) => !codes.has(code) && !pages.includes(`"${code}"`));
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
