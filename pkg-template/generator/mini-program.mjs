// The scripts of mini-programs: CommonJS in the syntax that a host takes, as small as it becomes.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import swc from "@swc/core";
import { parse } from "acorn";
import * as esbuild from "esbuild";

/**
 * What each host takes at least. WeChat and Douyin run WebAssembly from the first on engines that know ES2015, which is
 * smaller; Alipay takes npm code as it is, and has to have ES5.
 */
const SYNTAX = { wechat: "es2015", douyin: "es2015", alipay: "es5", anywhere: "es5" };

const IMPORT = /^import (?:(\w+)|\* as (\w+)|\{([^}]*)\}) from ("[^"]*");\n/gm;
const EXPORT = /^export \{([^}]*)\};\n/gm;

/** Pairs of the two names of each entry of a list: before `as`, and after it. */
const pairs = (list) =>
  list
    .split(",")
    .map((entry) => entry.trim().split(" as "))
    .filter(([name]) => name !== "")
    .map(([name, other = name]) => [name, other]);

/** The names that a module which esbuild has written exports. */
export const exportsOf = (module) =>
  [...module.matchAll(EXPORT)].flatMap(([, list]) => pairs(list)).map(([, name]) => name);

/** Those that it imports by name, with the paths that they come from. */
export const importsOf = (module) =>
  [...module.matchAll(IMPORT)].flatMap(([, , , list, path]) =>
    pairs(list ?? "").map(([name]) => [name, JSON.parse(path)]),
  );

/**
 * A module that esbuild has written, as CommonJS. What is exported never changes, and no two files require each other, so
 * names stand for what they are when the file is run. `called` gives the name under which something is handed over; what has
 * none is not.
 */
function commonJs(module, called) {
  const required = new Map();
  const before = [];
  const code = module.replace(IMPORT, (_, one, all, list, path) => {
    const names = required.get(path) ?? required.set(path, []).get(path);
    if (all) before.push(`const ${all} = require(${path});\n`);
    names.push(...(one ? [["default", one]] : list ? pairs(list) : []));
    return "";
  });
  for (const [path, names] of required) {
    // What several of the bundled modules import has a name for each.
    const first = new Map();
    const others = names.filter(([name, own]) => first.has(name) || !first.set(name, own));
    const taken = [...first].map(([name, own]) => {
      const given = called(name, JSON.parse(path));
      if (!given) throw new Error(`${path} gives no ${name}`);
      return `${given}: ${own}`;
    });
    if (taken.length > 0) before.push(`const { ${taken.join(", ")} } = require(${path});\n`);
    before.push(...others.map(([name, own]) => `const ${own} = ${first.get(name)};\n`));
  }
  const exported = [...code.matchAll(EXPORT)]
    .flatMap(([, list]) => pairs(list))
    .map(([own, name]) => [own, called(name)]);
  const body = code.replace(EXPORT, "");
  if (/^(import|export)\b/m.test(body)) throw new Error("an import or export that is not understood");
  // Node finds the names of a CommonJS module by reading it.
  return `"use strict";\n${before.join("")}${body}${exported.map(([own, name]) => (name ? `exports.${name} = ${own};\n` : "")).join("")}`;
}

/** By this name a file lends others what does asynchronous functions in ES2015. */
const LENT = "$";

/** What SWC calls to do what ES2015 cannot, shorter than SWC's own: there is `Object.assign`, and no generator returns early. */
const HELPERS = {
  _extends: "Object.assign",
  _async_to_generator: `(generator, self, given) =>
    new Promise((resolve, reject) => {
      const running = generator.apply(self, given);
      const go = (how, what) => {
        try {
          const { done, value } = running[how](what);
          if (done) resolve(value);
          else Promise.resolve(value).then(next, (thrown) => go("throw", thrown));
        } catch (thrown) {
          reject(thrown);
        }
      };
      const next = (value) => go("next", value);
      next();
    })`,
};

/** Every node of a syntax tree. */
function* nodes(node) {
  if (Array.isArray(node)) for (const child of node) yield* nodes(child);
  else if (node && typeof node.type === "string") {
    yield node;
    for (const child of Object.values(node)) yield* nodes(child);
  }
}

