// `healthcode/inline` in bundlers and test runners that carry no files along, and the package in workerd, whose policy compiles
// nothing: each is built by the tool itself from the packed tarball, and run.
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { copyFileSync, mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import commonjs from "@rollup/plugin-commonjs";
import resolve from "@rollup/plugin-node-resolve";
import esbuild from "esbuild";
import { rollup } from "rollup";
import { app, EXPECTED, installed, write } from "./given.mjs";

const run = promisify(execFile);
const require = createRequire(import.meta.url);
const bin = (name) => fileURLToPath(new URL(`node_modules/.bin/${name}`, import.meta.url));
const built = (name) => join(app, "built", name);

mkdirSync(built(""), { recursive: true });

const ENTRY = `import given from "./given.js";
import { run } from "./program.js";
run(given).then((told) => console.log(JSON.stringify(told)), (thrown) => console.log(JSON.stringify({ code: thrown.code, message: thrown.message })));
`;
const entry = write("entry.js", ENTRY);

/** Holds what the program told to what it comes to. */
function holds(told, engines) {
  const { sentence, ...rest } = EXPECTED;
  const { sentence: said, ...others } = told;
  assert.deepEqual(others, { engines, ...rest });
  assert.ok(said.startsWith(sentence.says.en), said);
}

/** What a built script tells in Node, which has the functions of pages that it calls, and no file of the package beside it. */
async function ran(file) {
  const { stdout } = await run(process.execPath, [file], { cwd: "/" });
  return JSON.parse(stdout);
}

const WASM = ["wasm", "wasm"];

test("esbuild", async () => {
  await esbuild.build({ entryPoints: [entry], bundle: true, outfile: built("esbuild.js"), logLevel: "silent" });
  holds(await ran(built("esbuild.js")), WASM);
});

test("Rollup", async () => {
  const bundle = await rollup({
    input: entry,
    plugins: [resolve({ browser: true }), commonjs()],
    onLog: (level, { message }) => assert.fail(`${level}: ${message}`),
  });
  await bundle.write({ file: built("rollup.cjs"), format: "iife", name: "app" });
  holds(await ran(built("rollup.cjs")), WASM);
});

for (const [name, version] of [
  ["webpack-4", 4],
  ["webpack", 5],
]) {
  test(`webpack ${version}`, async () => {
    const webpack = require(name);
    const options = {
      mode: "production",
      target: "web",
      entry,
      output: { path: built(""), filename: `${name}.js`, ...(version === 4 && { hashFunction: "sha256" }) },
      performance: { hints: false },
    };
    const stats = await promisify(webpack)(options);
    const { errors, warnings } = stats.toJson({ all: false, errors: true, warnings: true });
    assert.deepEqual([errors, warnings], [[], []]);
    holds(await ran(built(`${name}.js`)), WASM);
  });
}

test("bun build", async () => {
  await run(bin("bun"), ["build", entry, "--target=browser", `--outfile=${built("bun.js")}`]);
  holds(await ran(built("bun.js")), WASM);
});

for (const environment of ["node", "jsdom"]) {
  test(`Jest, its environment ${environment}`, async () => {
    // Jest runs CommonJS: the app's own scripts are translated, and the package's are taken as they are.
    await esbuild.build({ entryPoints: [join(app, "program.js")], format: "cjs", outfile: join(app, "program.cjs") });
    write(
      "told.test.js",
      `const { run } = require("./program.cjs");
test("it runs", async () => {
  const told = await run(require("./given.json"));
  expect(told.engines).toEqual(["wasm", "wasm"]);
  expect([told.problems, told.report, told.colour, told.verdict]).toEqual(${JSON.stringify([
    EXPECTED.problems,
    EXPECTED.report,
    EXPECTED.colour,
    EXPECTED.verdict,
  ])});
});
`,
    );
    const { stderr } = await run(bin("jest"), ["--rootDir", app, "--env", environment, "--ci"], { cwd: app }).catch(
      (failed) => assert.fail(failed.stderr),
    );
    assert.match(stderr, /Tests: +1 passed/);
  });
}

/** A port that is free. */
const free = () =>
  new Promise((told) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => told(port));
    });
  });

test("workerd compiles nothing: it takes the engine as a module, or in JavaScript, and else there is a code", async (t) => {
  const worker = write(
    "worker.js",
    `import given from "./given.js";
import { run } from "./program.js";
import { init, engine } from "healthcode";
import { init as initDesk } from "healthcode/checkpoint";
import * as fallback from "healthcode/fallback";
import * as deskFallback from "healthcode/fallback/checkpoint";
import phone from "healthcode.wasm";
import checkpoint from "checkpoint.wasm";
const code = (promise) => promise.then(() => "started", ({ code }) => code);
const acts = {
  "/refused": async () => ({ inline: await code(run(given)), plain: [await code(init()), await code(initDesk())] }),
  "/module": async () => {
    await init({ module: phone });
    return { plain: engine(), ...(await run(given, { phone: { module: phone }, checkpoint: { module: checkpoint } })) };
  },
  "/javascript": () =>
    run(given, { phone: { fallback: async () => fallback }, checkpoint: { fallback: async () => deskFallback } }),
};
export default {
  async fetch(request) {
    return Response.json(await acts[new URL(request.url).pathname]());
  },
};
`,
  );
  await esbuild.build({
    entryPoints: [worker],
    bundle: true,
    format: "esm",
    conditions: ["workerd", "worker", "browser"],
    external: ["healthcode.wasm", "checkpoint.wasm"],
    outfile: built("worker.js"),
    logLevel: "silent",
  });
  for (const name of ["healthcode.wasm", "checkpoint.wasm"]) copyFileSync(join(installed, name), built(name));
  const port = await free();
  const config = write(
    "built/config.capnp",
    `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = (
    modules = [
      (name = "worker.js", esModule = embed "worker.js"),
      (name = "healthcode.wasm", wasm = embed "healthcode.wasm"),
      (name = "checkpoint.wasm", wasm = embed "checkpoint.wasm"),
    ],
    compatibilityDate = "2026-10-01",
  ))],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")],
);
`,
  );
  /** What a fresh worker answers: an engine starts once. */
  const ask = async (path) => {
    const said = [];
    const served = spawn(bin("workerd"), ["serve", config], { stdio: ["ignore", "ignore", "pipe"] });
    served.stderr.on("data", (text) => said.push(text));
    t.after(() => served.kill());
    for (let tries = 0; ; tries += 1) {
      try {
        const answer = await fetch(`http://127.0.0.1:${port}${path}`);
        const text = await answer.text();
        served.kill();
        await new Promise((gone) => served.once("exit", gone));
        assert.equal(answer.status, 200, text + said.join(""));
        return JSON.parse(text);
      } catch (thrown) {
        if (thrown instanceof assert.AssertionError || tries === 100) throw thrown;
        await new Promise((later) => setTimeout(later, 100));
      }
    }
  };
  assert.deepEqual(await ask("/refused"), { inline: "engine-refused", plain: ["engine-missing", "engine-missing"] });
  const { plain, ...told } = await ask("/module");
  assert.equal(plain, "wasm");
  holds(told, WASM);
  holds(await ask("/javascript"), ["javascript", "javascript"]);
});
