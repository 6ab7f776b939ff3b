// Where things are, for all tests.
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../../../", import.meta.url));
/** Where the tarball is. */
export const packed = join(root, "target/npm");
/** A folder in whose projects the package is installed. */
export const projects = fileURLToPath(new URL("node_modules/.projects/", import.meta.url));
/** The installed package. */
export const installed = join(projects, "node_modules/healthcode");
/** The text of a file of the package. */
export const text = (path) => readFileSync(join(installed, path), "utf8");
/** A module of the package, as Node requires it. Each entry has an engine of its own. */
export const required = createRequire(join(projects, "index.js"));

/** An entry for phones, and what the entry for checkpoints has besides: as an app has them that uses both. `init` starts both. */
export const together = (phones, gates) => ({
  ...gates,
  ...phones,
  // Each has texts for what it can meet.
  knownCodes: () => [...new Set([...phones.knownCodes(), ...gates.knownCodes()])],
  init: (options) => Promise.all([phones.init(options), gates.init()]).then(() => undefined),
});

/** Both entries of a host, as Node requires them. */
export const both = (entry) => together(required(entry), required(`${entry}/checkpoint`));

/** What `require` is among the scripts of the package, each run once by `run` with its `module`, `exports` and `require`. */
export function requiring(run) {
  const modules = new Map();
  const load = (path) => {
    let module = modules.get(path);
    if (module === undefined) {
      module = { exports: {} };
      modules.set(path, module);
      run(path, module, (name) => load(join(dirname(path), name)));
    }
    return module.exports;
  };
  return load;
}

/** A file of signed vectors. */
export const vectors = (name) => JSON.parse(readFileSync(join(root, `tests/vectors/signed/${name}.json`), "utf8"));

/** Every file of the package, by path. */
export function files() {
  const all = readdirSync(installed, { recursive: true, withFileTypes: true });
  return all
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(installed.length + 1))
    .sort();
}

export const hex = (bytes) => Buffer.from(bytes).toString("hex");
export const bytes = (text) => new Uint8Array(Buffer.from(text, "hex"));
