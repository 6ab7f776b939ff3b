// What the tools' command lines do not do to a WebAssembly module; scripts/build-wasm.sh says when.
//
//   functions IN OUT    takes out the exported globals, which WeChat on iPhones cannot have and the glue does not use
//   glue IN OUT         writes a script with the functions of wasm-bindgen's glue that the module imports
//   ease IN OUT         makes signatures cheap for the translation to JavaScript: see field.mjs
//   gate IN             fails unless the module is one that every host can run, and says nothing of the machine that built it
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { floatField } from "./field.mjs";
import { faults } from "./gate.mjs";

const tools = process.env.HEALTHCODE_TOOLS ?? fileURLToPath(new URL("../.tools", import.meta.url));
const { default: binaryen } = await import(pathToFileURL(join(tools, "npm/node_modules/binaryen/index.js")).href);

const [act, from, to] = process.argv.slice(2);
const bytes = readFileSync(from);

/** The module, read as one that has no other features. */
function mvp() {
  const module = binaryen.readBinary(bytes);
  module.setFeatures(binaryen.Features.MVP | binaryen.Features.MutableGlobals);
  if (!module.validate()) throw new Error(`${from} asks for more than the MVP and mutable globals`);
  return module;
}

const acts = {
  functions() {
    const module = mvp();
    for (const { name, kind } of WebAssembly.Module.exports(new WebAssembly.Module(bytes))) {
      if (kind === "global") module.removeExport(name);
    }
    binaryen.setDebugInfo(true);
    writeFileSync(to, module.emitBinary());
  },

  glue() {
    const names = WebAssembly.Module.imports(new WebAssembly.Module(bytes))
      .map(({ name }) => name)
      .join(", ");
    const lines = [
      `import { ${names} } from "./healthcode.js";`,
      'export { __wbg_set_wasm as setEngine } from "./healthcode.js";',
      `export const imports = { ${names} };`,
    ];
    writeFileSync(to, `${lines.join("\n")}\n`);
  },

  ease() {
    const module = mvp();
    floatField(binaryen, module);
    if (!module.validate()) throw new Error(`${from} is not a valid module any more`);
    writeFileSync(to, module.emitBinary());
  },

  gate() {
    mvp();
    const found = faults(bytes);
    if (found.length > 0) throw new Error(`${from} is not for every host:\n${found.join("\n")}`);
  },
};

acts[act]();
