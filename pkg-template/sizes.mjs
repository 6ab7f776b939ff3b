// The sizes that the package's README tells, from its files.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync } from "node:zlib";

/** The table of sizes of an assembled package, as Markdown. */
export function sizes(folder) {
  const read = (path) => readFileSync(join(folder, path));
  const number = (bytes) => bytes.toLocaleString("en-US");
  const size = (...paths) => paths.reduce((sum, path) => sum + read(path).length, 0);
  const brotli = (...paths) => paths.reduce((sum, path) => sum + brotliCompressSync(read(path)).length, 0);
  const all = (path) =>
    readdirSync(join(folder, path), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name).slice(join(folder, "/").length));
  const wechat = (...names) => names.map((name) => `miniprogram_dist/${name}`);
  const [engine, gate, entry, desk] = wechat("healthcode.wasm.br", "checkpoint.wasm.br", "index.js", "checkpoint.js");
  const shared = wechat("common.js", "places.js", "components.js", "components/style.wxss");
  const [questionnaire, code, scanning] = wechat(
    "components/questionnaire",
    "components/code",
    "components/checkpoint",
  ).map(all);
  const elements = readdirSync(join(folder, "web")).filter((name) => /^components\W/.test(name));
  const rows = [
    ["`healthcode.wasm`, and with brotli", [size("healthcode.wasm"), size("healthcode.wasm.br")]],
    [
      "`checkpoint.wasm`, and with brotli; its script for browsers with brotli",
      [size("checkpoint.wasm"), size("checkpoint.wasm.br"), brotli("web/checkpoint.js")],
    ],
    [
      "WeChat: the engine's file, `index.js`, and what all components share",
      [size(engine), size(entry), size(...shared)],
    ],
    ["WeChat: the questionnaire, the code", [size(...questionnaire), size(...code)]],
    ["WeChat: all that an app with these two carries", [size(engine, entry, ...shared, ...questionnaire, ...code)]],
    ["WeChat: all that an app with a checkpoint alone carries", [size(gate, desk, ...shared, ...scanning)]],
    ["WeChat: everything, all components included", [size(...all("miniprogram_dist"))]],
    [
      "Alipay: the engine in JavaScript, and with brotli; the table of places",
      [size("alipay/index.js"), brotli("alipay/index.js"), size("alipay/places.js")],
    ],
    [
      "Alipay: a checkpoint's engine in JavaScript, and with brotli",
      [size("alipay/checkpoint.js"), brotli("alipay/checkpoint.js")],
    ],
    [
      "browsers: the components, and the table of places, with brotli",
      [brotli(...elements.map((name) => `web/${name}`)), brotli("web/places.mjs")],
    ],
    ["browsers without WebAssembly: the engine in JavaScript with brotli", [brotli("web/fallback.js")]],
  ];
  return `| what | bytes |\n|---|---|\n${rows.map(([what, bytes]) => `| ${what} | ${bytes.map(number).join(", ")} |`).join("\n")}`;
}
