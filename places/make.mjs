// Writes divisions.tsv, the codes of China and what became of them, and countries.tsv:
//
//   node places/make.mjs DIR     (what DIR holds: editions.mjs)

import { readFileSync, writeFileSync } from "node:fs";
import { countries } from "./countries.mjs";
import { editions } from "./editions.mjs";
import { english } from "./english.mjs";
import { history } from "./history.mjs";

const folder = process.argv[2];
const here = (name) => new URL(name, import.meta.url);
const csv = (name) =>
  readFileSync(here(name), "utf8")
    .trim()
    .split("\n")
    .slice(1)
    .map((line) => line.split(","));
const changes = csv("changes.csv").map(([month, code, became]) => ({ month, code, became: became.split(" ") }));
const rows = history(editions(folder), changes);
const say = english(folder);

const write = (name, head, lines) => writeFileSync(here(name), `${[head, ...lines].join("\n")}\n`);
const line = ({ code, from, until, zh, became }) => [code, from, until, zh, say(code, zh), became.join(" ")].join("\t");
write("divisions.tsv", "code\tfrom\tuntil\tzh\ten\tbecame", rows.map(line));
write("countries.tsv", "code\tzh\ten", countries(folder));
