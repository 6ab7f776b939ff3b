// What the tools' command lines do not do to a WebAssembly module; scripts/build-wasm.sh says when.
//
//   prepare IN OUT   takes out the exports of globals, which WeChat on iOS cannot have and the glue does not use
//   gate IN          fails unless it is MVP with mutable globals, exports functions and one memory, and imports the glue's
//                    functions only
//   products IN OUT  makes products of 32-bit numbers cheap for the translation to JavaScript: see products.mjs
//   exports IN OUT   writes the names of the exported functions as a TypeScript module
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { narrowProducts } from "./products.mjs";

const tools = process.env.HEALTHCODE_TOOLS ?? fileURLToPath(new URL("../.tools", import.meta.url));
const { default: binaryen } = await import(pathToFileURL(join(tools, "npm/node_modules/binaryen/index.js")).href);

const [act, from, to] = process.argv.slice(2);
const bytes = readFileSync(from);

/** The module, read as one that has no other features. */
function mvp() {
  const features = binaryen.Features.MVP | binaryen.Features.MutableGlobals;
  const module = binaryen.readBinary(bytes);
  module.setFeatures(features);
  if (!module.validate()) throw new Error(`${from} asks for more than the MVP and mutable globals`);
  return module;
}

const acts = {
  prepare() {
    const module = mvp();
    for (const { name, kind } of WebAssembly.Module.exports(new WebAssembly.Module(bytes))) {
      if (kind === "global") module.removeExport(name);
    }
    binaryen.setDebugInfo(true);
    writeFileSync(to, module.emitBinary());
  },

  gate() {
    mvp();
    const module = new WebAssembly.Module(bytes);
    const imports = WebAssembly.Module.imports(module).filter(({ module: name, kind }) => kind !== "function" || name !== "./healthcode_bg.js");
    const exports = WebAssembly.Module.exports(module).filter(({ name, kind }) => kind !== "function" && name !== "memory");
    if (imports.length + exports.length > 0) throw new Error(`not for every host: ${JSON.stringify({ imports, exports })}`);
  },

  products() {
    const module = mvp();
    if (narrowProducts(binaryen, module) === 0) throw new Error(`${from} has no products of 32-bit numbers`);
    if (!module.validate()) throw new Error(`${from} is no valid module any more`);
    writeFileSync(to, module.emitBinary());
  },

  exports() {
    const names = WebAssembly.Module.exports(new WebAssembly.Module(bytes)).filter(({ kind }) => kind === "function");
    const list = names.map(({ name }) => `  ${JSON.stringify(name)},\n`).join("");
    writeFileSync(to, `/** The functions that the engine exports. */\nexport const functions: readonly string[] = [\n${list}];\n`);
  },
};

acts[act]();
