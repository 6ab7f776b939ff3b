// What the tools' command lines do not do to a WebAssembly module; scripts/build-wasm.sh says when.
//
//   prepare IN OUT        takes out the exports of globals, which WeChat on iOS cannot have and the glue does not use, and the
//                         words of panics, which nobody could read: without them too, a panic is a trap. Copies memory by
//                         words: see copies.mjs
//   shorten IN GLUE OUT GLUE   gives imports and exports short names, in the module and in wasm-bindgen's glue, and writes
//                         once in the glue what it repeats for each function
//   ease IN OUT           makes signatures cheap for the translation to JavaScript: see field.mjs and rotations.mjs
//   gate IN               fails unless it is MVP with mutable globals, exports functions and one memory, and imports the
//                         glue's functions only
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { widenCopies } from "./copies.mjs";
import { floatField } from "./field.mjs";
import { splitRotations } from "./rotations.mjs";

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
  "^((core|std)::panicking::(panic_fmt|panic_bounds_check|(rust_)?panic_with_hook|assert_failed\\w*(::<.*>)?|panic_const::\\w+)|core::slice::.*_fail" +
    "|core::(result|option)::(unwrap|expect)_failed|core::cell::panic_\\w+|alloc::raw_vec::capacity_overflow|alloc::alloc::handle_alloc_error|.*::assert_failed|core::slice::sort::.*panic_\\w+)$",
);

