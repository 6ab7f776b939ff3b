// Makes the texts in traditional characters of those in simplified ones: `node generator/languages.mjs` prints both, to be read.
import { cpSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";
import OpenCC from "opencc-js";
import { miniProgram } from "./mini-program.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));

/** All texts as the sources have them, by their names. */
export async function tables() {
  const sources = readdirSync(join(root, "src", "view"), { recursive: true })
    .filter((path) => path.endsWith(".ts") && !path.endsWith(".test.ts"))
    .map((path) => `import "./src/view/${path}";\n`);
  const contents = `${sources.join("")}import "./src/texts/all.ts";\nimport "./src/texts/checkpoint.ts";\nexport { tables } from "./src/texts/language.ts";\n`;
  const { outputFiles } = await esbuild.build({
    stdin: { contents, resolveDir: root },
    bundle: true,
    write: false,
    platform: "node",
    format: "esm",
    target: "es2020",
    charset: "utf8",
    define: Object.fromEntries(["VERSION", "WASM_SHA256", "CHECKPOINT_SHA256"].map((name) => [name, '""'])),
    external: ["#places"],
    // Also what these sources alone would not use.
    ignoreAnnotations: true,
  });
  const { tables } = await import(
    `data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString("base64")}`
  );
  return tables;
}

/** What is said in a language of what has all of them. */
function saidIn(tag, texts, into = {}) {
  for (const [name, text] of Object.entries(texts)) {
    if (typeof text !== "object") continue;
    into[name] = text[tag] ?? saidIn(tag, text, into[name]);
  }
  return into;
}

/** All texts in a language, by their tables. */
export async function textsIn(tag) {
  const all = {};
  for (const [name, table] of await tables()) all[name] = table[tag] ?? saidIn(tag, table, all[name]);
  return all;
}

/** Texts as the source of JavaScript. */
function written(texts) {
  if (typeof texts === "function") return String(texts);
  if (typeof texts !== "object") return JSON.stringify(texts);
  if (Array.isArray(texts)) return `[${texts.map(written).join(", ")}]`;
  const lines = Object.entries(texts).map(([name, text]) => `${JSON.stringify(name)}: ${written(text)},\n`);
  return `{\n${lines.join("")}}`;
}

/**
 * Taiwan's characters and words by OpenCC, but for those here: where it takes a word for another, and where Hong Kong and Macau
 * read another one than Taiwan, one that all three know.
 */
const OURS = [
  ["社群、村", "社區、村"],
  ["釋出", "發布"],
  ["程式碼", "代碼"],
  ["專案", "項目"],
  ["引數", "參數"],
  ["許可權", "權限"],
  ["籤", "簽"],
  ["采用", "採用"],
  ["臺", "台"],
  ["應用", "應用程式"],
  ["攝像頭", "相機"],
  ["聯網", "連網"],
  ["獲取", "取得"],
  ["通過安全連線", "透過安全連線"],
  ["手工", "手動"],
  ["中轉", "轉機"],
  ["分值", "分數"],
  ["視窗期", "窗口期"],
  ["錶", "表"],
  ["重新新增", "重新加入"],
  ["丟失", "遺失"],
  ["生成", "產生"],
  ["“", "「"],
  ["”", "」"],
];

const taiwan = OpenCC.Converter({ from: "cn", to: "twp" });
const ours = OpenCC.CustomConverter(OURS);

/** Simplified characters as traditional ones. */
export const traditional = (text) => ours(taiwan(text));

/** The module of the texts in traditional characters. */
export async function traditionalModule() {
  const texts = traditional(written(await textsIn("zh-Hans")));
  return `export const zhHant = { tag: "zh-Hant", also: ["zh-TW", "zh-HK", "zh-MO"], fallback: "zh-Hans", texts: ${texts} };\n`;
}

/** Writes the modules of languages into a package: for those who import, and for those who require, mini-programs among them. */
export async function languages(out) {
  const contents = await traditionalModule();
  const { code } = await esbuild.transform(contents, {
    format: "esm",
    minifyWhitespace: true,
    charset: "utf8",
    // Tools of mini-programs take no newer one.
    target: "es2017",
  });
  mkdirSync(join(out, "languages"), { recursive: true });
  writeFileSync(join(out, "languages", "zh-Hant.mjs"), code);
  const made = join(root, "build", "zh-Hant.js");
  mkdirSync(dirname(made), { recursive: true });
  writeFileSync(made, contents);
  await miniProgram("anywhere", { entryPoints: [made], outfile: join(out, "languages", "zh-Hant.js") });
  cpSync(join(out, "languages", "zh-Hant.js"), join(out, "miniprogram_dist", "languages", "zh-Hant.js"));
  for (const kind of ["esm", "cjs"]) writeFileSync(join(out, "types", kind, "languages", "zh-Hant.d.ts"), TYPES);
}

const TYPES = `import type { LanguageTexts } from "./add.js";
import type { AllTexts } from "./texts.js";
/** All texts in traditional characters, for \`addLanguage\`: Taiwan's words, for the tags zh-Hant, zh-TW, zh-HK and zh-MO. */
export declare const zhHant: LanguageTexts & { readonly texts: AllTexts };
`;

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log(await traditionalModule());
