// Puts the package together: `scripts/assemble-package.sh` runs it after the engine is built.
//
//   node assemble.mjs INTO
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { brotliCompressSync, constants } from "node:zlib";
import swc from "@swc/core";
import esbuild from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "..");
const out = resolve(process.argv[2] ?? join(root, "pkg"));
const core = join(here, "src/engine/core");
const host = (name) => join(here, "src/hosts", `${name}.ts`);

/** A value of the crate's `[package]`. */
const cargo = readFileSync(join(root, "Cargo.toml"), "utf8");
const fromCargo = (key) => new RegExp(`^${key} = "(.*)"$`, "m").exec(cargo)[1];

const wasm = readFileSync(join(core, "healthcode.wasm"));
const digest = (bytes, encoding) => createHash("sha256").update(bytes).digest(encoding);

/** What stands for the constants of src/constants.d.ts. */
const define = {
  VERSION: JSON.stringify(fromCargo("version")),
  WASM_SHA256: JSON.stringify(digest(wasm, "hex")),
};

/** Syntax that WebAssembly's first browsers and Node 20 have. */
const modern = { bundle: true, define, target: "es2020", legalComments: "none", charset: "utf8", logLevel: "warning" };

/** Writes a file of the package. */
function write(path, content) {
  mkdirSync(dirname(join(out, path)), { recursive: true });
  writeFileSync(join(out, path), content);
}

/** Bundles for browsers and Node, whose syntax is known. */
const bundle = (path, options) => esbuild.build({ ...modern, ...options, outfile: join(out, path) });

/**
 * Bundles for mini-programs: ES5 syntax, because some hosts take npm code as it is, and a text codec of our own, because
 * some have none. esbuild makes no ES5, so SWC does, and esbuild's minifier then keeps it.
 */
async function bundleEs5(path, entry) {
  const options = { ...modern, target: "es2017", inject: [join(here, "src/engine/text-codec.ts")] };
  const { outputFiles, metafile } = await esbuild.build({ ...options, entryPoints: [entry], format: "cjs", write: false, metafile: true });
  const { code } = await swc.transform(outputFiles[0].text, {
    isModule: false,
    configFile: false,
    swcrc: false,
    jsc: { target: "es5", parser: { syntax: "ecmascript" }, loose: true },
  });
  const small = await esbuild.transform(code, { minify: true, target: "es5", format: "cjs", charset: "utf8", legalComments: "none" });
  // Node finds the names of a CommonJS module by reading it.
  const [{ exports }] = Object.values(metafile.outputs);
  const names = exports.length > 0 ? exports : exportsOf(outputFiles[0].text);
  const named = names.map((name) => `exports.${name}=`).join("");
  write(path, `"use strict";${named}void 0;\n${small.code.trim().replace(/^"use strict";/, "")}\n`);
}

/** The names that esbuild's CommonJS wrapper exports. */
function exportsOf(code) {
  const [, block] = /__export\(\w+, \{\n([\s\S]*?)\n\}\);\nmodule\.exports = /.exec(code);
  return [...block.matchAll(/^  (\w+): \(\) =>/gm)].map(([, name]) => name);
}

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });

// The engine.
write("healthcode.wasm", wasm);
const packed = brotliCompressSync(wasm, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: wasm.length } });
write("healthcode.wasm.br", packed);

// Browsers: modules, and plain scripts whose engine's files lie beside them.
const fallback = join(here, "src/engine/fallback.ts");
await esbuild.build({
  ...modern,
  entryPoints: { index: host("browser-module"), fallback },
  format: "esm",
  splitting: true,
  outdir: join(out, "web"),
  outExtension: { ".js": ".mjs" },
  minifySyntax: true,
});
await bundle("web/fallback.js", { entryPoints: [fallback], format: "iife", globalName: "healthcodeFallback", minify: true, target: "es2015" });
define.FALLBACK_SHA256 = JSON.stringify(digest(readFileSync(join(out, "web/fallback.js")), "base64"));
await bundle("web/healthcode.js", { entryPoints: [host("browser-script")], format: "iife", globalName: "healthcode", minify: true });

// Node.
await bundle("node/index.mjs", { entryPoints: [host("node-module")], format: "esm", platform: "node" });
await bundle("node/index.cjs", { entryPoints: [host("node-script")], format: "cjs", platform: "node" });

// Mini-programs, and hosts of which nothing is known.
await bundleEs5("miniprogram_dist/index.js", host("wechat"));
write("miniprogram_dist/healthcode.wasm.br", packed);
await bundleEs5("douyin/index.js", host("douyin"));
await bundleEs5("alipay/index.js", host("alipay"));
await bundleEs5("alipay/worker.js", host("alipay-worker"));
await bundleEs5("anywhere/index.js", host("anywhere"));

// Types: once for those who import, once for those who require.
const built = join(here, "build/types");
rmSync(built, { recursive: true, force: true });
execFileSync(process.execPath, [join(here, "node_modules/typescript/bin/tsc"), "-p", join(here, "tsconfig.types.json")], { stdio: "inherit" });
const coreTypes = `/// <reference lib="esnext.disposable" />\n${readFileSync(join(core, "healthcode.d.ts"), "utf8")}`;
for (const [kind, type] of [["cjs", "commonjs"], ["esm", "module"]]) {
  cpSync(built, join(out, "types", kind), { recursive: true });
  write(`types/${kind}/engine/core/healthcode.d.ts`, coreTypes);
  write(`types/${kind}/package.json`, `${JSON.stringify({ type })}\n`);
}

// The components, where they are: their own step, which writes below `out`.
const components = join(here, "components/assemble.mjs");
if (existsSync(components)) {
  const { assemble } = await import(pathToFileURL(components).href);
  await assemble({ out, define, bundleEs5, bundle, write });
}

// What the package says of itself.
const published = JSON.parse(readFileSync(join(here, "published.json"), "utf8"));
const { name, ...rest } = published;
const manifest = { name, version: fromCargo("version"), description: fromCargo("description"), license: fromCargo("license"), ...rest };
write("package.json", `${JSON.stringify(manifest, null, 2)}\n`);
for (const file of ["LICENSE-APACHE", "LICENSE-MIT"]) cpSync(join(root, file), join(out, file));

// What its readers get: the guides, the sample apps, and the reference made of the types.
cpSync(join(here, "published"), out, { recursive: true });
const sample = (path) => !/(^|\/)(node_modules|miniprogram_npm|dist)(\/|$)/.test(path.slice(here.length));
cpSync(join(here, "examples"), join(out, "examples"), { recursive: true, filter: sample });
execFileSync(process.execPath, [join(here, "reference", "make.mjs"), out], { stdio: "inherit" });
