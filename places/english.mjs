// The English names of places.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

/** Names that syllables alone would not give, by code: provinces, autonomous prefectures, readings. */
const names = Object.fromEntries(
  readFileSync(new URL("./names-en.csv", import.meta.url), "utf8")
    .trim()
    .split("\n")
    .map((line) => line.split(",")),
);

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

/** What says the English name of a place, given its code and its Chinese name. */
export function english(folder) {
  const { pinyin } = createRequire(join(folder, "node_modules", "/"))("pinyin-pro");

  /** Syllables as one word; a vowel that begins a later syllable gets its apostrophe. */
  function word(chinese) {
    const syllables = pinyin(chinese, { toneType: "none", type: "array", v: true });
    const joined = syllables
      .map((s, i) => (i > 0 && /^[aeo]/.test(s) ? `'${s}` : s))
      .join("")
      .replaceAll("v", "ü");
    return joined.charAt(0).toUpperCase() + joined.slice(1);
  }

  return (code, name) => {
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
  };
}
