// Makes the components of all hosts from their one source: `node build/components.mjs [FOLDER]`, by default out/.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import swc from "@swc/core";
import * as esbuild from "esbuild";
import { mini } from "./mini.mjs";
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

async function css(source, host) {
  // Where styles of components are not kept apart, each rule is for what lies within.
  const apart = host === "alipay" ? source.replace(/^\.hc(?=[ .])/gm, "&").replace(/^/, ".hc {\n") + "\n}" : source;
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
    sheets.set(host, await css(common, host));
  }
  for (const name of names) {
    const own = read("components", name, "style.css");
    const index = `"use strict";require("../../components.js").${name}();\n`;
    for (const [host, folder, ml, ss] of [
      ["wechat", "miniprogram_dist", "wxml", "wxss"],
      ["alipay", "alipay", "axml", "acss"],
    ]) {
      const at = join(out, folder, "components", name);
      write(join(at, `index.${ml}`), mini(templateOf(name, host), host));
      write(join(at, `index.${ss}`), `@import "../style.${ss}";\n${await css(own, host)}`);
      write(join(at, "index.json"), `${JSON.stringify({ component: true, usingComponents: {} })}\n`);
      write(join(at, "index.js"), index);
    }
    write(join(generated, `${name}.ts`), web(templateOf(name, "web"), { view: viewOf(name), from: `../../src/view/${name}.js` }));
  }
  write(join(out, "miniprogram_dist", "components", "style.wxss"), sheets.get("wechat"));
  write(join(out, "alipay", "components", "style.acss"), sheets.get("alipay"));

  const named = names.map((name) => [name, [...new Set(["wechat", "alipay", "web"].flatMap((host) => handlers(templateOf(name, host))))]]);
  write(join(generated, "handlers.json"), JSON.stringify(Object.fromEntries(named)));

  const open = 'export * from "../../src/components/open.js";\n';
  for (const host of ["wechat", "alipay"]) {
    const lines = names.map((name) => {
      const methods = JSON.stringify(handlers(templateOf(name, host)));
      return `import { ${viewOf(name)} } from "../../src/view/${name}.js";\nexport const ${name} = (): void => register(${viewOf(name)}, ${methods});\n`;
    });
    write(join(generated, `${host}.ts`), `import { register } from "../../src/components/${host}.js";\n${open}${lines.join("")}`);
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

  await bundle(join(generated, "wechat.ts"), join(out, "miniprogram_dist", "components.js"), { format: "cjs", target: "es2017", engine: "./index.js" });
  const alipay = join(out, "alipay", "components.js");
  await bundle(join(generated, "alipay.ts"), alipay, { format: "cjs", target: "es2017", engine: "./index.js" });
  const es5 = await swc.transform(readFileSync(alipay, "utf8"), {
    jsc: { target: "es5", minify: { compress: true, mangle: true } },
    minify: true,
    isModule: "commonjs",
    swcrc: false,
  });
  writeFileSync(alipay, es5.code);
  await bundle(join(generated, "web.ts"), join(out, "web", "components.js"), { format: "esm", target: "es2022", engine: "healthcode" });
}

/** One file of everything; the rest of the package, `engine`, is not in it. */
async function bundle(entry, outfile, { format, target, engine }) {
  const elsewhere = {
    name: "engine",
    setup({ onResolve }) {
      onResolve({ filter: /\/(engine\/core\/healthcode|texts\/problem|adaptors\/draw)\.js$/ }, () => ({ path: engine, external: true }));
    },
  };
  await esbuild.build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    minify: true,
    charset: "utf8",
    legalComments: "none",
    format,
    target,
    plugins: [elsewhere],
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await build(join(root, process.argv[2] ?? "out"));
