// Prints the size of each file: as it is, and as gzip and brotli at their best, which is how a web server sends it.
import { readFileSync } from "node:fs";
import { brotliCompressSync, gzipSync } from "node:zlib";

for (const path of process.argv.slice(2)) {
  const raw = readFileSync(path);
  const sizes = { bytes: raw.length, gzip: gzipSync(raw, { level: 9 }).length, brotli: brotliCompressSync(raw).length };
  console.log(
    `${path}: ${Object.entries(sizes)
      .map(([name, size]) => `${size} ${name}`)
      .join(", ")}`,
  );
}
