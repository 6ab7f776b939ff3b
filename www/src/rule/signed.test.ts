import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { Holder, init, type Roots } from "healthcode";
import { decode, type Item } from "./cbor.ts";
import { contentOf, filesIn, infixOf, logicOf, ruleIn } from "./signed.ts";

interface Journey {
  roots: Roots;
  now: string;
  trust_list: string;
  manifest: string;
  rules: string;
  risk: string;
}
const journey = JSON.parse(readFileSync("../tests/vectors/signed/journey.json", "utf8")) as Journey;
const bytesOf = (hex: string) => Uint8Array.from(Buffer.from(hex, "hex"));
const file = bytesOf(journey.rules);
const source = readFileSync("../rules/packs/hangzhou/pack.toml", "utf8");

/** A condition in one line, with one kind of quotes, and numbers without idle zeros. */
const plain = (text: string) =>
  text
    .replace(/\s+/g, " ")
    .replace(/'/g, '"')
    .replace(/(\d)\.0 °C/g, "$1 °C")
    .trim();

/** Everything in a pack that a list has under a key. */
const all = (at: number, key: number): Item[] => {
  const items = contentOf(file).get(at);
  return (items as Map<number, Item>[]).flatMap((one) => (one.has(key) ? [one.get(key) as Item] : []));
};

test("conditions are written as their authors wrote them", () => {
  const written = (key: string) =>
    [...source.matchAll(new RegExp(`^${key} = (?:"""([^]*?)"""|"(.*)")$`, "gm"))].map(([, long, short]) =>
      plain(long ?? short ?? ""),
    );
  const infix = infixOf(contentOf(file));
  const signed = [...all(12, 7), ...all(13, 3), ...all(16, 2)].map((condition) => infix.write(logicOf(condition)));
  assert.ok(signed.length > 20);
  assert.deepEqual(signed.map(plain).sort(), written("when").sort());
  assert.deepEqual(
    all(11, 5).map((condition) => plain(infix.write(logicOf(condition)))),
    written("show-if"),
  );
});

test("a rule is found with its colours and what it reads", () => {
  const rules = [...source.matchAll(/^\[\[(rule|threshold)\]\]\nid = "(.+)"/gm)].map(
    ([, kind, id = ""]) => [kind, id] as const,
  );
  assert.ok(rules.length > 10);
  for (const [kind, id] of rules) {
    const rule = ruleIn(file, id);
    assert.ok(rule && rule.text.en.length > 5 && rule.wayBack["zh-Hans"].length > 2, id);
    assert.ok(rule.colours.length > 0 && rule.colours.every(({ colour }) => colour !== "green"), id);
    assert.equal(rule.logic === undefined, kind === "threshold", id);
  }
  assert.equal(ruleIn(file, "floor"), undefined);
});

test("a phone's signed files are in what it saves, as they came", async () => {
  await init();
  const holder = new Holder(journey.roots);
  assert.deepEqual(filesIn(holder.save()), []);
  const given = [journey.trust_list, journey.manifest, journey.rules, journey.risk].map(bytesOf);
  for (const one of given) assert.equal(holder.load(one, Date.parse(journey.now)).result, "loaded");
  const hex = (files: Uint8Array[]) => files.map((one) => Buffer.from(one).toString("hex")).sort();
  assert.deepEqual(hex(filesIn(holder.save())), hex(given));
  assert.throws(() => filesIn(holder.save().subarray(0, 200)), RangeError);
});

test("what is no signed file is refused", () => {
  for (const bytes of [[], [0xd8], [0x83, 1, 2], [0x82, 0xff], [0x9f]]) {
    assert.throws(() => contentOf(Uint8Array.from(bytes)), RangeError);
  }
  assert.throws(() => decode(new Uint8Array(1_000).fill(0x81)), RangeError);
});
