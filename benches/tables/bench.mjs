// Times risk tables of a whole country in a package, in WebAssembly and on the translation to JavaScript: opening the file with its
// signatures, and an assessment of 70 visits. `cargo bench --bench risk -- --write FOLDER` makes the rows.
// Usage: HEALTHCODE_BIN=TOOL bench.mjs FOLDER PACKAGE, where TOOL is the `healthcode` that signs tables as that package reads them
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { serve } from "../../tests/browser/server.mjs";

const [folder, pkg] = process.argv.slice(2);
const SIZES = [1_000, 10_000, 50_000, 100_000, 620_573];
const ROUNDS = 7;
const NOW = "2022-12-02T08:00:00+08:00";
const ended = [];
const test = { after: (end) => ended.unshift(end) };

const median = (times) => times.sort((a, b) => a - b)[times.length >> 1];
const timed = async (rounds, work) => {
  const times = [];
  for (let round = 0; round < rounds; round += 1) {
    const from = performance.now();
    await work();
    times.push(performance.now() - from);
  }
  return median(times);
};

for (const size of SIZES) {
  const data = mkdtempSync(join(tmpdir(), "tables-"));
  ended.unshift(() => rmSync(data, { recursive: true, force: true }));
  const risk = join(folder, `rows-${size}.csv`);
  const { url } = await serve(test, { folder: null, risk, data, now: NOW });
  const fetched = async (path) => new Uint8Array(await (await fetch(url + path)).arrayBuffer());
  const { roots, clock } = await (await fetch(`${url}/demo.json`)).json();
  const now = Date.parse(clock.now);
  for (const build of ["node", "anywhere"]) {
    const healthcode = createRequire(import.meta.url)(
      resolve(pkg, build === "node" ? "node/index.cjs" : "anywhere/index.js"),
    );
    await healthcode.init?.();
    const holder = new healthcode.Holder(roots);
    for (const file of [await fetched("/trust-list"), await fetched("/manifest")]) holder.load(file, now);
    let table;
    for (const { kind, digest } of holder.missing()) {
      const file = await fetched(`/files/${digest}`);
      if (kind === "risk-table") table = file;
      else holder.load(file, now);
    }
    try {
      const rounds = build === "node" ? ROUNDS : 3;
      const open = await timed(rounds, () => {
        const { result, problem } = holder.load(table, now);
        if (result !== "loaded") throw new Error(problem.code);
      });
      for (let visit = 0; visit < 70; visit += 1) {
        const at = now - 1000 * 3600 * (4 * visit + 8);
        const place = `${33 + (visit % 2)}0${1 + (visit % 9)}0${2 + (visit % 4)}00${1 + (visit % 5)}00${1 + (visit % 8)}`;
        holder.addVisit(
          { place, arrive: new Date(at).toISOString(), leave: new Date(at + 7_200_000).toISOString() },
          now,
        );
      }
      const assess = await timed(rounds * 3, () => holder.assess(now));
      console.log(
        `${size} rows, ${pkg}, ${build}: ${table.length} bytes, open ${open.toFixed(1)} ms, assess ${assess.toFixed(2)} ms`,
      );
    } catch (error) {
      console.log(`${size} rows, ${pkg}, ${build}: ${table?.length} bytes, ${error.message}`);
    }
    holder.free();
  }
  await ended.shift()();
}
for (const end of ended) await end();
