// What the tools' command lines do not do to a WebAssembly module; scripts/build-wasm.sh says when.
//
//   prepare IN OUT        takes out the exports of globals, which WeChat on iOS cannot have and the glue does not use, and the
//                         words of panics, which nobody could read: without them too, a panic is a trap
//   own IN GLUE OUT FILE  makes the module one for the package's own glue: imports by the names that it has for them, and no
//                         exports that it does not use. Writes the members of the classes as a TypeScript module, and fails
//                         where wasm-bindgen's glue does anything that the package's own does not.
//   gate IN               fails unless it is MVP with mutable globals, exports functions and one memory, and imports the
//                         glue's functions only
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const tools = process.env.HEALTHCODE_TOOLS ?? fileURLToPath(new URL("../.tools", import.meta.url));
const { default: binaryen } = await import(pathToFileURL(join(tools, "npm/node_modules/binaryen/index.js")).href);

const [act, from, ...more] = process.argv.slice(2);
const bytes = readFileSync(from);

/** The module, read as one that has no other features. */
function mvp() {
  const features = binaryen.Features.MVP | binaryen.Features.MutableGlobals;
  const module = binaryen.readBinary(bytes);
  module.setFeatures(features);
  if (!module.validate()) throw new Error(`${from} asks for more than the MVP and mutable globals`);
  return module;
}

/** The functions of Rust's library that are called to panic and never return. */
const PANIC = new RegExp(
  "^((core|std)::panicking::(panic_fmt|panic_bounds_check|panic_with_hook|assert_failed\\w*(::<.*>)?|panic_const::\\w+)|core::slice::.*_fail" +
    "|core::(result|option)::(unwrap|expect)_failed|core::cell::panic_\\w+|alloc::raw_vec::capacity_overflow|alloc::alloc::handle_alloc_error|.*::assert_failed|core::slice::sort::.*panic_\\w+)$",
);

function functionsOf(module) {
  return Array.from({ length: module.getNumFunctions() }, (_, at) => binaryen.getFunctionInfo(module.getFunctionByIndex(at)).name);
}

/**
 * Clears the places in the source that panics would name, and the names of the source's files, from a module in which nothing
 * reads them: records of the address and the length of a name that ends in `.rs`, of a line and a column.
 */
function forgetPlaces(bytes) {
  const data = segments(bytes);
  const at = (address) => {
    const segment = data.find(({ start, length }) => address >= start && address < start + length);
    return segment && address - segment.start + segment.from;
  };
  const names = new Set();
  for (const { start, from, length } of data) {
    for (let word = -start & 3; word + 16 <= length; word += 4) {
      const [address, size] = [bytes.readUInt32LE(from + word), bytes.readUInt32LE(from + word + 4)];
      const name = size > 3 && size < 300 ? at(address) : undefined;
      if (name === undefined || !/^[\w./+@-]+\.rs$/.test(bytes.toString("latin1", name, name + size))) continue;
      names.add(`${name} ${size}`);
      bytes.fill(0, from + word, from + word + 16);
      word += 12;
    }
  }
  for (const name of names) {
    const [from, size] = name.split(" ").map(Number);
    bytes.fill(0, from, from + size);
  }
}

/** The segments of a module's data: where each stands in memory, where in the module, and its length. */
function segments(bytes) {
  const found = [];
  const [number, section] = reader(bytes, 11);
  for (let count = number(); count > 0; count -= 1) {
    if (number() !== 0 || number() !== 0x41) throw new Error("a segment of another form");
    const start = number(true);
    if (number() !== 0x0b) throw new Error("a segment whose place is not a number");
    const length = number();
    found.push({ start, from: section.at, length });
    section.at += length;
  }
  return found;
}

