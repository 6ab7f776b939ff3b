import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { PlaceTable } from "./table.js";

const table = new PlaceTable(readFileSync("data/places.tsv", "utf8"));

test("every place of the sample risk data has the name that it had in early 2020", () => {
  const rows = readFileSync(join("..", "rules/data/2020-02-china/risk.csv"), "utf8").trim().split("\n").slice(1);
  for (const row of rows) {
    const [code = "", , , , name = ""] = row.split(",");
    assert.equal(table.get(code)?.en.replace(/ (District|County)$/, ""), name.replace(/ \(.*/, ""), code);
  }
});

test("a place lies in a prefecture, and that in a province", () => {
  assert.deepEqual(
    table.path("330106").map(({ zh }) => zh),
    ["浙江省", "杭州市", "西湖区"],
  );
  assert.deepEqual(
    table.path("110101").map(({ en }) => en),
    ["Beijing", "Dongcheng District"],
  );
  assert.equal(table.provinces().length, 34);
  assert.ok(table.within("3301").some(({ code }) => code === "330104"));
});

test("names are there in both languages, or in neither", () => {
  const lines = readFileSync("data/places.tsv", "utf8").trim().split("\n").slice(1);
  assert.ok(lines.length > 3000);
  for (const line of lines) {
    assert.match(line, /^\d{2}(\d{2}){0,2}\t(\t|[\u4e00-\u9fff]+\t[A-ZÜ][\p{L}' ,()-]+)$/u, line);
  }
});
