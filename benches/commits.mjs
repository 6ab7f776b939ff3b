// The benchmarks' module of several checkouts in one Node process, in turns: what a change, or many, did to the journey. Each
// checkout's module is built by its own scripts/build-wasm.sh bench and takes its own vectors. Times are the processor's, which what
// else the machine does disturbs least; trust the ratios, each of the same round.
//
//   node benches/commits.mjs CHECKOUT CHECKOUT...
import { copyFileSync, readFileSync } from "node:fs";
import { basename, resolve } from "node:path";
import { pathToFileURL } from "node:url";

/** How often each way takes its turn, and does its work in a turn. */
const ROUNDS = 81;
const TIMES = 8;

const bytes = (hex) => Uint8Array.from(hex.match(/../g), (pair) => parseInt(pair, 16));

const done = (answer) => {
  if (!["loaded", "accepted", "added", "shown"].includes(answer.result)) throw new Error(JSON.stringify(answer));
  return answer;
};

/** What a phone does, by the module and vectors of a checkout. */
async function ways(folder) {
  const module = `${folder}/target/bench-module`;
  // Node takes the glue for a module by its name only.
  copyFileSync(`${module}/healthcode.js`, `${module}/healthcode.mjs`);
  const { Holder, initSync, Qr } = await import(pathToFileURL(`${module}/healthcode.mjs`).href);
  initSync({ module: readFileSync(`${module}/healthcode_bg.wasm`) });
  const vector = (name) => JSON.parse(readFileSync(`${folder}/tests/vectors/signed/${name}.json`, "utf8"));
  const [journey, busy] = [vector("journey"), vector("busy")];
  const { roots, people } = journey;
  const [{ verdict }] = people;
  const now = Date.parse(journey.now);
  const files = [journey.trust_list, busy.manifest, journey.rules, busy.risk].filter(Boolean).map(bytes);
  const [random, certificate, day] = [journey.random, journey.certificate, journey.day ?? ""].map((hex) =>
    hex === "" ? undefined : bytes(hex),
  );

  const enrolled = () => {
    const holder = new Holder(roots);
    holder.createKey(random);
    for (const file of files) done(holder.load(file, now));
    return holder;
  };
  const complete = () => {
    const holder = enrolled();
    // Before manifests there were, the phone's one key was certified.
    if (day) holder.certificateRequest({ name: verdict.name, digits: verdict.digits }, day, now);
    done(holder.load(certificate, now));
    for (const { at, answers } of busy.reports) done(holder.submit(answers, Date.parse(at)));
    for (const visit of busy.diary) done(holder.addVisit(visit, now));
    return holder;
  };
  const svg = (text) => {
    const qr = new Qr(text);
    const drawing = qr.svg("Health code");
    qr.free();
    return drawing;
  };
  const drawn = (holder) => {
    const drawing = svg(done(holder.show(now)).code.text);
    holder.free();
    return drawing;
  };
  const full = complete();
  const [empty, saved] = [enrolled().save(), full.save()];
  const { text } = full.show(now).code;
  return {
    "open the public files, nothing new": () => Holder.restore(roots, empty, now).free(),
    "a start: verify, assess, sign, draw": () => drawn(Holder.restore(roots, saved, now)),
    "the first day, 70 visits told one by one": () => drawn(complete()),
    "assess 70 visits by 1,000 rows": () => full.assess(now),
    "assess and sign": () => full.show(now),
    "draw as SVG": () => svg(text),
  };
}

const middle = (list) => [...list].sort((a, b) => a - b)[list.length >> 1];

const folders = process.argv.slice(2).map((folder) => resolve(folder));
const checkouts = [];
for (const folder of folders) checkouts.push(await ways(folder));
console.log(`${"µs".padEnd(42)}${folders.map((folder) => basename(folder).padStart(24)).join("")}`);
for (const what of Object.keys(checkouts[0])) {
  for (const checkout of checkouts) for (let time = 0; time < 60; time += 1) checkout[what]();
  const found = checkouts.map(() => []);
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [at, checkout] of checkouts.entries()) {
      const start = process.cpuUsage();
      for (let time = 0; time < TIMES; time += 1) checkout[what]();
      const { user, system } = process.cpuUsage(start);
      found[at].push((user + system) / TIMES);
    }
  }
  const told = found.map((times) => {
    const ratio = middle(times.map((time, round) => time / found[0][round]));
    return `${middle(times).toFixed(0)} (${ratio.toFixed(2)} ×)`.padStart(24);
  });
  console.log(`${what.padEnd(42)}${told.join("")}`);
}
