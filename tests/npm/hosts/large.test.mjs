// A risk table with a row for each of China's communities, on the engine's translation to JavaScript.
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { test } from "node:test";
import { issuerFolder, serve } from "../../browser/server.mjs";
import { work } from "./places.mjs";

const healthcode = createRequire(join(work, "node", "index.js"))("healthcode/anywhere");
const COMMUNITIES = 620_573;

/** The code of a community: province, prefecture, county, township, community. */
function community(index) {
  const parts = [40, 20, 30, 20].map((count) => {
    const part = (index % count) + 1;
    index = Math.floor(index / count);
    return part;
  });
  const [last, township, county, prefecture] = parts.map((part) => String(part));
  return [
    33 + index,
    prefecture.padStart(2, "0"),
    county.padStart(2, "0"),
    township.padStart(3, "0"),
    last.padStart(3, "0"),
  ].join("");
}

test("620,573 rows are loaded twice in a row, and once more from what was stored", { timeout: 300_000 }, async (t) => {
  const folder = await issuerFolder(t);
  const levels = ["low", "medium", "high"];
  const rows = Array.from(
    { length: COMMUNITIES },
    (_, at) => `${community(at)},${levels[at % 3]},2020-02-0${1 + (at % 9)},`,
  );
  const risk = join(folder, "rows.csv");
  await writeFile(risk, ["place,level,from,to", ...rows, ""].join("\n"));
  const { url } = await serve(t, { folder: null, risk });
  const { roots, clock } = await (await fetch(`${url}/demo.json`)).json();
  const now = Date.parse(clock.now);
  await healthcode.init();
  assert.equal(healthcode.engine(), "javascript");
  const fetched = async (path) => new Uint8Array(await (await fetch(url + path)).arrayBuffer());
  const holder = new healthcode.Holder(roots);
  const files = [await fetched("/trust-list"), await fetched("/manifest")];
  for (const file of files) assert.equal(holder.load(file, now).result, "loaded");
  for (const { digest } of holder.missing()) files.push(await fetched(`/files/${digest}`));
  for (let round = 0; round < 2; round += 1) {
    const from = performance.now();
    for (const file of files) assert.equal(holder.load(file, now).result, "loaded");
    t.diagnostic(`${(performance.now() - from).toFixed()} ms, ${(process.memoryUsage().rss / 2 ** 20).toFixed()} MB`);
  }
  // High: the third of every three.
  const place = community(2);
  holder.addVisit({ place, arrive: "2020-02-18T08:00:00+08:00", leave: "2020-02-18T18:00:00+08:00" }, now);
  const again = healthcode.Holder.restore(roots, holder.save(), now);
  for (const { reasons } of [holder.assess(now), again.assess(now)])
    assert.ok(
      reasons.some(({ fact }) => fact.kind === "visit" && fact.place === place && fact.level === "high"),
      JSON.stringify(reasons),
    );
});
