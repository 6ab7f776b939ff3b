// What is not seen: the same for messages from outside as for signed files, which the engine checks.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { cleaned } from "../src/texts/outside.js";

/** The ranges that `is_format` of the crate's src/unseen.rs names. */
function formats(): [number, number][] {
  const source = readFileSync(join("..", "src/unseen.rs"), "utf8");
  const body = /fn is_format[\s\S]*?matches!\(([\s\S]*?)\n {4}\)/.exec(source)?.[1] ?? "";
  return [...body.matchAll(/'\\u\{(\w+)\}'(?:\.\.='\\u\{(\w+)\}')?/g)].map(([, from = "", to = from]) => [
    Number.parseInt(from, 16),
    Number.parseInt(to, 16),
  ]);
}

test("a message shows what the engine shows of each character, and nothing that is ignored by default", () => {
  const ranges = formats();
  assert.ok(ranges.length > 15, `${ranges.length} ranges`);
  const isControl = (code: number) => code < 0x20 || (code >= 0x7f && code < 0xa0);
  const isHalf = (code: number) => code >= 0xd800 && code <= 0xdfff;
  for (let code = 0; code <= 0x10ffff; code += 1) {
    const unseen = isControl(code) || isHalf(code) || ranges.some(([from, to]) => code >= from && code <= to);
    const character = String.fromCodePoint(code);
    assert.equal(cleaned(character), unseen ? "\ufffd" : character, `U+${code.toString(16)}`);
    if (/\p{Default_Ignorable_Code_Point}/u.test(character)) assert.ok(unseen, `U+${code.toString(16)}`);
  }
});

test("each character that is not seen has one sign in its place, whatever is around it", () => {
  assert.equal(cleaned("a\u{e0041}\u{1d173}b\u115f\u2800\u3164\u034f"), "a��b����");
  assert.equal(cleaned("\ud83d\ud83d\ude42\ude42"), "�🙂�");
});