function functionsOf(module) {
  return Array.from(
    { length: module.getNumFunctions() },
    (_, at) => binaryen.getFunctionInfo(module.getFunctionByIndex(at)).name,
  );
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
      if (byte === undefined) throw new Error(`the module has no whole section ${wanted}`);
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

/** The export that every call begins and ends with; the package's scripts know it by this name. */
const STACK = "__wbindgen_add_to_stack_pointer";

/**
 * What wasm-bindgen's glue repeats in each function or class, as a pattern, and a call of what does the same for all. Each must
 * be found: a newer wasm-bindgen may write another form.
 */
const ANSWER = [0, 1, 2]
  .map((at) => String.raw`var r${at} = getDataViewMemory0\(\)\.getInt32\(retptr \+ 4 \* ${at}, true\);\s*`)
  .join("");
const REPEATED = [
  [new RegExp(String.raw`${ANSWER}if \(r2\) \{\s*throw takeObject\(r1\);\s*\}`, "g"), "var r0 = answered(retptr);"],
  [
    new RegExp(
      String.raw`try \{\s*const retptr = wasm\.${STACK}\(-16\)(?: >>> 0)?;\s*wasm\.(\w+)\(retptr(.*)\);\s*var r0 = answered\(retptr\);([\s\S]*?)\} finally \{\s*wasm\.${STACK}\(16\);\s*\}`,
      "g",
    ),
    "var r0 = called(wasm.$1$2);$3",
  ],
  [
    /var r0 = called\(wasm\.(\w+), this\.__wbg_ptr((?:, addHeapObject\(\w+\))*)\);\s*return takeObject\(r0\);/g,
    (_, act, given) => `return asked("${act}", this, [${given.replace(/addHeapObject\((\w+)\)/g, "$1").slice(2)}]);`,
  ],
  // The methods of a class as one list: name, what it calls, how much it takes.
  [
    /(export class (\w+) \{[\s\S]*?\n\}\n)(if \(Symbol\.dispose\) \2\.prototype\[Symbol\.dispose\] = \2\.prototype\.free;)/g,
    (_, written, name) => {
      const list = [];
      const rest = written.replace(
        / {4}\/\*\*(?:(?!\*\/)[\s\S])*\*\/\s*(\w+)\([\w, ]*\) \{\s*return asked\("(\w+)", this, \[([\w, ]*)\]\);\s*\}\n/g,
        (_, method, act, given) => {
          list.push(`${method} $[${act}] ${given.split(",").filter(Boolean).length}`);
          return "";
        },
      );
      return `${rest}methods(${name}, "${list.join(" ")}");`;
    },
  ],
  [
    /\(typeof FinalizationRegistry === 'undefined'\)\s*\? \{ register: \(\) => \{\}, unregister: \(\) => \{\} \}\s*: new FinalizationRegistry\((.*)\);/g,
    "registry($1);",
  ],
  // Of the two ways in which texts are handed over, the one that needs no memory to grow under its hands.
  [
    /(function passStringToWasm0\(arg, malloc), realloc\) \{\s*if \(realloc === undefined\) \{([\s\S]*?)\n {4}\}\n[\s\S]*?\n\}\n/g,
    "$1) {$2\n}\n",
  ],
  [/if \(!\('encodeInto' in cachedTextEncoder\)\) \{[\s\S]*?\n\}\n/g, ""],
];
const SHARED = `
function answered(retptr) {
  const words = getDataViewMemory0();
  if (words.getInt32(retptr + 8, true)) throw takeObject(words.getInt32(retptr + 4, true));
  return words.getInt32(retptr, true);
}

function asked(act, self, given) {
  return takeObject(called(wasm[act], self.__wbg_ptr, ...given.map(addHeapObject)));
}

function methods({ prototype }, list) {
  list.replace(/(\\S+) (\\S+) (\\d)/g, (_, name, act, count) => {
    prototype[name] = function (...given) {
      return asked(act, this, Array.from({ length: count }, (_, at) => given[at]));
    };
  });
  if (Symbol.dispose) prototype[Symbol.dispose] = prototype.free;
}

function registry(release) {
  return typeof FinalizationRegistry === 'undefined' ? { register() {}, unregister() {} } : new FinalizationRegistry(release);
}

function called(act, ...given) {
  const retptr = wasm.${STACK}(-16);
  try {
    act(retptr, ...given);
    return answered(retptr);
  } finally {
    wasm.${STACK}(16);
  }
}
`;

/** Unsigned LEB128. */
const leb = (value) => (value < 0x80 ? [value] : [0x80 | (value & 0x7f), ...leb(value >>> 7)]);

/** The module with other names in its sections of imports and exports, which are of functions and memory. */
function renamed(bytes, rename) {
  const rewrite = (bytes, kind, entry) => {
    const [number, section] = reader(bytes, kind);
    const text = () => {
      const length = number();
      section.at += length;
      return bytes.toString("utf8", section.at - length, section.at);
    };
    const written = (text) => [...leb(Buffer.byteLength(text)), ...Buffer.from(text)];
    const count = number();
    const content = leb(count);
    for (let i = 0; i < count; i += 1) content.push(...entry(text, written), ...leb(number()), ...leb(number()));
    return Buffer.concat([
      bytes.subarray(0, section.start),
      Buffer.from([kind, ...leb(content.length), ...content]),
      bytes.subarray(section.at),
    ]);
  };
  const imports = rewrite(bytes, 2, (text, written) => [...written(text()), ...written(rename(text()))]);
  return rewrite(imports, 7, (text, written) => written(rename(text())));
}

const acts = {
  prepare() {
    const module = mvp();
    for (const { name, kind } of WebAssembly.Module.exports(new WebAssembly.Module(bytes))) {
      if (kind === "global") module.removeExport(name);
    }
    const panics = functionsOf(module).filter((name) =>
      PANIC.test(name.replace(/\[\w+\]/g, "").replace(/::h[0-9a-f]{16}$/, "")),
    );
    if (panics.length < 10) throw new Error(`the functions that panic have other names: ${panics}`);
    for (const name of panics) binaryen.Function.setBody(module.getFunction(name), module.unreachable());
    widenCopies(binaryen, module);
    binaryen.setDebugInfo(true);
    const silent = Buffer.from(module.emitBinary());
    forgetPlaces(silent);
    writeFileSync(more[0], silent);
  },

  shorten() {
    const [gluePath, to, glueTo] = more;
    const module = new WebAssembly.Module(bytes);
    const imports = WebAssembly.Module.imports(module).map(({ name }) => name);
    const known = ["memory", "reserveMemory", STACK];
    const exports = WebAssembly.Module.exports(module)
      .map(({ name }) => name)
      .filter((name) => !known.includes(name));
    // What is the glue's own has long names too.
    const own = ["__wbg_ptr", "__wrap", "__destroy_into_raw"];
    const short = new Map([...imports, ...exports, ...own].map((name, at) => [name, `$${at.toString(36)}`]));
    writeFileSync(
      to,
      renamed(bytes, (name) => short.get(name) ?? name),
    );
    let glue = readFileSync(gluePath, "utf8");
    for (const [pattern, call] of REPEATED) {
      if (glue.search(pattern) === -1) throw new Error(`wasm-bindgen's glue has another form than ${pattern}`);
      glue = glue.replace(pattern, call);
    }
    glue = `${glue}${SHARED}`
      .replace(/\bwasm\.(\w+)/g, (_, name) => `wasm.${short.get(name) ?? name}`)
      .replace(/asked\("(\w+)"/g, (_, act) => `asked("${short.get(act)}"`)
      .replace(/\$\[(\w+)\]/g, (_, act) => short.get(act))
      .replace(/\b__\w+/g, (name) => short.get(name) ?? name)
      .replace(/^export function (?=\$)/gm, "function ");
    const given = imports.map((name) => short.get(name)).join(", ");
    writeFileSync(glueTo, `${glue}\nexport const imports = { ${given} };\n`);
  },

  gate() {
    mvp();
    const module = new WebAssembly.Module(bytes);
    const imports = WebAssembly.Module.imports(module).filter(
      ({ module: name, kind }) => kind !== "function" || name !== "./healthcode_bg.js",
    );
    const exports = WebAssembly.Module.exports(module).filter(
      ({ name, kind }) => kind !== "function" && name !== "memory",
    );
    if (imports.length + exports.length > 0)
      throw new Error(`not for every host: ${JSON.stringify({ imports, exports })}`);
  },

  ease() {
    const module = mvp();
    floatField(binaryen, module);
    if (splitRotations(binaryen, module) === 0) throw new Error(`${from} has no rotations of 64-bit numbers`);
    if (!module.validate()) throw new Error(`${from} is no valid module any more`);
    writeFileSync(more[0], module.emitBinary());
  },
};

acts[act]();