const sources = fileURLToPath(new URL("../src", import.meta.url));
/** What TypeScript keeps to the class that has it, and is in no other class or interface what everybody may name. */
const PRIVATE = (() => {
  const code = readdirSync(sources, { recursive: true })
    .filter((path) => path.endsWith(".ts"))
    .map((path) => readFileSync(join(sources, path), "utf8"))
    .join("\n");
  const members = (line) => [...code.matchAll(line)].map(([, name]) => name);
  const open = new Set([
    "constructor",
    ...members(/^ +(?:(?:static|readonly|async|get|set) )*(\w+)[?!]?[(:<;]/gm),
    ...members(/^ +(?:(?:static|readonly|async) )+(\w+)/gm),
  ]);
  return new Set(
    members(/^ {2}private (?:(?:static|readonly|async|get|set) )*(\w+)/gm).filter((name) => !open.has(name)),
  );
})();

/** Gives short names to what is private, but for names that something else in the file has too. */
async function mangled(module) {
  const others = new Set();
  const own = new Set();
  for (const node of nodes(parse(module, { ecmaVersion: 2022, sourceType: "module" }))) {
    if (node.type === "VariableDeclarator" && node.id.type === "ObjectPattern" && node.init?.type === "ThisExpression")
      for (const part of node.id.properties) own.add(part);
    if (
      node.type === "MemberExpression" &&
      !node.computed &&
      node.object.type !== "ThisExpression" &&
      !MADE.has(node.object.name)
    )
      others.add(node.property.name);
    if (node.type === "Property" && !own.has(node)) others.add(node.key.name ?? node.key.value);
  }
  const names = [...PRIVATE].filter((name) => !others.has(name));
  if (names.length === 0) return module;
  return (
    await esbuild.transform(module, {
      mangleProps: new RegExp(`^(${names.join("|")})$`),
      charset: "utf8",
      target: "es2022",
    })
  ).code;
}

/** What static functions call the object of their own class that they make. */
const MADE = new Set(["phone", "checkpoint"]);

/** SWC makes a function of each generator and calls it at once; our helper takes what it is called with besides. */
function atOnce(code) {
  const made = (node) => node.type === "CallExpression" && node.callee.name === "_async_to_generator";
  const edits = [];
  let all = 0;
  for (const node of nodes(parse(code, { ecmaVersion: 2015 }))) {
    if (made(node)) all += 1;
    if (node.type !== "CallExpression") continue;
    const { callee } = node;
    const inner =
      callee.type === "MemberExpression" && ["call", "apply"].includes(callee.property.name) ? callee.object : callee;
    if (!made(inner)) continue;
    const given = node.arguments.map(({ start, end }) => `, ${code.slice(start, end)}`).join("");
    edits.push([inner.end - 1, node.end, `${given})`]);
  }
  if (edits.length < all) throw new Error("SWC keeps an asynchronous function for later");
  // From the last to the first, so that places stay what they are.
  edits.sort(([one], [other]) => other - one);
  return edits.reduce((code, [start, end, text]) => code.slice(0, start) + text + code.slice(end), code);
}

/** What need not be guarded against in our own code; iterables are not taken to be arrays, as SWC's `loose` would. */
const OURS = [
  "constantReexports",
  "ignoreFunctionLength",
  "ignoreToPrimitiveHint",
  "noClassCalls",
  "noDocumentAll",
  "objectRestNoSymbols",
  "setClassMethods",
  "setComputedProperties",
  "setPublicClassFields",
  "setSpreadProperties",
  "skipForOfIteratorClosing",
];

/**
 * The script of a bundle that esbuild has written as a module, in new syntax and not minified. SWC brings it to the language
 * of the host with less around it than esbuild would, but what is brought to ES5 becomes smaller by esbuild's minifier.
 * `called(name, path)` is the name of what is imported, and without a path of what is exported; of the files of one program
 * one `lends` what asynchronous functions need, and others take it `from` there.
 */
export async function script(bundle, host, { called = (name) => name, lends = false, from } = {}) {
  const target = SYNTAX[host];
  const older = target === "es5";
  const plain = { isModule: false, configFile: false, swcrc: false };
  const parser = { syntax: "ecmascript" };
  const lowered = await swc.transform(commonJs(await mangled(bundle), called), {
    ...plain,
    jsc: {
      target,
      parser,
      ...(older
        ? { assumptions: Object.fromEntries(OURS.map((name) => [name, true])) }
        : { loose: true, externalHelpers: true }),
    },
  });
  if (older) {
    const small = await esbuild.transform(lowered.code, {
      minify: true,
      target,
      format: "cjs",
      charset: "utf8",
      legalComments: "none",
    });
    return `${small.code.trim()}\n`;
  }
  const helpers = from === undefined ? HELPERS : { ...HELPERS, _async_to_generator: `require("${from}").${LENT}` };
  const helper = (_, name) => {
    if (!helpers[name]) throw new Error(`SWC needs ${name}`);
    return helpers[name];
  };
  const helped = lowered.code
    .replace(/require\("@swc\/helpers\/_\/(\w+)"\)/g, helper)
    .replace(/(_extends|_async_to_generator)\._\(/g, "$1(");
  const direct = atOnce(helped) + (lends ? `exports.${LENT} = _async_to_generator;\n` : "");
  // WeChat's tools, where they rewrite this to ES5, take a class for a variable of one of its methods that has the same short name.
  const minify = {
    compress: { passes: 3, toplevel: true, keep_classnames: true },
    mangle: { toplevel: true, keep_classnames: true },
  };
  const { code } = await swc.transform(direct, { ...plain, minify: true, jsc: { target, parser, minify } });
  return `${code.trim()}\n`;
}
