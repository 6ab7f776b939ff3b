// The costliest packs, tables and logs that there can be, on the engine in JavaScript: how long an assessment and each slice of
// a forecast keep a page waiting. Each time is the median of rounds; the worst is that of all slices.
// Usage: bench.mjs PACKAGE/anywhere/index.js FOLDER-OF-THE-PHONES
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";

const MOST = 50;
const ROUNDS = 7;
/** Of long forecasts, so many slices are timed. */
const SLICES = 24;

const [entry, folder] = process.argv.slice(2).map((path) => resolve(path));
const { Holder, init } = createRequire(import.meta.url)(entry);
await init();
const { now: at, roots, phones } = JSON.parse(readFileSync(`${folder}/phones.json`, "utf8"));
const now = Date.parse(at);

const median = (list) => [...list].sort((a, b) => a - b)[list.length >> 1];
const rounds = (count, act) => Array.from({ length: count }, (_, round) => act(round));

function timed(act) {
  const start = performance.now();
  const result = act();
  return { result, ms: performance.now() - start };
}

/** The time of each slice of a forecast. */
function slices(holder) {
  const found = [];
  // One that was begun ends with a change.
  holder.reopen(now);
  for (let made; made === undefined && found.length < SLICES; ) {
    const { result, ms } = timed(() => holder.forecastInSlices(now));
    found.push(ms);
    made = result;
  }
  return found;
}

const row = (name, ...rest) => console.log(`  ${name.padEnd(56)}${rest.map((text) => text.padStart(13)).join("")}`);
const ms = (value) => `${value.toFixed(1)} ms`;

console.log(
  `At most ${MOST} ms at a stretch, in JavaScript on Node ${process.versions.node}; medians of ${ROUNDS} rounds\n`,
);
row("", "cold", "assessing", "slices", "their median", "worst", "");
let missed = 0;
for (const { name, file } of phones) {
  const holder = Holder.restore(roots, readFileSync(`${folder}/${file}`), now);
  const cold = timed(() => holder.assess(now)).ms;
  rounds(20, () => holder.assess(now));
  const assessing = median(rounds(ROUNDS, () => timed(() => holder.assess(now)).ms));
  rounds(3, () => slices(holder));
  const all = rounds(ROUNDS, () => slices(holder));
  const each = all[0].map((_, slice) => median(all.map((found) => found[slice] ?? 0)));
  const worst = Math.max(assessing, ...each);
  missed += worst > MOST ? 1 : 0;
  row(name, ms(cold), ms(assessing), String(each.length), ms(median(each)), ms(worst), worst > MOST ? "MISS" : "ok");
  holder.free();
}
console.log(missed ? `\n${missed} take longer` : "\nNone takes longer");
