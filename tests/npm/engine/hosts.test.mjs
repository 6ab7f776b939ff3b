// The same vectors on every kind of host, with identical bytes out.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { createContext, Script } from "node:vm";
import { brotliDecompressSync } from "node:zlib";
import { all, same, some } from "./expected.mjs";
import { installed, required, text } from "./installed.mjs";

const script = readFileSync(new URL("transcript.js", import.meta.url), "utf8");

/** What WeChat's loader and others' put in the place of a page's globals: they are there by name, and undefined. */
const SHADOWED = [
  "window",
  "document",
  "self",
  "location",
  "navigator",
  "localStorage",
  "XMLHttpRequest",
  "WebSocket",
  "fetch",
];
/** What Alipay's logic layer lacks besides. */
const LACKING = [
  "globalThis",
  "global",
  "BigInt",
  "queueMicrotask",
  "WebAssembly",
  "TextEncoder",
  "TextDecoder",
  "atob",
  "btoa",
  "URL",
  "crypto",
];

/** Runs an entry of the package in a realm that has the language's own objects and nothing else. */
function bare(path, shadowed, globals = {}) {
  const context = createContext(Object.create(null), { codeGeneration: { strings: false, wasm: true } });
  const run = (code) => new Script(code).runInContext(context);
  for (const [name, value] of Object.entries(globals)) context[name] = value;
  run(script);
  const names = () => run("Object.getOwnPropertyNames(this)").slice().sort();
  const before = names();
  const module = { exports: {} };
  run(`(function (module, exports, ${shadowed.join()}) {${text(path)}\n})`)(module, module.exports);
  assert.deepEqual(names(), before, "no global is touched");
  return { healthcode: module.exports, run, transcript: run("transcript") };
}

/** As `WXWebAssembly.instantiate`: a path of the code package, `.br` or not. */
function fromPackage(run, folder, prefix) {
  const instantiate = run(
    "(function (bytes, imports) { return WebAssembly.instantiate(new Uint8Array(bytes).buffer, imports); })",
  );
  return (path, imports) => {
    assert.ok(path.startsWith(prefix), path);
    const bytes = readFileSync(join(installed, folder, path.slice(prefix.length)));
    return instantiate(path.endsWith(".br") ? brotliDecompressSync(bytes) : bytes, imports);
  };
}

for (const shape of ["result", "instance"]) {
  test(`WeChat's logic layer, instantiate giving a ${shape}`, async () => {
    const host = {};
    const { healthcode, run, transcript } = bare("miniprogram_dist/index.js", SHADOWED, { WXWebAssembly: host });
    const load = fromPackage(run, "miniprogram_dist", "/miniprogram_npm/healthcode/");
    host.instantiate = async (...args) => (shape === "result" ? load(...args) : (await load(...args)).instance);
    await healthcode.init();
    assert.equal(healthcode.engine(), "wasm");
    same(transcript(healthcode, all), all);
  });
}

test("WeChat's worker and subpackages: another path", async () => {
  const host = {};
  const { healthcode, run } = bare("miniprogram_dist/index.js", SHADOWED, { WXWebAssembly: host });
  host.instantiate = fromPackage(run, "miniprogram_dist", "/packages/health/miniprogram_npm/healthcode/");
  await healthcode.init({ path: "/packages/health/miniprogram_npm/healthcode/healthcode.wasm.br" });
  assert.equal(healthcode.version(), required("healthcode/package.json").version);
});

test("Douyin's logic layer", async () => {
  const host = {};
  const { healthcode, run, transcript } = bare(
    "douyin/index.js",
    [...SHADOWED, ...LACKING.filter((name) => name !== "WebAssembly")],
    {
      TTWebAssembly: host,
    },
  );
  host.instantiate = fromPackage(run, "miniprogram_dist", "/miniprogram_npm/healthcode/");
  await healthcode.init();
  same(transcript(healthcode, all), all);
});

test("Alipay's Worker", async () => {
  const host = {};
  const { healthcode, run, transcript } = bare("alipay/worker.js", [...SHADOWED, "globalThis", "WebAssembly"], {
    MYWebAssembly: host,
  });
  host.instantiate = fromPackage(run, ".", "/node_modules/healthcode/");
  await healthcode.init();
  same(transcript(healthcode, all), all);
});

for (const path of ["alipay/index.js", "anywhere/index.js"]) {
  test(`${path}: the language alone, without WebAssembly`, async () => {
    const { healthcode, transcript } = bare(path, [...SHADOWED, ...LACKING]);
    await healthcode.init();
    assert.equal(healthcode.engine(), "javascript");
    same(transcript(healthcode, all), all);
  });
}

test("Node, imported and required", async () => {
  const imported = await import(join(installed, "node/index.mjs"));
  const run = new Script(`${script}\ntranscript`).runInThisContext();
  for (const healthcode of [imported, required("healthcode")]) {
    await healthcode.init();
    same(run(healthcode, all), all);
  }
});

// JavaScriptCore, as on every iPhone: with its compilers, without any (as in mini-programs and WKWebView's lockdown), and
// without WebAssembly.
for (const [path, name, ...options] of [
  ["miniprogram_dist/index.js", "WebAssembly"],
  ["miniprogram_dist/index.js", "WebAssembly, no JIT", "--useJIT=0"],
  ["anywhere/index.js", "JavaScript", "--useWasm=0"],
  ["anywhere/index.js", "JavaScript, no JIT", "--useJIT=0", "--useWasm=0"],
]) {
  test(`JavaScriptCore: ${name}`, async (t) => {
    // What interprets JavaScript that stands for WebAssembly takes a minute for all of them.
    const vectors = options.length === 2 ? some(12) : all;
    const folder = mkdtempSync(join(tmpdir(), "healthcode-jsc-"));
    t.after(() => rmSync(folder, { recursive: true }));
    writeFileSync(
      join(folder, "healthcode.wasm"),
      brotliDecompressSync(readFileSync(join(installed, "miniprogram_dist/healthcode.wasm.br"))),
    );
    const program = `
      var module = { exports: {} };
      var WXWebAssembly = { instantiate: function (path, imports) {
        return WebAssembly.instantiate(readFile(${JSON.stringify(join(folder, "healthcode.wasm"))}, "binary"), imports);
      } };
      (function (module, exports) {${text(path)}\n})(module, module.exports);
      ${script}
      var vectors = JSON.parse(readFile(${JSON.stringify(join(folder, "vectors.json"))}));
      module.exports.init().then(function () {
        print(module.exports.engine());
        print(transcript(module.exports, vectors));
      }).catch(function (thrown) { print("thrown: " + thrown + " " + thrown.code + " " + thrown.stack); });`;
    writeFileSync(join(folder, "vectors.json"), JSON.stringify(vectors));
    writeFileSync(join(folder, "program.js"), program);
    const { stdout } = await promisify(execFile)("jsc", [...options, join(folder, "program.js")], {
      maxBuffer: 1 << 28,
    });
    const [engine, json] = stdout.split("\n");
    assert.equal(engine, options.includes("--useWasm=0") ? "javascript" : "wasm", stdout.slice(0, 500));
    same(json, vectors);
  });
}

test("there are vectors enough", () => {
  const counts = [all.files.cases, all.codes.cases, all.states.cases, all.journey.people].map(({ length }) => length);
  assert.ok(counts[0] > 100 && counts[1] > 80 && counts[2] > 15 && counts[3] === 5, counts.join());
});
