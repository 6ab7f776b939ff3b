// Puts the package together: `scripts/assemble-package.sh` runs it after the engine is built.
//
//   node assemble.mjs INTO
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { brotliCompressSync, constants as zlib } from "node:zlib";
import esbuild from "esbuild";
import { entriesOf, places } from "./generator/components.mjs";
import { languages } from "./generator/languages.mjs";
import { miniProgram } from "./generator/mini-program.mjs";
import { sizes } from "./sizes.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "..");
const out = resolve(process.argv[2] ?? join(root, "pkg"));
const engineOf = (name) => join(here, "src/engine", name);
const host = (name) => join(here, "src/hosts", `${name}.ts`);

/** A value of the crate's `[package]`. */
const cargo = readFileSync(join(root, "Cargo.toml"), "utf8");
const fromCargo = (key) => new RegExp(`^${key} = "(.*)"$`, "m").exec(cargo)[1];

const wasm = readFileSync(join(engineOf("core"), "healthcode.wasm"));
const verifier = readFileSync(join(engineOf("verifier"), "healthcode.wasm"));
const issuer = readFileSync(join(engineOf("issuer"), "healthcode.wasm"));
const digest = (bytes, encoding) => createHash("sha256").update(bytes).digest(encoding);

/** What stands for the constants of src/constants.d.ts. */
const define = {
  VERSION: JSON.stringify(fromCargo("version")),
  WASM_SHA256: JSON.stringify(digest(wasm, "hex")),
  CHECKPOINT_SHA256: JSON.stringify(digest(verifier, "hex")),
  ISSUER_SHA256: JSON.stringify(digest(issuer, "hex")),
};

/** Syntax that WebAssembly's first browsers and Node 20 have. */
const modern = { bundle: true, define, target: "es2020", legalComments: "none", charset: "utf8", logLevel: "warning" };

/** Where the package's README has the table of sizes. */
const SIZES = "<!-- the table of sizes: assemble.mjs puts it here -->";

/** Writes a file of the package. */
function write(path, content) {
  mkdirSync(dirname(join(out, path)), { recursive: true });
  writeFileSync(join(out, path), content);
}

/** Bundles for browsers and Node, whose syntax is known. */
const bundle = (path, options) => esbuild.build({ ...modern, ...options, outfile: join(out, path) });

const codec = join(here, "src/engine/text-codec.ts");

/** Bundles for mini-programs, with a text codec of our own, because some have none. */
const bundleMini = (path, entry, kind) =>
  miniProgram(kind, {
    define,
    entryPoints: [entry],
    inject: [codec],
    plugins: [places(kind)],
    outfile: join(out, path),
  });

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });

/**
 * Compresses a module. Where brotli's blocks end is a matter of luck, and so is which of its ways of writing distances suits: the
 * worst of these is half a percent larger than the best.
 */
function pressed(module) {
  const { BROTLI_PARAM_MODE: MODE, BROTLI_PARAM_LGBLOCK: BLOCK } = zlib;
  const modes = [zlib.BROTLI_MODE_GENERIC, zlib.BROTLI_MODE_FONT];
  const ways = [16, 17, 18, 19].flatMap((block) => modes.map((mode) => ({ [MODE]: mode, [BLOCK]: block })));
  const made = ways.map((params) => brotliCompressSync(module, { params }));
  return made.reduce((least, one) => (one.length < least.length ? one : least));
}

// The engines that phones load: their own, and a checkpoint's.
for (const [name, module] of [
  ["healthcode", wasm],
  ["checkpoint", verifier],
]) {
  const compressed = pressed(module);
  write(`${name}.wasm`, module);
  write(`${name}.wasm.br`, compressed);
  write(`miniprogram_dist/${name}.wasm.br`, compressed);
}

// Browsers: modules, and plain scripts whose engine's files lie beside them.
const fallback = join(here, "src/engine/fallback.ts");
const checkpointFallback = join(here, "src/engine/checkpoint-fallback.ts");
await esbuild.build({
  ...modern,
  inject: [join(here, "src/engine/some-codec.ts")],
  entryPoints: {
    index: host("browser-module"),
    checkpoint: host("checkpoint/browser-module"),
    common: join(here, "src/components/web/common.ts"),
    fallback,
    "checkpoint-fallback": checkpointFallback,
  },
  format: "esm",
  splitting: true,
  outdir: join(out, "web"),
  outExtension: { ".js": ".mjs" },
  minifySyntax: true,
});
const script = (name, entry, globalName, target) =>
  bundle(`web/${name}.js`, { entryPoints: [entry], format: "iife", globalName, minify: true, ...target });
const integrity = (name) => JSON.stringify(digest(readFileSync(join(out, `web/${name}.js`)), "base64"));
await script("fallback", fallback, "healthcodeFallback", { target: "es2015" });
await script("checkpoint-fallback", checkpointFallback, "healthcodeCheckpointFallback", { target: "es2015" });
define.FALLBACK_SHA256 = integrity("fallback");
define.CHECKPOINT_FALLBACK_SHA256 = integrity("checkpoint-fallback");
await script("healthcode", host("browser-script"), "healthcode");
await script("checkpoint", host("checkpoint/browser-script"), "healthcodeCheckpoint");