/** Reads the LEB128 numbers of the section of that kind, and says where it starts and how far it is read. */
function reader(bytes, wanted) {
  const section = { at: 8 };
  const number = (signed = false) => {
    for (let value = 0, shift = 0; ; ) {
      const byte = bytes[section.at++];
      value |= (byte & 0x7f) << shift;
      shift += 7;
      if (byte < 0x80) return signed && shift < 32 && byte & 0x40 ? value | (-1 << shift) : value >>> 0;
    }
  };
  for (let length = 0; ; section.at += length) {
    section.start = section.at;
    const kind = bytes[section.at++];
    length = number();
    if (kind === wanted) break;
  }
  return [number, section];
}

/** What wasm-bindgen's functions for imports do, as `meaning` words it, and the function of src/engine/glue.ts that does it. */
const IMPORTS = {
  "hold Error(text)": "error",
  "hold new Error(text)": "error",
  "throw new Error(text);": "throw",
  "const v = value0; const ret = typeof(v) === 'boolean' ? v : undefined; return isLikeNone(ret) ? 0xFFFFFF : ret ? 1 : 0;": "truth",
  "const obj = value1; const ret = typeof(obj) === 'number' ? obj : undefined; getDataViewMemory0().setFloat64((arg0 >>> 0) + 8 * 1, isLikeNone(ret) ? 0 : ret, true); getDataViewMemory0().setInt32((arg0 >>> 0) + 4 * 0, !isLikeNone(ret), true);":
    "number",
  "const obj = value1; const ret = typeof(obj) === 'string' ? obj : undefined; var ptr1 = isLikeNone(ret) ? 0 : passStringToWasm0(ret, wasm.__wbindgen_malloc, wasm.__wbindgen_realloc); var len1 = WASM_VECTOR_LEN; getDataViewMemory0().setInt32((arg0 >>> 0) + 4 * 1, len1, true); getDataViewMemory0().setInt32((arg0 >>> 0) + 4 * 0, ptr1, true);":
    "string",
  "value0 === null": "isNull",
  "value0 === undefined": "isUndefined",
  "const val = value0; const ret = typeof(val) === 'object' && val !== null; return ret;": "isObject",
  "typeof(value0) === 'string'": "isString",
  "ArrayBuffer.isView(value0)": "isView",
  "caught: hold Object.prototype.toString.call(value0)": "class",
  "caught: hold new Uint8Array(value0)": "copy",
  "caught: hold Reflect.get(value0, value1)": "get",
  "caught: hold Reflect.get(value0, arg1 >>> 0)": "getAt",
  "hold value0[arg1 >>> 0]": "item",
  "caught: hold Reflect.ownKeys(value0)": "names",
  "value0.length": "length",
  "hold new Array()": "array",
  "hold new Map()": "map",
  "hold new Object()": "object",
  "hold new Uint8Array(getArrayU8FromWasm0(arg0, arg1))": "bytes",
  "Uint8Array.prototype.set.call(getArrayU8FromWasm0(arg0, arg1), value2);": "copyInto",
  "caught: Reflect.set(value0, value1, value2)": "set",
  "hold value0.set(value1, value2)": "setEntry",
  "value0[arg1 >>> 0] = taken2;": "setItem",
  "value0[taken1] = taken2;": "setField",
  "hold arg0": "fromNumber",
  "hold text": "fromText",
  "hold value0": "clone",
  "taken0;": "drop",
};

/** The functions that are exported beside those of the classes: `exported` in src/engine/glue.ts. */
const EXPORTS = ["errorCodes", "maskIdentity", "version", "reserveMemory", "__wbindgen_malloc", "__wbindgen_exn_store", "__wbindgen_add_to_stack_pointer"];

