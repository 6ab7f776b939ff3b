// The sizes that the package's README tells, from its files.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync } from "node:zlib";

/** The table of sizes of an assembled package, as Markdown. */
export function sizes(folder) {
  const read = (path) => readFileSync(join(folder, path));
  const number = (bytes) => bytes.toLocaleString("en-US");
  const size = (...paths) => paths.reduce((sum, path) => sum + read(path).length, 0);
  const brotli = (path) => brotliCompressSync(read(path)).length;
  const all = (path) =>
    readdirSync(join(folder, path), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name).slice(join(folder, "/").length));
  const wechat = (...names) => names.map((name) => `miniprogram_dist/${name}`);
  const [engine, entry, ...shared] = wechat("healthcode.wasm.br", "index.js", "components.js", "components/style.wxss");
  const [questionnaire, code] = wechat("components/questionnaire", "components/code").map(all);
  const rows = [
    ["`healthcode.wasm`, and with brotli", [size("healthcode.wasm"), size("healthcode.wasm.br")]],
    [
      "WeChat: the engine's file, `index.js`, and what all components share",
      [size(engine), size(entry), size(...shared)],
    ],
    ["WeChat: the questionnaire, the code", [size(...questionnaire), size(...code)]],
    ["WeChat: all that an app with these two carries", [size(engine, entry, ...shared, ...questionnaire, ...code)]],
    ["WeChat: everything, all components included", [size(...all("miniprogram_dist"))]],
    [
      "Alipay: the engine in JavaScript, and with brotli; the table of places",
      [size("alipay/index.js"), brotli("alipay/index.js"), size("alipay/places.js")],
    ],
    [
      "browsers: the components, and the table of places, with brotli",
      [brotli("web/components.mjs"), brotli("web/places.mjs")],
    ],
    ["browsers without WebAssembly: the engine in JavaScript with brotli", [brotli("web/fallback.js")]],
  ];
  return `| what | bytes |\n|---|---|\n${rows.map(([what, bytes]) => `| ${what} | ${bytes.map(number).join(", ")} |`).join("\n")}`;
}
