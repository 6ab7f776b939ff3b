// How many bytes the tables and deltas of `cargo bench --bench risk -- --write FOLDER` take, as they are and with brotli.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync } from "node:zlib";

const [folder] = process.argv.slice(2);
const brotli = (bytes) => brotliCompressSync(bytes).length;
const deltas = {};
for (const name of readdirSync(folder).sort()) {
  const bytes = readFileSync(join(folder, name));
  if (name.endsWith(".table")) console.log(`${name.padEnd(28)} ${bytes.length} bytes, ${brotli(bytes)} with brotli`);
  const [, kind] = /^(.*)-\d+\.delta$/.exec(name) ?? [];
  if (kind !== undefined) deltas[kind] = [...(deltas[kind] ?? []), [bytes.length, brotli(bytes)]];
}
for (const [kind, lengths] of Object.entries(deltas)) {
  const middle = (at) => lengths.map((both) => both[at]).sort((a, b) => a - b)[lengths.length >> 1];
  const most = Math.max(...lengths.map(([, packed]) => packed));
  console.log(
    `${kind}: ${lengths.length} deltas, median ${middle(0)} bytes, ${middle(1)} with brotli, at most ${most}`,
  );
}
