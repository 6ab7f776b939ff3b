import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { setLanguage } from "../language.js";
import { levels } from "./levels.js";
import { placeName, setPlaces, stopOf } from "./names.js";
import { search } from "./search.js";
import { PlaceTable } from "./table.js";

const table = new PlaceTable(readFileSync("data/places.tsv", "utf8"));
const codes = (typed: string, month?: string) => search(table, typed, month).map(({ code }) => code);

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
  assert.equal(table.countries().length, 245);
});

test("names are there in both languages, or in neither", () => {
  const lines = readFileSync("data/places.tsv", "utf8").trim().split("\n").slice(1);
  assert.ok(lines.length > 3000);
  const name = String.raw`\p{L}[\p{L}' ,().’-]+`;
  const form = new RegExp(
    `^(\\d{2}(\\d{2}){0,2}\\t(\\t|[\\u4e00-\\u9fff]+\\t${name})|[A-Z]{2}\\t[^\\t]+\\t${name})(\\t|$)`,
    "u",
  );
  for (const line of lines) assert.match(line, form, line);
});

test("districts are offered in the time in which their codes are in force", () => {
  const districts = (month?: string) => table.within("3301", month).map(({ code }) => code);
  assert.ok(districts("2020-02").includes("330104") && !districts("2020-02").includes("330114"));
  assert.ok(!districts().includes("330104") && districts().includes("330114"));
  // A code that was chosen before stays the one that is chosen.
  const [, , county] = levels(table, "330104", 6, "2022-11");
  assert.equal(county?.chosen?.zh, "江干区");
  assert.ok(county?.options.includes(county.chosen as never));
});

test("an old code leads to what is there now", () => {
  const now = (code: string, month?: string) => table.now(code, month).map(({ zh }) => zh);
  assert.deepEqual(now("330104"), ["上城区", "钱塘区"]);
  assert.deepEqual(now("330104", "2020-02"), ["江干区"]);
  assert.deepEqual(now("371202"), ["莱芜区"]);
  assert.deepEqual(now("421023"), ["监利市"]);
  assert.deepEqual(now("330199"), []);
});

test("a level for the numbering is passed over", () => {
  assert.ok(table.within("42").some(({ zh }) => zh === "仙桃市"));
  assert.ok(table.within("11").some(({ zh }) => zh === "朝阳区"));
  for (const code of ["4290", "4190", "4690", "6590", "1101", "5002"]) assert.equal(table.get(code)?.zh, "", code);
});

test("streets and communities that an app adds are named, found and lie in their county", () => {
  const more = new PlaceTable(readFileSync("data/places.tsv", "utf8"));
  more.add("420106001\t杨园街道\tYangyuan\n420106001002\t铁机社区\n");
  const path = (code: string) => more.path(code).map(({ zh }) => zh);
  assert.deepEqual(path("420106001002"), ["湖北省", "武汉市", "武昌区", "杨园街道", "铁机社区"]);
  assert.deepEqual(path("420106002"), ["湖北省", "武汉市", "武昌区"]);
  assert.deepEqual(more.within("420106"), [], "lists end at the counties");
  const found = (typed: string) => search(more, typed).map(({ code }) => code);
  assert.deepEqual(found("杨园"), ["420106001"]);
  assert.deepEqual(found("武昌 铁机"), ["420106001002"]);
  assert.deepEqual(found("武汉 yangyuan"), ["420106001"]);
});

test("places are found by Chinese, pinyin, initials and English", () => {
  assert.equal(codes("武昌")[0], "420106");
  // So is Wuchang in Heilongjiang, which is written otherwise.
  assert.deepEqual(codes("wuchang").slice(0, 2), ["230184", "420106"]);
  assert.deepEqual(codes("湖北 wuchang"), ["420106"]);
  assert.ok(codes("wc").includes("420106"));
  assert.deepEqual(codes("浙江 西湖"), ["330106"]);
  assert.deepEqual(codes("hangzhou xihu"), ["330106"]);
  assert.equal(codes("haerbin")[0], "2301");
  assert.equal(codes("heb")[0], "13");
  assert.ok(codes("heb").includes("2301"));
  assert.equal(codes("xian")[0], "6101");
  assert.equal(codes("Xi'an")[0], "6101");
  assert.equal(codes("lvshun").join(), codes("lushun").join());
  assert.equal(codes("日本")[0], "JP");
  assert.equal(codes("japan")[0], "JP");
  assert.ok(codes("江干", "2020-02").includes("330104") && !codes("江干").includes("330104"));
  for (const nothing of ["", "  ", "！", "zzz", "constructor"]) assert.deepEqual(codes(nothing), [], nothing);
});

test("names are found as people write them: with spaces, in any case, in a chain, by another name", () => {
  const first = (typed: string) => codes(typed, "2020-02")[0];
  const found = {
    "Hong Kong": "81",
    hongkong: "81",
    "new zealand": "NZ",
    "UNITED KINGDOM": "GB",
    UK: "GB",
    "South Korea": "KR",
    "republic of korea": "KR",
    korea: "KP",
    hanguo: "KR",
    meiguo: "US",
    USA: "US",
    america: "US",
    "wu han": "4201",
    ＷＵＨＡＮ: "4201",
    "Xihu District, Hangzhou": "330106",
    "hangzhou xihu district": "330106",
    中国香港: "81",
    "中国 香港": "81",
    湖北武汉: "4201",
    湖北省武汉市: "4201",
    武汉市洪山区: "420111",
    湖北武汉洪山: "420111",
    广西南宁: "4501",
    吉林吉林: "2202",
    吉林市船营区: "220204",
  };
  for (const [typed, code] of Object.entries(found)) assert.equal(first(typed), code, typed);
  assert.ok(codes("korea").slice(0, 2).includes("KR"));
  assert.ok(codes("Xihu District").includes("330106"));
  assert.deepEqual(codes("湖南武汉"), []);
});

test("names are read as the names of places are", () => {
  const read = {
    310112: "Minhang",
    440114: "Huadu",
    510114: "Xindu",
    510682: "Shifang",
    610103: "Beilin",
    341021: "She",
  };
  for (const [code, en] of Object.entries(read)) assert.match(table.get(code)?.en ?? "", new RegExp(`^${en} ?`), code);
});

test("places of one name are told apart by what contains them", () => {
  setPlaces(table);
  setLanguage("en");
  const twins = ["3205", "3413", "3501", "3610", "2307", "3609"].map(placeName);
  assert.deepEqual(twins, [
    "Suzhou, Jiangsu",
    "Suzhou, Anhui",
    "Fuzhou, Fujian",
    "Fuzhou, Jiangxi",
    "Yichun, Heilongjiang",
    "Yichun, Jiangxi",
  ]);
  assert.equal(placeName("4201"), "Wuhan");
  setLanguage("zh-Hans");
  assert.equal(placeName("3205"), "苏州市");
});

test("the itinerary card names a stay as people do", () => {
  setPlaces(table);
  setLanguage("zh-Hans");
  const named = ["330106", "110105", "500233", "429004", "659001", "469005", "419001", "81", "JP-13"];
  const stops = named.map((code) => placeName(stopOf(code)));
  assert.deepEqual(stops, [
    "杭州市",
    "北京市",
    "重庆市",
    "湖北省仙桃市",
    "新疆维吾尔自治区石河子市",
    "海南省文昌市",
    "河南省济源市",
    "香港特别行政区",
    "日本",
  ]);
});
