// The costliest packs, tables and logs that there can be, on the engine in JavaScript: how long an assessment and each slice of
// a forecast keep a page waiting. Each time is the processor's for this thread and the least of rounds, which what else the machine
// does disturbs least; the worst is that of all slices.
// Usage: bench.mjs PACKAGE/anywhere/index.js FOLDER-OF-THE-PHONES
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";

const MOST = 50;
const ROUNDS = 5;
/** Of long forecasts, so many slices are timed. */
const SLICES = 60;

const [entry, folder] = process.argv.slice(2).map((path) => resolve(path));
const { Holder, init } = createRequire(import.meta.url)(entry);
await init();
const { now: at, roots, phones } = JSON.parse(readFileSync(`${folder}/phones.json`, "utf8"));
const now = Date.parse(at);

const median = (list) => [...list].sort((a, b) => a - b)[list.length >> 1];
const least = (list) => Math.min(...list);
const rounds = (count, act) => Array.from({ length: count }, (_, round) => act(round));

/** How long this thread has had a processor, where the system tells (Linux): compilers and collectors have their own. */
function worked() {
  try {
    return Number(readFileSync(`/proc/self/task/${process.pid}/schedstat`, "utf8").split(" ")[0]) / 1e6;
  } catch {
    return process.cpuUsage().user / 1000;
  }
}

function timed(act) {
  const start = worked();
  const result = act();
  return { result, ms: worked() - start };
}

/** A fixed piece of work, by which machines and runs can be compared. */
function fixed() {
  let state = 1;
  for (let turn = 0; turn < 10_000_000; turn += 1) state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + turn) | 0;
  return state;
}

/** The time of each slice of a forecast. */
function slices(holder) {
  const found = [];
  // One that was begun ends with whatever may be a change.
  holder.change({ remove: { place: "33", arrive: "2000-01-01T00:00:00Z" } }, now);
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
  `At most ${MOST} ms at a stretch, in JavaScript on Node ${process.versions.node}; the processor's time, the least of ${ROUNDS} rounds`,
);
rounds(3, fixed);
console.log(`A fixed piece of work takes ${ms(least(rounds(9, () => timed(fixed).ms)))}\n`);
row("", "cold", "assessing", "slices", "their median", "worst", "");
let missed = 0;
for (const { name, file } of phones) {
  const holder = Holder.restore(roots, readFileSync(`${folder}/${file}`), now);
  const cold = timed(() => holder.assess(now)).ms;
  rounds(20, () => holder.assess(now));
  const assessing = least(rounds(ROUNDS, () => timed(() => holder.assess(now)).ms));
  rounds(3, () => slices(holder));
  const all = rounds(ROUNDS, () => slices(holder));
  const each = all[0].map((_, slice) => least(all.map((found) => found[slice] ?? 0)));
  const worst = Math.max(assessing, ...each);
  missed += worst > MOST ? 1 : 0;
  row(name, ms(cold), ms(assessing), String(each.length), ms(median(each)), ms(worst), worst > MOST ? "MISS" : "ok");
  holder.free();
}
console.log(missed ? `\n${missed} take longer` : "\nNone takes longer");
