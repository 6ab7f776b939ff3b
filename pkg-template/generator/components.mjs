// Makes the components of all hosts from their one source: `node generator/components.mjs [FOLDER]`, by default out/.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";
import { mini } from "./mini.mjs";
import { miniProgram } from "./mini-program.mjs";
import { forHost, handlers, parse } from "./template.mjs";
import { web } from "./web.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const read = (...path) => readFileSync(join(root, ...path), "utf8");

/** The components, by their folders. */
export const names = readdirSync(join(root, "components"), { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !["style", "parts"].includes(entry.name))
  .map(({ name }) => name)
  .sort();

/** The nodes of a component's template for a host. */
export function templateOf(name, host) {
  const part = (which) => parse(read("components", "parts", `${which}.xml`), `parts/${which}.xml`, part);
  return forHost(parse(read("components", name, "template.xml"), `${name}/template.xml`, part), host);
}

const viewOf = (name) => `${name[0].toUpperCase()}${name.slice(1)}View`;

/** Browsers that the mini-programs' web views are at the least: they know both directions of writing by names of their own. */
const OLDEST = ["chrome53", "ios11"];

async function css(source, host, within) {
  // Where a host does not keep the styles of components apart, each rule is for what lies within.
  const apart = host === "alipay" ? `.${within} {\n${source.replace(/^\.hc(?=[ .])/gm, "&")}\n}` : source;
  const target = host === "web" ? ["chrome100", "safari15"] : OLDEST;
  // The hosts' compilers sort what a rule says, and the shorthand would come last.
  for (const [rule] of host === "web" ? [] : apart.matchAll(/\{[^{}]*\}/g))
    if (/\bmargin:/.test(rule) && /margin-inline/.test(rule)) throw new Error(`both of a margin's names in ${rule}`);
  const { code } = await esbuild.transform(apart, { loader: "css", minify: true, target });
  return host === "web" ? code : code.replace(/\b(margin|border)-inline-(start|end):/g, "-webkit-$1-$2:");
}

/** Makes everything; resolves to nothing. */
export async function build(out) {
  const generated = join(root, "out", "generated");
  const write = (path, text) => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  };
  rmSync(generated, { recursive: true, force: true });
  const sheets = new Map();
  for (const host of ["wechat", "alipay", "web"]) {
    const common = `${read("components", "style", `${host}.css`)}\n${read("components", "style", "base.css")}`;
    sheets.set(host, await css(common, host, "hc"));
  }
  for (const name of names) {
    const own = read("components", name, "style.css");
    for (const [host, folder, ml, ss] of [
      ["wechat", "miniprogram_dist", "wxml", "wxss"],
      ["alipay", "alipay", "axml", "acss"],
    ]) {
      const at = join(out, folder, "components", name);
      write(join(at, `index.${ml}`), mini(templateOf(name, host), host, name));
      write(join(at, `index.${ss}`), `@import "../style.${ss}";\n${await css(own, host, `hc-${name}`)}`);
      write(join(at, "index.json"), `${JSON.stringify({ component: true, usingComponents: {} })}\n`);
    }
    write(
      join(generated, `${name}.ts`),
      web(templateOf(name, "web"), { view: viewOf(name), from: `../../src/view/${name}.js` }),
    );
  }
  write(join(out, "miniprogram_dist", "components", "style.wxss"), sheets.get("wechat"));
  write(join(out, "alipay", "components", "style.acss"), sheets.get("alipay"));

  const named = names.map((name) => [
    name,
    [...new Set(["wechat", "alipay", "web"].flatMap((host) => handlers(templateOf(name, host))))],
  ]);
  write(join(generated, "handlers.json"), JSON.stringify(Object.fromEntries(named)));

  const open = 'export * from "../../src/components/open.js";\n';
  for (const [host, folder] of [
    ["wechat", "miniprogram_dist"],
    ["alipay", "alipay"],
  ]) {
    for (const name of names) {
      const methods = JSON.stringify(handlers(templateOf(name, host)));
      const lines = [
        `import { register } from "../../src/components/${host}.js";`,
        `import { ${viewOf(name)} } from "../../src/view/${name}.js";`,
        `register(${viewOf(name)}, ${methods});`,
      ];
      write(join(generated, `${host}-${name}.ts`), `${lines.join("\n")}\n`);
    }
    await scripts(generated, host, join(out, folder));
  }
  // Each element is a module, so that a page carries no more of them than it uses.
  write(join(generated, "web-style.ts"), `export const STYLE = ${JSON.stringify(sheets.get("web"))};\n`);
  for (const name of names) {
    const own = JSON.stringify(await css(read("components", name, "style.css"), "web"));
    const lines = [
      'import { register } from "../../src/components/web/element.js";',
      `import { ${viewOf(name)} } from "../../src/view/${name}.js";`,
      `import { template } from "./${name}.js";`,
      'import { STYLE } from "./web-style.js";',
      `${open}\nregister("healthcode-${name}", ${viewOf(name)}, template, STYLE + ${own});`,
    ];
    write(join(generated, `web-${name}.ts`), `${lines.join("\n")}\n`);
  }
  write(join(generated, "web.ts"), `${names.map((name) => `import "./web-${name}.js";\n`).join("")}${open}`);

  write(join(out, "web", "places.mjs"), placesOf("web"));
  for (const [host, folder] of [
    ["wechat", "miniprogram_dist"],
    ["alipay", "alipay"],
  ])
    await miniProgram(host, {
      stdin: { contents: placesOf(host) },
      banner: { js: '"use strict";' },
      outfile: join(out, folder, "places.js"),
    });
  await esbuild.build({
    entryPoints: {
      components: join(generated, "web.ts"),
      ...Object.fromEntries(names.map((name) => [`component-${name}`, join(generated, `web-${name}.ts`)])),
    },
    outdir: join(out, "web"),
    outExtension: { ".js": ".mjs" },
    chunkNames: "components-[hash]",
    splitting: true,
    bundle: true,
    minify: true,
    charset: "utf8",
    legalComments: "none",
    format: "esm",
    target: "es2022",
    // That build of lit-html asks whether there is a document: on a server that makes pages there is none.
    platform: "neutral",
    conditions: ["node"],
    plugins: [apart(engineAt("./common.mjs", "./places.mjs"))],
  });
  for (const framework of ["react", "vue"]) {
    await esbuild.build({
      stdin: {
        contents: `import "#components";\nexport * from "./${framework}.js";\n`,
        resolveDir: join(root, "src", "components", "frameworks"),
      },
      outfile: join(out, "web", `${framework}.mjs`),
      bundle: true,
      charset: "utf8",
      format: "esm",
      target: "es2022",
      external: [framework],
      // A framework that renders React on a server leaves these to the page.
      banner: framework === "react" ? { js: '"use client";' } : {},
      plugins: [apart([[/^#components$/, "./components.mjs"]])],
    });
  }
}

/** The components that every health code has. */
const FIRST = ["code", "questionnaire"];

/**
 * The scripts of a mini-program: one file for what the app and the first components need, one for what only others share, and
 * each other component's own, so that an app carries no more of those than it uses.
 */
async function scripts(generated, host, folder) {
  const rest = await commonOf(host);
  const restAt = (to) => [...sharedAt(`${to}common.js`, rest), [/^#places$/, `${to}places.js`]];
  const open = join(root, "src", "components", "open.ts");
  const uses = new Map();
  const entryOf = (name) => join(generated, `${host}-${name}.ts`);
  let opened = [];
  for (const name of [...names, "open"]) {
    const entryPoints = [name === "open" ? open : entryOf(name)];
    const { inputs, outputs } = await miniProgram(host, { entryPoints, plugins: [apart(restAt("./"))], format: "esm" });
    if (name === "open") opened = Object.values(outputs)[0].exports;
    for (const input of Object.keys(inputs)) {
      // What SWC calls comes with each file, and each file of words with the one module that imports it.
      if (!/generated|node_modules|\.json$/.test(input)) uses.set(input, [...(uses.get(input) ?? []), name]);
    }
  }
  const early = (users) => users.includes("open") || FIRST.some((name) => users.includes(name));
  const shared = [...uses].filter(([, users]) => users.length > 1 || early(users));
  const paths = (list) => list.map(([input]) => join(root, input));
  const common = paths(shared.filter(([, users]) => early(users)));
  const later = paths(shared.filter(([, users]) => !early(users)));
  const elsewhere = (to) => [...sharedAt(`${to}components.js`, common), ...restAt(to)];
  for (const [name, modules] of [
    ["shared-components", common],
    ["shared-explain", later],
  ]) {
    const from = (path) => JSON.stringify(relative(generated, path).replace(/\.ts$/, ".js"));
    writeFileSync(entryOf(name), modules.map((path) => `export * from ${from(path)};\n`).join(""));
  }
  const add = (name, path, where, named) =>
    miniProgram(host, { entryPoints: [entryOf(name)], outfile: join(folder, path), plugins: [apart(where)], ...named });
  await add("shared-components", "components.js", restAt("./"), namedLast(opened));
  await add("shared-explain", "explain.js", elsewhere("./"), UNNAMED);
  const where = [...sharedAt("../../explain.js", later), ...elsewhere("../../")];
  for (const name of names) await add(name, join("components", name, "index.js"), where);
}

/** The module of places: all of them, or of provinces and prefectures where the host has a list of its own for the rest. */
function placesOf(host) {
  const [head, ...lines] = read("data", "places.tsv").trim().split("\n");
  const few = (line) => /^\d{2,4}\t[^\t]/.test(line);
  const list = [head, ...(host === "wechat" ? lines.filter(few) : lines)].join("\n");
  return `export function placeLines() {\n  return ${JSON.stringify(list)};\n}\n`;
}

/** Puts the names of places into a bundle. */
export const places = (host) => ({
  name: "places",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^#places$/ }, ({ path }) => ({ path, namespace: "places" }));
    onLoad({ filter: /^/, namespace: "places" }, () => ({ contents: placesOf(host) }));
  },
});

/** What a page has of the rest of the package, with or without components, and the names of places. */
const engineAt = (common, places) => [
  [/\/src\/(texts\/(problem|language)\.ts|languages\/add\.ts|phone\/challenge\.ts|adaptors\/draw\.ts)$/, common],
  [/^#places$/, places],
];

/** The entries of a mini-program's package: for phones, and for checkpoints. */
const entriesFor = (host) => ({
  index: join(root, "src", "hosts", `${host}.ts`),
  checkpoint: join(root, "src", "hosts", "checkpoint", `${host}.ts`),
});

/** What both entries of a mini-program's package have: they are in a file of their own, which components use too. */
async function commonOf(host) {
  return (await surveyed(host)).common;
}

/** The modules that both entries of a mini-program's package have, and the names that each exports. */
async function surveyed(host) {
  const engines = [/\/src\/engine\/(core|verifier)\//, "engine"];
  const found = await Promise.all(
    Object.entries(entriesFor(host)).map(async ([name, entry]) => {
      const plugins = [apart([engines, [/^#places$/, "places"]])];
      const { inputs, outputs } = await miniProgram(host, { entryPoints: [entry], plugins, format: "esm" });
      const modules = Object.keys(inputs).filter((input) => input.startsWith("src/"));
      return { name, entry, modules, exported: Object.values(outputs)[0].exports };
    }),
  );
  const [one, other] = found;
  const both = one.modules.filter((input) => other.modules.includes(input));
  const declared = new Map();
  for (const input of both)
    for (const [, name] of read(input).matchAll(/^export (?:async )?(?:function|const|let|class) (\w+)/gm)) {
      if (declared.has(name)) throw new Error(`${input} and ${declared.get(name)} both export ${name}`);
      declared.set(name, input);
    }
  return { entries: found, common: both.map((input) => join(root, input)), declared };
}

/** For scripts that only others of the package require: without the line by which Node finds the names of what they export. */
const UNNAMED = { platform: "neutral", conditions: ["node"] };
/** With a line of these names alone. For those that come from elsewhere esbuild would write variables that there are not. */
const namedLast = (names) => ({
  ...UNNAMED,
  footer: { js: `0 && (module.exports = { ${names.map((name) => `${name}: module`).join(", ")} });` },
});

/** Writes the scripts of both entries of a mini-program's package, and what they have in common. */
export async function entriesOf(host, folder, { define, inject }) {
  const { entries, common, declared } = await surveyed(host);
  const write = (name, contents, options) =>
    miniProgram(host, {
      define,
      inject,
      stdin: { contents, resolveDir: root },
      banner: { js: '"use strict";' },
      outfile: join(folder, `${name}.js`),
      ...options,
    });
  // What nobody else names stays inside.
  const others = readdirSync(join(root, "src"), { recursive: true, withFileTypes: true })
    .filter((one) => one.isFile() && one.name.endsWith(".ts") && !common.includes(join(one.parentPath, one.name)))
    .map((one) => readFileSync(join(one.parentPath, one.name), "utf8"));
  const named = new Set([...others.join("\n").matchAll(/\w+/g)].map(([word]) => word));
  const shared = [...declared].filter(
    ([name]) => named.has(name) || entries.some(({ exported }) => exported.includes(name)),
  );
  const lines = shared.map(([name, input]) => `export { ${name} } from ${JSON.stringify(join(root, input))};\n`);
  await write("common", common.map((path) => `import ${JSON.stringify(path)};\n`).join("") + lines.join(""), UNNAMED);
  // By their names: the file in common has more than an app is to see.
  for (const { name, entry, exported } of entries) {
    const values = exported.map((one) => `export var ${one} = all.${one};\n`).join("");
    await write(name, `import * as all from ${JSON.stringify(entry)};\n${values}`, {
      ...namedLast(exported),
      plugins: [apart([...sharedAt("./common.js", common), [/^#places$/, "./places.js"]])],
    });
  }
}

/** So is what components share. */
const sharedAt = (path, shared) => [[{ test: (found) => shared.includes(found) }, path]];

/** Leaves out of a bundle what is elsewhere: pairs of a pattern and a path. */
const apart = (elsewhere) => ({
  name: "apart",
  setup({ onResolve, resolve }) {
    onResolve({ filter: /^(\.{0,2}\/|#)/ }, async ({ path, resolveDir, kind, pluginData }) => {
      if (kind === "entry-point" || pluginData === "asked") return undefined;
      const own = elsewhere.find(([pattern]) => pattern.test(path));
      if (own) return { path: own[1], external: true };
      const found = await resolve(path, { resolveDir, kind, pluginData: "asked" });
      const other = elsewhere.find(([pattern]) => pattern.test(found.path));
      return other ? { path: other[1], external: true } : found;
    });
  },
});

if (process.argv[1] === fileURLToPath(import.meta.url)) await build(join(root, process.argv[2] ?? "out"));