// Node.
for (const [name, folder] of [
  ["index", ""],
  ["checkpoint", "checkpoint/"],
  ["issuer", "issuer/"],
]) {
  const platform = "node";
  await bundle(`node/${name}.mjs`, { entryPoints: [host(`${folder}node-module`)], format: "esm", platform });
  await bundle(`node/${name}.cjs`, { entryPoints: [host(`${folder}node-script`)], format: "cjs", platform });
}

// An issuer's engine, which runs in Node alone, and the package's command with what it serves.
write("issuer.wasm", issuer);
await bundle("bin/healthcode.mjs", {
  entryPoints: [join(here, "src/demo/main.ts")],
  format: "esm",
  platform: "node",
  banner: { js: "#!/usr/bin/env node" },
});
cpSync(join(here, "demo"), join(out, "demo"), { recursive: true });
cpSync(join(root, "rules/packs/hangzhou/pack.toml"), join(out, "demo/hangzhou.toml"));
cpSync(join(root, "rules/data/2020-02-china/risk.csv"), join(out, "demo/risk.csv"));

// Mini-programs, and hosts of which nothing is known.
for (const [kind, folder] of [
  ["wechat", "miniprogram_dist"],
  ["alipay", "alipay"],
]) {
  await entriesOf(kind, join(out, folder), { define, inject: [codec] });
}
for (const kind of ["douyin", "anywhere"]) {
  await bundleMini(`${kind}/index.js`, host(kind), kind);
  await bundleMini(`${kind}/checkpoint.js`, host(`checkpoint/${kind}`), kind);
}
await bundleMini("alipay/worker.js", host("alipay-worker"), "alipay");
await bundleMini("alipay/checkpoint-worker.js", host("checkpoint/alipay-worker"), "alipay");
await bundleMini("fallback/index.js", fallback, "anywhere");
await bundleMini("fallback/checkpoint.js", checkpointFallback, "anywhere");

// What carries no files along: the engines' files as text, and the entries that have them. Old bundlers know no newer syntax.
const inside = (name) => ({
  name: "inside",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /\/inside-of-\w+\.js$/ }, ({ kind }) =>
      kind === "entry-point" ? undefined : { path: `./${name}`, external: true },
    );
    onResolve({ filter: /^#engine-of-/ }, ({ path }) => ({ path, namespace: "inside" }));
    onLoad({ filter: /^/, namespace: "inside" }, ({ path }) => ({
      contents: `export var engine = "${(path.endsWith("phone") ? wasm : verifier).toString("base64")}";`,
    }));
  },
});
for (const [of, entry, text] of [
  ["phone", "inline", "engine"],
  ["checkpoint", "checkpoint/inline", "checkpoint-engine"],
]) {
  const plugins = [inside(`${text}.js`)];
  const entryPoints = [join(here, `src/engine/inside-of-${of}.ts`)];
  await miniProgram("anywhere", { entryPoints, plugins, outfile: join(out, `inline/${text}.js`) });
  await bundle(`inline/${of === "phone" ? "index" : of}.js`, {
    entryPoints: [host(entry)],
    inject: [join(here, "src/engine/some-codec.ts")],
    format: "cjs",
    platform: "node",
    target: "es2017",
    plugins,
  });
}

// What bundlers for mini-programs take to put the package's files into an app.
for (const name of ["uni-app", "webpack"])
  await bundle(`bundlers/${name}.js`, {
    entryPoints: [join(here, `src/bundlers/${name}.ts`)],
    format: "cjs",
    platform: "node",
  });

// Types: once for those who import, once for those who require.
const built = join(here, "build/types");
rmSync(built, { recursive: true, force: true });
execFileSync(
  process.execPath,
  [join(here, "node_modules/typescript/bin/tsc"), "-p", join(here, "tsconfig.types.json")],
  { stdio: "inherit" },
);
const engineTypes = (name) =>
  `/// <reference lib="esnext.disposable" />\n${readFileSync(join(engineOf(name), "healthcode.d.ts"), "utf8")}`;
for (const [kind, type] of [
  ["cjs", "commonjs"],
  ["esm", "module"],
]) {
  cpSync(join(built, "pkg-template/src"), join(out, "types", kind), { recursive: true });
  for (const name of ["core", "verifier", "issuer"])
    write(`types/${kind}/engine/${name}/healthcode.d.ts`, engineTypes(name));
  write(`types/${kind}/package.json`, `${JSON.stringify({ type })}\n`);
}

// The languages besides Chinese and English.
await languages(out);

// The components, where they are: their own step, which writes below `out`.
const components = join(here, "components/assemble.mjs");
if (existsSync(components)) {
  const { assemble } = await import(pathToFileURL(components).href);
  await assemble({ out });
}

