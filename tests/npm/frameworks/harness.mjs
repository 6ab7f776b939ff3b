// Builds a sample app with its framework's own tools, from the packed package, in a folder of its own.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cp, mkdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { serve } from "../../browser/server.mjs";
import { list } from "../hosts/files.mjs";
import { examples, tarball } from "../hosts/places.mjs";

const run = promisify(execFile);
const here = fileURLToPath(new URL(".", import.meta.url));

/** An issuer, its root keys, and a line that turns a phone's own clock to its time: no adaptor stands in for it here. */
export async function issue(t) {
  const { url } = await serve(t, { folder: null });
  const { roots, clock } = await (await fetch(`${url}/demo.json`)).json();
  return { url, roots, turn: `Date.now = ((real) => () => real() + ${Date.parse(clock.now) - Date.now()})(Date.now);` };
}

/** What the sample's package.json asks for, besides the package, is what is installed in the framework's folder here. */
async function same(name) {
  const manifest = async (path) => JSON.parse(await readFile(path, "utf8"));
  const {
    dependencies: { healthcode: _, ...dependencies },
    devDependencies,
  } = await manifest(join(examples, name, "package.json"));
  const tools = await manifest(join(here, name, "package.json"));
  assert.deepEqual(
    { dependencies, devDependencies },
    { dependencies: tools.dependencies, devDependencies: tools.devDependencies },
  );
}

/** A copy of the sample below its framework's tools, with the packed package installed and `values`, if any, in its config.js. */
export async function sample(name, values) {
  await same(name);
  const folder = join(here, name, "work");
  const installed = join(folder, "node_modules", "healthcode");
  await rm(folder, { recursive: true, force: true });
  const left = (path) => !/[/\\](node_modules|dist|\.next)$/.test(path);
  await cp(join(examples, name), folder, { recursive: true, filter: left });
  await mkdir(installed, { recursive: true });
  await run("tar", ["-xzf", await tarball(), "-C", installed, "--strip-components=1"]);
  if (Object.keys(values).length === 0) return folder;
  const config = join(folder, "src", "config.js");
  let text = await readFile(config, "utf8");
  for (const [key, value] of Object.entries(values)) {
    const line = new RegExp(`^  ${key}: .*,$`, "m");
    assert.match(text, line);
    text = text.replace(line, () => `  ${key}: ${JSON.stringify(value)},`);
  }
  await writeFile(config, text);
  return folder;
}

/** Runs a framework's command in the app's folder. What it said, and how long it took in seconds. */
export async function built(folder, command, args, env = {}) {
  const began = Date.now();
  const bin = join(folder, "..", "node_modules", ".bin", command);
  const { stdout, stderr } = await run(bin, args, {
    cwd: folder,
    env: { ...process.env, NODE_ENV: "production", ...env },
    maxBuffer: 1 << 26,
  }).catch((failed) => assert.fail(`${failed.message}\n${failed.stdout}`));
  return { said: stdout + stderr, seconds: Math.round((Date.now() - began) / 1000) };
}

/** How large the app is without source maps, in kB, and how much of that are files of the package. */
export async function measured(folder) {
  let [all, own] = [0, 0];
  for (const path of (await list(folder)).filter((path) => !path.endsWith(".map"))) {
    const { size } = await stat(join(folder, path));
    all += size;
    if (/(^|\/)healthcode\//.test(path)) own += size;
  }
  return { all: Math.round(all / 1000), own: Math.round(own / 1000) };
}

/** A row of the table in docs/frameworks.md. */
export function row(t, framework, target, { seconds }, { all, own }) {
  t.diagnostic(`| ${framework} | ${target} | ${seconds} s | ${all} kB | ${own} kB |`);
}

/** What a checkpoint with the issuer's files and clock concludes from a text, by the package that is installed in the app. */
export async function verify(folder, issuer, text) {
  const entry = (name) => import(pathToFileURL(join(folder, "node_modules", "healthcode", "node", `${name}.mjs`)).href);
  const [{ memoryStorage }, { openCheckpoint }] = [await entry("index"), await entry("checkpoint")];
  const { roots, clock } = await (await fetch(`${issuer.url}/demo.json`)).json();
  const adaptors = { clock: { now: () => Date.parse(clock.now) }, storage: memoryStorage() };
  const checkpoint = await openCheckpoint({ roots, server: issuer.url, adaptors });
  assert.deepEqual([...(await checkpoint.refresh())], []);
  const { verdict, colour, name } = checkpoint.verify(text);
  checkpoint.close();
  assert.deepEqual([verdict, colour, name], ["accepted", "green", "**员"]);
}
