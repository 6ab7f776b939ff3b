// The scripts of mini-programs: CommonJS in the syntax that a host takes.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, sep } from "node:path";
import { fileURLToPath } from "node:url";
import swc from "@swc/core";
import * as esbuild from "esbuild";

/**
 * What each host takes at least. WeChat and Douyin run WebAssembly from the first on engines that know ES2015; Alipay takes
 * npm code as it is, and has to have ES5.
 */
const SYNTAX = { wechat: "es2015", douyin: "es2015", alipay: "es5", anywhere: "es5" };

/** Where SWC keeps what newer syntax becomes calls of. It is in old syntax itself. */
const HELPERS = ["node_modules", "@swc", "helpers", ""].join(sep);

/** Makes an entry of words/errors/ of its parts: what it says, then the advice or its name. */
const TEXT = `function text(zh, en, todo, enTodo) {
  return { says: { "zh-Hans": zh, en: en }, todo: enTodo ? { "zh-Hans": todo, en: enTodo } : todo };
}`;

/** Brings each module to a syntax that is older than esbuild's oldest; what this needs is imported, so it is there once. */
const lowered = (target) => ({
  name: "lowered",
  setup({ onLoad }) {
    // The texts of error codes, without the names of their parts in each of two hundred.
    onLoad({ filter: /words.errors.\w+\.json$/ }, ({ path }) => {
      const entries = Object.entries(JSON.parse(readFileSync(path, "utf8")));
      if (!entries.every(([, entry]) => entry.says)) return undefined;
      const written = entries.map(([code, { says, todo }]) => {
        const parts = [says["zh-Hans"], says.en, ...(todo?.en ? [todo["zh-Hans"], todo.en] : todo ? [todo] : [])];
        return `${JSON.stringify(code)}: text(${parts.map((part) => JSON.stringify(part)).join(", ")})`;
      });
      return { contents: `${TEXT}\nexport default { ${written.join(", ")} };`, loader: "js" };
    });
    onLoad({ filter: /\.[jt]s$/ }, async ({ path }) => {
      if (path.includes(HELPERS)) return undefined;
      const { code } = await swc.transformFile(path, {
        configFile: false,
        swcrc: false,
        jsc: {
          target,
          externalHelpers: true,
          // What is spread has plain properties, and goes into a new object: a helper that only assigns will do. And nothing
          // but a browser's `document.all` equals null without being null or undefined.
          assumptions: { setSpreadProperties: true, pureGetters: true, noDocumentAll: true },
          parser: { syntax: "typescript" },
          transform: { useDefineForClassFields: false, verbatimModuleSyntax: true },
        },
      });
      return { contents: code, loader: "js" };
    });
  },
});

/**
 * Bundles an entry for a host, as esbuild's other options say. WeChat's tools, where they rewrite ES2015, take a class for a
 * variable of one of its methods that has the same short name, so classes keep their names.
 */
export async function miniProgram(host, { plugins = [], outfile, ...options }) {
  const target = SYNTAX[host];
  const { outputFiles, metafile } = await esbuild.build({
    bundle: true,
    write: false,
    metafile: true,
    // From there its inputs are named, wherever it is called.
    absWorkingDir: fileURLToPath(new URL("..", import.meta.url)),
    charset: "utf8",
    legalComments: "none",
    logLevel: "warning",
    format: "cjs",
    // Node finds the names of what a script exports by a line that esbuild then writes for it.
    platform: "node",
    target,
    minifySyntax: true,
    plugins: [...plugins, lowered(target)],
    ...options,
  });
  if (outfile !== undefined) {
    const mangle = { toplevel: true, keep_classnames: true };
    const { code } = await swc.minify(outputFiles[0].text, { ecma: target, compress: false, mangle });
    mkdirSync(dirname(outfile), { recursive: true });
    writeFileSync(outfile, `${code}\n`);
  }
  return metafile;
}