/** A function's code on one line, without comments. */
const flat = (code) => code.toString().replace(/\/\/.*$|\/\*[^]*?\*\//gm, "").replace(/\s+/g, " ").trim();

/** What a function for an import does, with what all have in common in short words. */
function meaning(code) {
  const [, body] = /^function \w+\([^)]*\) \{ (.*) \}$/.exec(flat(code));
  const [, inner] = /^return handleError\(function \([^)]*\) \{ (.*) \}, arguments\);$/.exec(body) ?? [];
  const short = (inner ?? body)
    .replace(/getObject\(arg(\d)\)/g, "value$1")
    .replace(/takeObject\(arg(\d)\)/g, "taken$1")
    .replaceAll("getStringFromWasm0(arg0, arg1)", "text")
    .replace(/^const ret = ([^;]*); return addHeapObject\(ret\);$/, "hold $1")
    .replace(/^const ret = ([^;]*); return ret;$/, "$1");
  return inner === undefined ? short : `caught: ${short}`;
}

/** How wasm-bindgen's glue calls: the one way that `call` in src/engine/glue.ts has. */
function called(code, parameters, own) {
  const words = [0, 1, 2].map((at) => `var r${at} = getDataViewMemory0().getInt32(retptr + 4 * ${at}, true); `).join("");
  const given = parameters.map((name) => `, addHeapObject(${name})`).join("");
  const [, name, result] =
    /wasm\.(\w+)\(retptr.*if \(r2\) \{ throw takeObject\(r1\); \} (.*) \} finally \{/.exec(code) ?? fail(`another way to call: ${code}`);
  const expected = `try { const retptr = wasm.__wbindgen_add_to_stack_pointer(-16) >>> 0; wasm.${name}(retptr${own}${given}); ${words}if (r2) { throw takeObject(r1); } ${result} } finally { wasm.__wbindgen_add_to_stack_pointer(16); }`;
  if (code !== expected) fail(`another way to call: ${code}`);
  return { name, result };
}

function fail(why) {
  throw new Error(`src/engine/glue.ts does not know this: ${why}`);
}

/** What a class's member is to src/engine/glue.ts: `=` a getter, `+` a static function that makes one; then how many arguments. */
function member(kind, name, property, isStatic) {
  const code = flat(property.get ?? property.value);
  const [, , list, body] = /^(?:get |static )?(\w+)\(([^)]*)\) \{ (.*) \}$/.exec(code) ?? fail(code);
  const parameters = list === "" ? [] : list.split(", ");
  const own = kind.toLowerCase();
  const { name: full, result } = called(body, parameters, isStatic || name === "constructor" ? "" : ", this.__wbg_ptr");
  const makes = `this.__wbg_ptr = r0; ${kind}Finalization.register(this, this.__wbg_ptr, this); return this;`;
  const results = { constructor: makes, static: `return ${kind}.__wrap(r0);`, other: "return takeObject(r0);" };
  if (result !== results[name === "constructor" ? name : isStatic ? "static" : "other"]) fail(code);
  if (full !== `${own}_${name === "constructor" ? "new" : name}`) fail(`${full} for ${name}`);
  return `${property.get ? "=" : isStatic ? "+" : ""}${name}${parameters.length}`;
}

/** The members of a class of wasm-bindgen's glue, with one space between them. */
function members(kind, made) {
  const found = [];
  const code = flat(made);
  const [constructor] = /constructor\(\w+\) \{ try \{.*?\} finally \{.*?\} \}/.exec(code) ?? fail(`a class without a constructor: ${kind}`);
  if (member(kind, "constructor", { value: constructor }, false) !== "constructor1") fail(constructor);
  for (const [name, property] of Object.entries(Object.getOwnPropertyDescriptors(made.prototype))) {
    if (/^(constructor|free|__destroy_into_raw)$/.test(name)) continue;
    found.push(member(kind, name, property, false));
  }
  for (const [name, property] of Object.entries(Object.getOwnPropertyDescriptors(made))) {
    if (typeof property.value === "function" && name !== "__wrap") found.push(member(kind, name, property, true));
  }
  return found.join(" ");
}

/** Unsigned LEB128. */
const leb = (value) => (value < 0x80 ? [value] : [0x80 | (value & 0x7f), ...leb(value >>> 7)]);

