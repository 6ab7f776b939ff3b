// The scripts of mini-programs: CommonJS in the syntax that a host takes.
import swc from "@swc/core";
import * as esbuild from "esbuild";

/**
 * What each host takes at least. WeChat and Douyin run WebAssembly from the first on engines that know ES2015, which is
 * smaller; Alipay takes npm code as it is, and has to have ES5.
 */
export const SYNTAX = { wechat: "es2015", douyin: "es2015", alipay: "es5", anywhere: "es5" };

/** The syntax that is asked of esbuild, which makes no ES5. */
export const esbuildTarget = (host) => (SYNTAX[host] === "es5" ? "es2017" : SYNTAX[host]);

/** A script that esbuild has bundled as CommonJS, not minified, for a host. */
export async function script(bundled, host) {
  const target = SYNTAX[host];
  const lowered = target === "es5" ? await toEs5(bundled) : bundled;
  const { code } = await esbuild.transform(lowered, { minify: true, target, format: "cjs", charset: "utf8", legalComments: "none" });
  // Node finds the names of a CommonJS module by reading it.
  const named = exportsOf(bundled).map((name) => `exports.${name}=`);
  const found = named.length > 0 ? `${named.join("")}void 0;\n` : "";
  return `"use strict";${found}${code.trim().replace(/^"use strict";/, "")}\n`;
}

/** What need not be guarded against in our own code; iterables are not taken to be arrays, as SWC's `loose` would. */
const OURS = ["constantReexports", "ignoreToPrimitiveHint", "noClassCalls", "noDocumentAll", "setClassMethods", "setComputedProperties", "setPublicClassFields", "setSpreadProperties"];

async function toEs5(code) {
  const assumptions = Object.fromEntries(OURS.map((name) => [name, true]));
  const jsc = { target: "es5", parser: { syntax: "ecmascript" }, assumptions };
  return (await swc.transform(code, { isModule: false, configFile: false, swcrc: false, jsc })).code;
}

/** The names that esbuild's CommonJS wrapper exports. */
function exportsOf(code) {
  const block = /__export\(\w+, \{\n([\s\S]*?)\n\}\);\nmodule\.exports = /.exec(code)?.[1] ?? "";
  return [...block.matchAll(/^  (\w+): \(\) =>/gm)].map(([, name]) => name);
}
