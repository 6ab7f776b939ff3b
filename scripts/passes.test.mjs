// The passes over the engine's module: what they put in is held against what the language does.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { widenCopies } from "./copies.mjs";
import { narrowProducts } from "./products.mjs";

const tools = process.env.HEALTHCODE_TOOLS ?? fileURLToPath(new URL("../.tools", import.meta.url));
const { default: binaryen } = await import(pathToFileURL(join(tools, "npm/node_modules/binaryen/index.js")).href);

/** A module of wasm-opt's making. */
function made(t, text, ...options) {
  const folder = mkdtempSync(join(tmpdir(), "healthcode-passes-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const [from, to] = [join(folder, "a.wat"), join(folder, "a.wasm")];
  writeFileSync(from, text);
  execFileSync("wasm-opt", [...options, "-g", from, "-o", to]);
  return binaryen.readBinary(readFileSync(to));
}

function exportsOf(module) {
  assert.ok(module.validate());
  return new WebAssembly.Instance(new WebAssembly.Module(module.emitBinary())).exports;
}

const any = (below) => Math.floor(Math.random() * below);

test("copies by words are copies, also where both overlap", (t) => {
  const copy = "(memory.copy (local.get 0) (local.get 1) (local.get 2))";
  const text = `(module (memory (export "memory") 1) (func (export "copy") (param i32 i32 i32) ${copy}))`;
  const module = made(t, text, "--enable-bulk-memory", "--llvm-memory-copy-fill-lowering");
  widenCopies(binaryen, module);
  const exports = exportsOf(module);
  const memory = new Uint8Array(exports.memory.buffer);
  for (let run = 0; run < 50_000; run += 1) {
    const [to, from, length] = [any(120), any(120), any(80)];
    for (let at = 0; at < 200; at += 1) memory[at] = any(256);
    const expected = memory.slice(0, 200).copyWithin(to, from, from + length);
    exports.copy(to, from, length);
    assert.ok(expected.every((byte, at) => memory[at] === byte), `${length} bytes from ${from} to ${to}`);
  }
  for (const beyond of [[65_530, 0, 10], [0, 65_530, 10], [70_000, 0, 0]]) assert.throws(() => exports.copy(...beyond), WebAssembly.RuntimeError);
});

test("products of 32-bit numbers are products", (t) => {
  const product = "(i64.mul (i64.extend_i32_u (local.get 0)) (i64.extend_i32_u (local.get 1)))";
  const half = (name, bits) => `(func (export "${name}") (param i32 i32) (result i32) (i32.wrap_i64 (i64.shr_u ${product} (i64.const ${bits}))))`;
  const module = made(t, `(module ${half("low", 0)} ${half("high", 32)})`);
  assert.equal(narrowProducts(binaryen, module), 2);
  const { low, high } = exportsOf(module);
  const edges = [0, 1, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xffffffff];
  const pairs = [...edges.flatMap((one) => edges.map((other) => [one, other])), ...Array.from({ length: 50_000 }, () => [any(2 ** 32), any(2 ** 32)])];
  for (const [one, other] of pairs) {
    const found = (BigInt(high(one, other) >>> 0) << 32n) | BigInt(low(one, other) >>> 0);
    assert.equal(found, BigInt(one) * BigInt(other));
  }
});
