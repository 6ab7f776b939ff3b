// The rule engine in WebAssembly beside certlogic-js: 30 rules over 40 facts, interleaved, medians, and the ratio within this
// run. Then what the engine adds to the shipped module. Usage: bench.mjs FOLDER-OF-THE-BUILD
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { brotliCompressSync } from "node:zlib";

const require = createRequire(new URL("../../tests/certlogic/package.json", import.meta.url));
const certlogic = require("certlogic-js");
const folder = resolve(process.argv[2]);
const { Engine } = createRequire(import.meta.url)(`${folder}/engine.js`);

const { rules, data } = JSON.parse(readFileSync(new URL("../expression.json", import.meta.url), "utf8"));
const logics = rules.map(({ logic }) => logic);
const engine = (numbers) => new Engine(JSON.stringify(logics), JSON.stringify(data), numbers);
const [asText, asNumbers] = [engine(false), engine(true)];

const held = logics.filter((logic) => certlogic.evaluate(logic, data) === true).length;
if (held === 0 || asText.run(1) !== held || asNumbers.run(1) !== held) throw new Error("the engines disagree");

// How often a way repeats its work in one turn: a turn should take longer than the clock's grain.
const ways = [
  ["WebAssembly, dates as an assessment has them", 50, (times) => asNumbers.run(times)],
  ["WebAssembly, dates as text", 50, (times) => asText.run(times)],
  [
    `certlogic-js ${certlogic.implementationVersion}`,
    5,
    (times) => {
      for (let time = 0; time < times; time += 1) for (const logic of logics) certlogic.evaluate(logic, data);
    },
  ],
];
const spent = ways.map(() => []);
for (let turn = 0; turn < 600; turn += 1) {
  ways.forEach(([, times, work], way) => {
    const start = performance.now();
    work(times);
    if (turn >= 100) spent[way].push(((performance.now() - start) * 1000) / times);
  });
}
const medians = spent.map((list) => list.sort((a, b) => a - b)[list.length >> 1]);
console.log(`\n${logics.length} rules over 40 facts (to reach: 25 µs, and a tenth of certlogic-js)`);
ways.forEach(([name], way) => {
  const ratio = way ? `  ${(medians[way] / medians[0]).toFixed(1)} × the first` : "";
  console.log(`  ${name.padEnd(52)} ${medians[way].toFixed(1).padStart(10)} µs${ratio}`);
});

/** The code section of a module as {name, body} for each function that it defines. */
function functions(module) {
  let at = 8;
  const number = () => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = module[at++];
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
  };
  const text = () => {
    const length = number();
    at += length;
    return module.toString("utf8", at - length, at);
  };
  const [bodies, names] = [[], new Map()];
  let imported = 0;
  while (at < module.length) {
    const id = module[at++];
    const end = number() + at;
    if (id === 2) {
      for (let count = number(); count > 0; count -= 1) {
        text();
        text();
        const kind = module[at++];
        if (kind === 0) imported += 1;
        if (kind === 1) at += 1;
        if (kind === 1 || kind === 2) {
          const flags = number();
          number();
          if (flags & 1) number();
        }
        if (kind === 0) number();
        if (kind === 3) at += 2;
      }
    } else if (id === 10) {
      for (let count = number(); count > 0; count -= 1) {
        const size = number();
        bodies.push(module.subarray(at, at + size));
        at += size;
      }
    } else if (id === 0 && text() === "name") {
      while (at < end) {
        const [part, stop] = [module[at++], number() + at];
        if (part === 1) for (let count = number(); count > 0; count -= 1) names.set(number(), text());
        at = stop;
      }
    }
    at = end;
  }
  return bodies.map((body, index) => ({ name: names.get(imported + index) ?? "", body }));
}

const code = functions(readFileSync(`${folder}/named.wasm`));
const size = (parts) => brotliCompressSync(Buffer.concat(parts.map(({ body }) => body))).length;
const ofEngine = ({ name }) => name.includes("rules::expression::") && !name.includes("serde");
const without = code.filter((part) => !ofEngine(part));
const count = code.length - without.length;
if (count < 20) throw new Error(`only ${count} functions are the engine's: are there names in the module?`);
const kilo = (bytes) => `${(bytes / 1000).toFixed(1)} kB`;
console.log("\nWhat the engine adds to the shipped module's code (to reach: 15 kB brotli)");
console.log(
  `  ${count} functions, ${kilo(size(code))} brotli with and ${kilo(size(without))} without them: ${kilo(size(code) - size(without))}`,
);
