// The same vectors on every kind of host, with identical bytes out.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { createContext, Script } from "node:vm";
import { brotliDecompressSync } from "node:zlib";
import { all, same, some } from "./expected.mjs";
import { both, files, installed, required, requiring, text, together } from "./installed.mjs";

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

/**
 * Runs both entries of a host, that of checkpoints in the place of `index` or before `worker`, in a realm that has the language's
 * own objects and nothing else.
 */
function bare(path, shadowed, globals = {}) {
  const context = createContext(Object.create(null), { codeGeneration: { strings: false, wasm: true } });
  const run = (code) => new Script(code).runInContext(context);
  for (const [name, value] of Object.entries(globals)) context[name] = value;
  run(script);
  const names = () => run("Object.getOwnPropertyNames(this)").slice().sort();
  const before = names();
  const load = requiring((file, module, require) =>
    run(`(function (module, exports, require, ${shadowed.join()}) {${text(file)}\n})`)(module, module.exports, require),
  );
  const [phones, gates] = [load(path), load(checkpointOf(path))];
  assert.deepEqual(names(), before, "no global is touched");
  return { healthcode: together(phones, gates), phones, gates, run, transcript: run("transcript") };
}

const checkpointOf = (path) => path.replace("index", "checkpoint").replace("worker", "checkpoint-worker");

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
  const folder = "/packages/health/miniprogram_npm/healthcode/";
  const host = {};
  const { phones, gates, run } = bare("miniprogram_dist/index.js", SHADOWED, { WXWebAssembly: host });
  host.instantiate = fromPackage(run, "miniprogram_dist", folder);
  for (const [healthcode, file] of [
    [phones, "healthcode.wasm.br"],
    [gates, "checkpoint.wasm.br"],
  ]) {
    await healthcode.init({ path: folder + file });
    assert.equal(healthcode.version(), required("healthcode/package.json").version);
  }
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
  const [phones, gates] = await Promise.all(
    ["index", "checkpoint"].map((name) => import(join(installed, `node/${name}.mjs`))),
  );
  const run = new Script(`${script}\ntranscript`).runInThisContext();
  for (const healthcode of [together(phones, gates), both("healthcode")]) {
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
    for (const engine of ["healthcode.wasm", "checkpoint.wasm"])
      writeFileSync(
        join(folder, engine),
        brotliDecompressSync(readFileSync(join(installed, `miniprogram_dist/${engine}.br`))),
      );
    const scripts = [path, checkpointOf(path), path.replace("index", "common"), path.replace("index", "places")];
    const defined = scripts
      .filter((file) => files().includes(file))
      .map((file) => `"./${basename(file)}": function (module, exports, require) {${text(file)}\n}`);
    const program = `
      var scripts = { ${defined.join(",\n")} };
      var loaded = {};
      function load(name) {
        if (!loaded[name]) {
          loaded[name] = { exports: {} };
          scripts[name](loaded[name], loaded[name].exports, load);
        }
        return loaded[name].exports;
      }
      var WXWebAssembly = { instantiate: function (path, imports) {
        var file = ${JSON.stringify(`${folder}/`)} + path.replace(/^.*\\/|\\.br$/g, "");
        return WebAssembly.instantiate(readFile(file, "binary"), imports);
      } };
      var healthcode = load("./index.js");
      var gates = load("./checkpoint.js");
      var all = Object.assign({}, gates, healthcode);
      ${script}
      var vectors = JSON.parse(readFile(${JSON.stringify(join(folder, "vectors.json"))}));
      Promise.all([healthcode.init(), gates.init()]).then(function () {
        print(healthcode.engine());
        print(transcript(all, vectors));
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
