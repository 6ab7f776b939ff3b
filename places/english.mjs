// The English names of places.

import { createRequire } from "node:module";
import { join } from "node:path";
import { csv } from "./csv.mjs";

/** Whole names that syllables alone would not give, by code: provinces, autonomous prefectures. */
const names = Object.fromEntries(csv("names-en.csv"));
/** How names are read that a dictionary of words reads otherwise, and those of other languages, without their ending. */
const readings = Object.fromEntries(csv("readings.csv"));

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
  ["新区", "New Area"],
  ["矿区", "Mining District"],
  ["地区", "Prefecture"],
  ["区", "District"],
  ["县", "County"],
  ["旗", "Banner"],
  ["市", ""],
  ["盟", "League"],
];

/** What says the English name of a place, given its code and its Chinese name, and the syllables of names that do not show them. */
export function english(folder) {
  const { pinyin } = createRequire(join(folder, "node_modules", "/"))("pinyin-pro");

  const syllables = (chinese) =>
    pinyin(
      chinese
        .replace(/[（）·]/g, "")
        .replace(/都/g, "嘟")
        .replace(/什/g, "时"),
      { toneType: "none", type: "array", v: true },
    ).map((s) => s.replace("v", "ü"));

  /** Syllables as one word; a vowel that begins a later syllable gets its apostrophe. */
  function word(chinese) {
    if (readings[chinese]) return readings[chinese];
    const joined = syllables(chinese)
      .map((s, i) => (i > 0 && /^[aeo]/.test(s) ? `'${s}` : s))
      .join("");
    return joined.charAt(0).toUpperCase() + joined.slice(1);
  }

  const say = (code, name, current) => {
    if (current && names[code]) return names[code];
    let [stem, end] = split(name);
    const found = [];
    if (end.startsWith("Autonomous")) {
      for (let again = true; again; ) {
        again = false;
        for (const [people, said] of Object.entries(peoples).sort(([a], [b]) => b.length - a.length)) {
          for (const tail of [`${people}族`, people]) {
            if (stem.endsWith(tail) && stem.length > tail.length && (tail !== people || people.length > 1)) {
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

  /** The syllables, with spaces between, of a name whose English one begins otherwise: 哈尔滨, Harbin. */
  function pinyinOf(name, en) {
    const [stem] = split(name.replace(/(自治区|自治州|省)$/, "").replace(/(.族|壮族|维吾尔|回族)+$/, ""));
    const plain = (text) => text.toLowerCase().replace(/[^a-zü]/g, "");
    const read = syllables(stem);
    const shown = name === "" || stem in readings || plain(en).startsWith(plain(read.slice(0, 2).join("")));
    return shown ? "" : read.join(" ");
  }
  return { say, pinyin: pinyinOf, syllables };
}

/** A name without the word for its sort, and that word in English. */
function split(name) {
  const sort = ends.find(([chinese]) => name.endsWith(chinese) && name.length > chinese.length);
  return sort ? [name.slice(0, -sort[0].length), sort[1]] : [name, ""];
}
