// The TypeScript settings and the scripts of docs/wechat.md, word for word, against WeChat's own types: with the compilers of now and of
// before, with every kind of module, without the types of browsers, and with the package's own types checked too.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { scratch } from "../../../browser/readers.mjs";
import { work } from "../places.mjs";
import { install } from "../prepare.mjs";

const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));
const installed = join(work, "wechat", "node_modules", "healthcode");
const guide = (await readFile(join(installed, "docs", "wechat.md"), "utf8")).replace(/^ {3}/gm, "");
const block = (language, from) =>
  new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``).exec(guide.slice(guide.indexOf(from)))[1];

/** Everything that `healthcode` and its components give on WeChat, and how an app uses some of it. */
const exported = Object.keys(createRequire(import.meta.url)(join(installed, "miniprogram_dist", "index.js")));
const APP = `
import { ${exported.join(", ")}, type Phone, type Roots, type Verdict, type WeChatLike } from "healthcode";
import { connect, drawn, PlaceTable, prefer, renew, setPlaces } from "healthcode/components";

export async function start(roots: Roots): Promise<Phone> {
  const storage = wechatStorage(wx);
  const phone = await openPhone({ roots, server: "https://health.example", adaptors: { storage } });
  connect({ phone });
  prefer({ language: "en", large: true });
  await drawn();
  for (const { code, message } of await phone.renew()) console.warn(code, message);
  renew();
  setPlaces(new PlaceTable(placeLines()));
  return phone;
}

export function told(verdict: Verdict): string {
  // @ts-expect-error: a refused code has no colour
  if (verdict.verdict === "refused") return verdict.colour;
  return verdict.verdict === "accepted" ? verdict.colour : verdict.stage;
}

export const all = [${exported.join(", ")}];
`;

const BASE = {
  strict: true,
  target: "ES2020",
  lib: ["ES2020"],
  types: ["miniprogram-api-typings"],
  typeRoots: [path("../node_modules")],
  skipLibCheck: false,
  noEmit: true,
};
const KINDS = [
  ["typescript", { module: "CommonJS" }],
  ["typescript", { module: "ESNext", moduleResolution: "bundler" }],
  ["typescript", { module: "preserve" }],
  ["typescript-5", { module: "CommonJS" }],
  ["typescript-5", { module: "CommonJS", moduleResolution: "node10" }],
  ["typescript-5", { module: "ESNext", moduleResolution: "bundler" }],
  ["typescript-5", { module: "ES2015", moduleResolution: "node10" }],
];

const compiler = (version) => path(`../node_modules/${version}/bin/tsc`);
const tsc = (version, folder) =>
  new Promise((resolve) =>
    execFile(process.execPath, [compiler(version), "-p", folder], (_, stdout, stderr) => resolve(stdout + stderr)),
  );

let folder;
const ended = [];
before(async () => {
  folder = await scratch({ after: (act) => ended.push(act) });
  await writeFile(join(folder, "package.json"), JSON.stringify({ name: "app", private: true }));
  await install(folder);
  await writeFile(join(folder, "app.ts"), APP);
});

for (const [version, kind] of KINDS) {
  test(`the advised settings compile with ${version} and ${JSON.stringify(kind)}`, async () => {
    const { compilerOptions } = JSON.parse(block("json", "## TypeScript"));
    await writeFile(
      join(folder, "tsconfig.json"),
      JSON.stringify({ compilerOptions: { ...BASE, ...kind, ...compilerOptions }, files: ["app.ts"] }),
    );
    assert.equal(await tsc(version, folder), "");
  });
}

test("the guide's scripts have no error of types", async () => {
  const own = 'const { hostAdaptors, init } = require("healthcode");\nconst health = require("./health");\n';
  const scripts = {
    page: block("js", "3. Make a page").replace("../../health", "./health"),
    desk: block("js", "## A checkpoint").replace("../../health", "./health"),
  };
  const parts = ["**The privacy agreement.**", "## Subpackages"].map((from) => block("js", from)).join("");
  for (const [name, text] of Object.entries({
    ...scripts,
    parts: `${own}async function parts() {\n${parts}return [longitude, latitude, health];\n}\nmodule.exports = parts;`,
  }))
    await writeFile(join(folder, `${name}.js`), text);
  for (const name of ["health.js", "config.js"])
    await writeFile(join(folder, name), await readFile(join(installed, "examples", "wechat", name), "utf8"));
  const { compilerOptions } = JSON.parse(block("json", "## TypeScript"));
  const loose = { noImplicitAny: false, noImplicitThis: false, allowJs: true, checkJs: true };
  await writeFile(
    join(folder, "tsconfig.json"),
    JSON.stringify({
      compilerOptions: { ...BASE, target: "ES2021", lib: ["ES2021"], module: "CommonJS", ...loose, ...compilerOptions },
      files: ["page.js", "desk.js", "parts.js"],
    }),
  );
  assert.equal(await tsc("typescript", folder), "");
});
