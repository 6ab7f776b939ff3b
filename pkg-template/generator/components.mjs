// Makes the components of all hosts from their one source: `node generator/components.mjs [FOLDER]`, by default out/.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";
import { mini } from "./mini.mjs";
import { esbuildTarget, script } from "./mini-program.mjs";
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

/** Browsers that the mini-programs' web views are at the least. */
const OLDEST = ["chrome53", "ios11"];

async function css(source, host, within) {
  // Where a host does not keep the styles of components apart, each rule is for what lies within.
  const apart = host === "alipay" ? `.${within} {\n${source.replace(/^\.hc(?=[ .])/gm, "&")}\n}` : source;
  const target = host === "web" ? ["chrome100", "safari15"] : OLDEST;
  return (await esbuild.transform(apart, { loader: "css", minify: true, target })).code;
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
    write(join(generated, `${name}.ts`), web(templateOf(name, "web"), { view: viewOf(name), from: `../../src/view/${name}.js` }));
  }
  write(join(out, "miniprogram_dist", "components", "style.wxss"), sheets.get("wechat"));
  write(join(out, "alipay", "components", "style.acss"), sheets.get("alipay"));

  const named = names.map((name) => [name, [...new Set(["wechat", "alipay", "web"].flatMap((host) => handlers(templateOf(name, host))))]]);
  write(join(generated, "handlers.json"), JSON.stringify(Object.fromEntries(named)));

  const open = 'export * from "../../src/components/open.js";\n';
  for (const [host, folder] of [["wechat", "miniprogram_dist"], ["alipay", "alipay"]]) {
    for (const name of names) {
      const methods = JSON.stringify(handlers(templateOf(name, host)));
      const lines = [
        `import { register } from "../../src/components/${host}.js";`,
        `import { ${viewOf(name)} } from "../../src/view/${name}.js";`,
        `register(${viewOf(name)}, ${methods});`,
      ];
      write(join(generated, `${host}-${name}.ts`), `${lines.join("\n")}\n`);
    }
    await miniProgram(generated, host, join(out, folder));
    write(join(out, folder, "places.js"), `"use strict";exports.__esModule=true;exports.default=${JSON.stringify(placesFor(host))};\n`);
  }
  const elements = names.map(
    (name) => `import { ${viewOf(name)} } from "../../src/view/${name}.js";\nimport { template as ${name} } from "./${name}.js";\n`,
  );
  const defined = await Promise.all(
    names.map(async (name) => {
      const own = JSON.stringify(await css(read("components", name, "style.css"), "web"));
      return `register("healthcode-${name}", ${viewOf(name)}, ${name}, STYLE + ${own});\n`;
    }),
  );
  const style = `const STYLE = ${JSON.stringify(sheets.get("web"))};\n`;
  write(
    join(generated, "web.ts"),
    `import { register } from "../../src/components/web/element.js";\n${elements.join("")}${open}\n${style}${defined.join("")}`,
  );

  write(join(out, "web", "places.mjs"), `export default ${JSON.stringify(placesFor("web"))};\n`);
  await bundle(join(generated, "web.ts"), join(out, "web", "components.mjs"), { format: "esm", target: "es2022", elsewhere: engineAt("./index.mjs") });
}

/**
 * The scripts of a mini-program: one file for what several components or the app need, and each component's own, so that
 * an app carries no more than the components that it uses.
 */
async function miniProgram(generated, host, folder) {
  const entries = names.map((name) => join(generated, `${host}-${name}.ts`));
  const open = join(root, "src", "components", "open.ts");
  const uses = new Map();
  for (const entry of [...entries, open]) {
    const { metafile } = await bundle(entry, undefined, { format: "cjs", target: esbuildTarget(host), elsewhere: engineAt("./index.js") });
    for (const input of Object.keys(metafile.inputs)) uses.set(input, (uses.get(input) ?? 0) + (entry === open ? 2 : 1));
  }
  const shared = [...uses].filter(([input, count]) => count > 1 && !input.includes("generated")).map(([input]) => join(process.cwd(), input));
  const common = join(generated, `${host}.ts`);
  writeFileSync(common, shared.map((path) => `export * from ${JSON.stringify(relative(generated, path).replace(/\.ts$/, ".js"))};\n`).join(""));
  const files = [[common, join(folder, "components.js"), engineAt("./index.js")]];
  for (const name of names) {
    const at = join(folder, "components", name, "index.js");
    files.push([join(generated, `${host}-${name}.ts`), at, [...sharedAt("../../components.js", shared), ...engineAt("../../index.js")]]);
  }
  for (const [entry, outfile, elsewhere] of files) {
    await bundle(entry, outfile, { format: "cjs", target: esbuildTarget(host), elsewhere, minify: false });
    writeFileSync(outfile, await script(readFileSync(outfile, "utf8"), host));
  }
}

/** Names of places: all of them, or of provinces and prefectures where the host has a list of its own for the rest. */
function placesFor(host) {
  const [head, ...lines] = read("data", "places.tsv").trim().split("\n");
  const few = (line) => line.indexOf("\t") <= 4 && !line.endsWith("\t");
  return [head, ...(host === "wechat" ? lines.filter(few) : lines)].join("\n");
}

/** The rest of the package is in a file of its own, and so are the names of places. */
const engineAt = (path) => [
  [/\/src\/(engine\/core\/healthcode\.js|texts\/problem\.ts|adaptors\/draw\.ts)$/, path],
  [/^#places$/, path.replace("index", "places")],
];

/** So is what components share. */
const sharedAt = (path, shared) => [[{ test: (found) => shared.includes(found) }, path]];

/** One file of an entry and all that it needs, but for what is elsewhere: pairs of a pattern and a path. */
async function bundle(entry, outfile, { format, target, elsewhere, minify = true }) {
  const apart = {
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
  };
  return esbuild.build({
    entryPoints: [entry],
    ...(outfile ? { outfile } : { outdir: root, write: false }),
    absWorkingDir: process.cwd(),
    bundle: true,
    metafile: true,
    minify,
    charset: "utf8",
    legalComments: "none",
    format,
    target,
    plugins: [apart],
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await build(join(root, process.argv[2] ?? "out"));
