import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import type { Plugin } from "vite";

/** Writes each file that gets smaller by it as `.br` and `.gz` too, which `healthcode serve` and most web servers send as they are. */
export function compressed(): Plugin {
  let folder = "";
  return {
    name: "compressed",
    apply: "build",
    enforce: "post",
    configResolved: ({ root, build }) => {
      folder = join(root, build.outDir);
    },
    closeBundle() {
      const files = readdirSync(folder, { recursive: true, encoding: "utf8" });
      for (const file of files.filter((name) => /\.(html|js|css|svg|wasm|webmanifest)$/.test(name))) {
        const path = join(folder, file);
        const bytes = readFileSync(path);
        // The mode for fonts suits WebAssembly best: a quarter of a kilobyte less than the general one.
        const mode = file.endsWith(".wasm") ? constants.BROTLI_MODE_FONT : constants.BROTLI_MODE_TEXT;
        const brotli = brotliCompressSync(bytes, {
          params: { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length, [constants.BROTLI_PARAM_MODE]: mode },
        });
        if (brotli.length < bytes.length) writeFileSync(`${path}.br`, brotli);
        const gzip = gzipSync(bytes, { level: 9 });
        if (gzip.length < bytes.length) writeFileSync(`${path}.gz`, gzip);
      }
    },
  };
}
