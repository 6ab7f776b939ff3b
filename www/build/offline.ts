import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Plugin } from "vite";

/** Writes `offline.js`, the service worker, with the list of all built files in place of its two placeholders. */
export function offline(): Plugin {
  return {
    name: "offline",
    apply: "build",
    enforce: "post",
    generateBundle(_, bundle) {
      const digest = createHash("sha256");
      // Browsers without WebAssembly are too few for everybody to keep the translation of the engine, and so is who scans.
      const files = Object.keys(bundle)
        .filter((file) => !/fallback|zxing/.test(file))
        .sort();
      for (const file of files) {
        const built = bundle[file];
        digest.update(file).update(built?.type === "chunk" ? built.code : (built?.source ?? ""));
      }
      const template = readFileSync(new URL("./offline.template.js", import.meta.url), "utf8");
      const source = template
        .replace('"@VERSION@"', JSON.stringify(digest.digest("hex").slice(0, 12)))
        .replace(
          '["@FILES@"]',
          JSON.stringify(["icon.svg", "manifest.webmanifest", ...files].map((file) => `/${file}`)),
        );
      this.emitFile({ type: "asset", fileName: "offline.js", source });
    },
  };
}
