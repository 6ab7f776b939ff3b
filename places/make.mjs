// Writes divisions.tsv, the codes of China and what became of them, countries.tsv, and the package's places.tsv:
//
//   node places/make.mjs DIR     (what DIR holds: editions.mjs)

import { writeFileSync } from "node:fs";
import { countries, searched } from "./countries.mjs";
import { csv } from "./csv.mjs";
import { editions } from "./editions.mjs";
import { english } from "./english.mjs";
import { history, isZone } from "./history.mjs";

const folder = process.argv[2];
const here = (name) => new URL(name, import.meta.url);
const changes = csv("changes.csv")
  .slice(1)
  .map(([month, code, became]) => ({ month, code, became: became.split(" ") }));
const rows = history(editions(folder), changes);
const { say, pinyin, syllables } = english(folder);

const write = (name, head, lines) => writeFileSync(here(name), `${[head, ...lines].join("\n")}\n`);
const line = ({ code, from, until, zh, became }) =>
  [code, from, until, zh, say(code, zh, until === ""), became.join(" ")].join("\t");
write("divisions.tsv", "code\tfrom\tuntil\tzh\ten\tbecame", rows.map(line));
write("countries.tsv", "code\tzh\ten", countries(folder));

/** Phones need no code that ended before. */
const SINCE = "2009";

/** A line of the package's table, without the fields at its end that are empty. */
function short({ code, from, until, zh, became }) {
  const en = say(code, zh, until === "");
  const others = became.filter((other) => other !== code);
  const began = from >= SINCE ? from : "";
  return [code, zh, en, pinyin(zh, en), began, until, others.join(" ")].join("\t").replace(/(?<=\t.*\t.*)\t+$/, "");
}
const last = new Map(rows.filter(({ until }) => until === "" || until >= SINCE).map((row) => [row.code, row]));
// Development zones are not in GB/T 2260.
const kept = [...last.values()].filter(({ code }) => !isZone(code));
write("../pkg-template/data/places.tsv", "code\tzh\ten\tpinyin\tfrom\tuntil\tbecame\talso", [
  ...kept.map(short),
  ...searched(folder, syllables),
]);
