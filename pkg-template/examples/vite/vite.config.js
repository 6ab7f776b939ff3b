import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

// The demo issuer allows its own page only, so the development server asks it on the page's behalf.
const issuer = "http://127.0.0.1:8080";
const paths = [
  "^/manifest$",
  "^/trust-list$",
  "^/trust/",
  "^/files/",
  "^/deltas/",
  "^/mailboxes/",
  "^/status/",
  "^/certificates$",
  "^/demo.json$",
];

/** Writes the service worker with the names of all files that were built, and a version that changes with them. */
const offline = {
  name: "offline",
  apply: "build",
  enforce: "post",
  generateBundle(_, bundle) {
    const files = Object.keys(bundle)
      .filter((name) => !name.endsWith(".map"))
      .sort();
    const version = createHash("sha256")
      .update(files.join())
      .update(bundle["index.html"].source)
      .digest("hex")
      .slice(0, 16);
    // The page is asked for by its folder.
    const kept = files.map((name) => (name === "index.html" ? "./" : name));
    const source = readFileSync(new URL("offline.js", import.meta.url), "utf8")
      .replace("@VERSION@", version)
      .replace('["@FILES@"]', JSON.stringify(kept));
    this.emitFile({ type: "asset", fileName: "offline.js", source });
  },
};

export default {
  plugins: [offline],
  server: {
    proxy: Object.fromEntries(paths.map((path) => [path, issuer])),
  },
};