// What the package says of itself.
const published = JSON.parse(readFileSync(join(here, "published.json"), "utf8"));
const { name, ...rest } = published;
const manifest = {
  name,
  version: fromCargo("version"),
  description: fromCargo("description"),
  license: fromCargo("license"),
  ...rest,
};
write("package.json", `${JSON.stringify(manifest, null, 2)}\n`);
for (const file of ["LICENSE-APACHE", "LICENSE-MIT"]) cpSync(join(root, file), join(out, file));

// What its readers get: the guides, the sample apps, and the reference made of the types.
cpSync(join(here, "published"), out, { recursive: true });
// A server's contract, with what it refers to; what else the pages name is in the project's repository alone.
const contract = {
  "docs/server.md": "server.md",
  "docs/issuer.md": "issuer.md",
  "docs/formats.md": "formats.md",
  "docs/standards.md": "standards.md",
  "src/error-codes.md": "error-codes.md",
  "rules/README.md": "rules.md",
  "rules/LANGUAGE.md": "rule-language.md",
};
for (const [page, file] of Object.entries(contract)) {
  const linked = (link, text, target) => {
    if (/^(#|https:)/.test(target)) return link;
    const [path, anchor] = join(dirname(page), target).split("#");
    const to = Object.hasOwn(contract, path) ? contract[path] : undefined;
    if (to === undefined) return `${text} (\`${path}\` in the project's repository)`;
    return `[${text}](${to}${anchor ? `#${anchor}` : ""})`;
  };
  write(`docs/${file}`, readFileSync(join(root, page), "utf8").replace(/\[([^\]]+)\]\(([^)\s]+)\)/g, linked));
}
const readme = readFileSync(join(here, "published", "README.md"), "utf8");
if (!readme.includes(SIZES)) throw new Error("the README has no place for the sizes");
write("README.md", readme.replace(SIZES, sizes(out)));
const sample = (path) => !/(^|\/)(node_modules|miniprogram_npm|dist|\.next)(\/|$)/.test(path.slice(here.length));
cpSync(join(here, "examples"), join(out, "examples"), { recursive: true, filter: sample });
execFileSync(process.execPath, [join(here, "reference", "make.mjs"), out], { stdio: "inherit" });
write("NOTICES.md", notices());

/** Whose work the engine and the scripts contain, with the licences that they ask to be handed on. */
function notices() {
  const { packages, resolve: graph } = JSON.parse(
    execFileSync(
      "cargo",
      ["metadata", "--locked", "--format-version", "1", "--filter-platform", "wasm32-unknown-unknown"],
      {
        cwd: root,
        encoding: "utf8",
        maxBuffer: 1 << 28,
      },
    ),
  );
  const byId = new Map(packages.map((one) => [one.id, one]));
  const ships = ({ targets }) => !targets.some(({ kind }) => kind.includes("proc-macro"));
  const seen = new Set();
  const visit = (id) => {
    if (seen.has(id) || !ships(byId.get(id))) return;
    seen.add(id);
    const { deps } = graph.nodes.find((node) => node.id === id);
    for (const { pkg, dep_kinds } of deps) if (dep_kinds.some(({ kind }) => kind === null)) visit(pkg);
  };
  visit(packages.find(({ name, source }) => name === "healthcode" && source === null).id);
  const crates = [...seen].map((id) => byId.get(id)).filter(({ source }) => source !== null);
  crates.sort((one, other) => (one.name < other.name ? -1 : 1));
  const texts = new Map();
  for (const { name, version, manifest_path } of crates) {
    const folder = dirname(manifest_path);
    const file = ["LICENSE-MIT", "LICENSE-MIT.txt", "LICENSE", "LICENSE.md", "LICENSE.txt"].find((file) =>
      existsSync(join(folder, file)),
    );
    if (file === undefined) continue;
    const content = readFileSync(join(folder, file), "utf8").trim();
    texts.set(content, [...(texts.get(content) ?? []), `${name} ${version}`]);
  }
  const list = crates.map(
    ({ name, version, license, authors, repository }) =>
      `| ${name} ${version} | ${license} | ${authors.join(", ").replace(/ <[^>]*>/g, "") || repository || ""} |`,
  );
  const lit = join(here, "node_modules/lit-html");
  const { version } = JSON.parse(readFileSync(join(lit, "package.json"), "utf8"));
  texts.set(readFileSync(join(lit, "LICENSE"), "utf8").trim(), [`lit-html ${version}`]);
  return `# Notices

The engine contains Rust's standard library (MIT OR Apache-2.0, The Rust Project Contributors) and these crates; of licences
between which there is a choice, the first that is printed below is taken, else MIT. Its translation to JavaScript contains
what Binaryen's wasm2js adds (Apache-2.0, the WebAssembly Community Group), and scripts in ES5 what SWC adds (Apache-2.0, the
SWC contributors; parts from Babel, MIT, and from tslib, 0BSD, Microsoft). The elements for the web contain lit-html
(BSD-3-Clause).

| crate | licence | by |
|---|---|---|
${list.join("\n")}

${[...texts]
  .map(
    ([content, names]) =>
      `## ${names.join(", ")}\n\n${content
        .split("\n")
        .map((line) => `    ${line}`.trimEnd())
        .join("\n")}`,
  )
  .join("\n\n")}
`;
}
