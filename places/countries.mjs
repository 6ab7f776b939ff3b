// The countries and territories of ISO 3166-1, named by i18n-iso-countries (MIT, 7.14.0), and read by pinyin-pro.

import { createRequire } from "node:module";
import { join } from "node:path";
import { csv } from "./csv.mjs";

/** These have codes of GB/T 2260; XK is not of the standard. */
const NOT_HERE = ["CN", "HK", "MO", "TW", "XK"];

/** What is called otherwise here: in Chinese as GB/T 2659 or people say it, in English as it is said, not as an index has it. */
const OWN = new Map(csv("countries.csv").map(([code, zh, ...en]) => [code, [zh, en.join(",")]]));

/** Lines of code, Chinese name and English name. */
export function countries(folder) {
  const names = createRequire(join(folder, "node_modules", "/"))("i18n-iso-countries");
  const [zh, en] = ["zh", "en"].map((language) => names.getNames(language, { select: "official" }));
  const codes = Object.keys(en).filter((code) => !NOT_HERE.includes(code));
  return codes.sort().map((code) => [code, ...(OWN.get(code) ?? [zh[code], en[code]])].join("\t"));
}

/** The same with what people may type instead: the syllables of the Chinese name, and other English names. */
export function searched(folder, syllables) {
  const names = createRequire(join(folder, "node_modules", "/"))("i18n-iso-countries");
  const all = names.getNames("en", { select: "all" });
  return countries(folder).map((line) => {
    const [code, zh, en] = line.split("\t");
    const others = all[code].filter((name) => name !== en);
    return [line, syllables(zh).join(" ").toLowerCase(), "", "", "", others.join(";")].join("\t").replace(/\t+$/, "");
  });
}