/** The module with other names in its section of imports. */
function renamed(bytes, rename) {
  const [number, section] = reader(bytes, 2);
  const text = () => {
    const length = number();
    return bytes.toString("utf8", section.at, (section.at += length));
  };
  const written = (text) => [...leb(Buffer.byteLength(text)), ...Buffer.from(text)];
  const count = number();
  const content = leb(count);
  for (let i = 0; i < count; i += 1) {
    text();
    content.push(...written("glue"), ...written(rename(text())));
    if (number() !== 0) throw new Error("the engine imports something else than functions");
    content.push(0, ...leb(number()));
  }
  return Buffer.concat([bytes.subarray(0, section.start), Buffer.from([2, ...leb(content.length), ...content]), bytes.subarray(section.at)]);
}

const acts = {
  prepare() {
    const module = mvp();
    for (const { name, kind } of WebAssembly.Module.exports(new WebAssembly.Module(bytes))) {
      if (kind === "global") module.removeExport(name);
    }
    const panics = functionsOf(module).filter((name) => PANIC.test(name.replace(/\[\w+\]/g, "").replace(/::h[0-9a-f]{16}$/, "")));
    if (panics.length < 10) throw new Error(`the functions that panic have other names: ${panics}`);
    for (const name of panics) binaryen.Function.setBody(module.getFunction(name), module.unreachable());
    binaryen.setDebugInfo(true);
    const silent = Buffer.from(module.emitBinary());
    forgetPlaces(silent);
    writeFileSync(more[0], silent);
  },

  async own() {
    const [path, to, table] = more;
    const glue = await import(`data:text/javascript;base64,${readFileSync(path).toString("base64")}`);
    const module = mvp();
    // The glue copies texts at once, and what it is given are values.
    for (const name of ["__wbindgen_realloc", "__wbindgen_free"]) module.removeExport(name);
    binaryen.setDebugInfo(true);
    const own = renamed(Buffer.from(module.emitBinary()), (name) => IMPORTS[meaning(glue[name])] ?? fail(`${name}: ${meaning(glue[name])}`));
    writeFileSync(to, own);
    const lines = ["Holder", "Qr", "Verifier"].map((kind) => ({ kind: kind.toLowerCase(), name: kind, list: members(kind, glue[kind]) }));
    for (const [name, parameters] of [["errorCodes", []], ["maskIdentity", ["name", "number"]], ["version", []]]) {
      const body = /^function \w+\([^)]*\) \{ (.*) \}$/.exec(flat(glue[name]))[1];
      if (called(body, parameters, "").name !== name) fail(flat(glue[name]));
    }
    const classes = lines.flatMap(({ kind, list }) => [`__wbg_${kind}_free`, `${kind}_new`, ...list.split(" ").map((member) => `${kind}_${member.replace(/\W|\d/g, "")}`)]);
    const expected = [...EXPORTS, ...classes].sort().join();
    const found = WebAssembly.Module.exports(new WebAssembly.Module(own)).filter(({ kind }) => kind === "function").map(({ name }) => name).sort().join();
    if (found !== expected) fail(`exports ${found} instead of ${expected}`);
    writeFileSync(table, `/** The members of the engine's classes, as src/engine/glue.ts reads them. */\nexport const members = {\n${lines.map(({ name, list }) => `  ${name}: ${JSON.stringify(list)},\n`).join("")}};\n`);
  },

  gate() {
    mvp();
    const module = new WebAssembly.Module(bytes);
    const imports = WebAssembly.Module.imports(module).filter(({ module: name, kind }) => kind !== "function" || name !== "glue");
    const exports = WebAssembly.Module.exports(module).filter(({ name, kind }) => kind !== "function" && name !== "memory");
    if (imports.length + exports.length > 0) throw new Error(`not for every host: ${JSON.stringify({ imports, exports })}`);
  },
};

await acts[act]();
