// The passes over the engine's module: what they put in is held against what the language does.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { widenCopies } from "./copies.mjs";
import { floatField } from "./field.mjs";
import { splitRotations } from "./rotations.mjs";

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
    assert.ok(
      expected.every((byte, at) => memory[at] === byte),
      `${length} bytes from ${from} to ${to}`,
    );
  }
  for (const beyond of [
    [65_530, 0, 10],
    [0, 65_530, 10],
    [70_000, 0, 0],
  ])
    assert.throws(() => exports.copy(...beyond), WebAssembly.RuntimeError);
});

test("elements of the field are multiplied, squared and brought back to their size", () => {
  const module = binaryen.readBinary(
    readFileSync(fileURLToPath(new URL("../pkg-template/src/engine/core/healthcode.wasm", import.meta.url))),
  );
  for (const [name, internal] of Object.entries(floatField(binaryen, module))) module.addFunctionExport(internal, name);
  assert.ok(module.validate());
  const compiled = new WebAssembly.Module(module.emitBinary());
  const nothing = Object.fromEntries(WebAssembly.Module.imports(compiled).map(({ name }) => [name, () => {}]));
  const { memory, multiply, square, reduce } = new WebAssembly.Instance(compiled, { "./healthcode_bg.js": nothing })
    .exports;
  const start = memory.grow(1) << 16;
  const [out, left, right] = [start, start + 256, start + 512];
  const view = new DataView(memory.buffer);

  const prime = 2n ** 255n - 19n;
  const sumOf = (limbs) => limbs.reduce((all, limb, at) => all + (limb << BigInt(Math.ceil(25.5 * at))), 0n) % prime;
  /** The most that a limb may hold before a product: 1.75 bits more than its own. */
  const most = (limb) => Math.floor(2 ** ((limb % 2 === 0 ? 26 : 25) + 1.75)) - 1;
  const element = (of) => Array.from({ length: 10 }, (_, limb) => BigInt(of(limb)));
  const write = (to, limbs) => limbs.forEach((limb, at) => view.setUint32(to + 4 * at, Number(limb), true));
  const limbsAt = (from) => element((limb) => view.getUint32(from + 4 * limb, true));
  const sumsAt = (from) => Array.from({ length: 10 }, (_, limb) => view.getBigUint64(from + 8 * limb, true));
  const reduced = () => {
    const limbs = limbsAt(out);
    limbs.forEach((limb, at) => assert.ok(limb < 1.005 * 2 ** (at % 2 === 0 ? 26 : 25), `limb ${at} is ${limb}`));
    return sumOf(limbs);
  };
  const edges = [
    () => 0,
    () => 1,
    most,
    (limb) => (limb === 0 ? 1 : 0),
    (limb) => 2 ** (limb % 2 === 0 ? 26 : 25) - 1,
    (limb) => (limb === 9 ? most(9) : 0),
  ].map(element);
  const random = () => element((limb) => any(most(limb) + 1));
  const pairs = [
    ...edges.flatMap((one) => edges.map((other) => [one, other])),
    ...Array.from({ length: 10_000 }, () => [random(), random()]),
  ];
  for (const [one, other] of pairs) {
    const told = `${one} by ${other}`;
    write(left, one);
    write(right, other);
    multiply(out, left, right);
    assert.equal(reduced(), (sumOf(one) * sumOf(other)) % prime, told);
    square(right, left);
    const sums = sumsAt(right);
    assert.equal(sumOf(sums), sumOf(one) ** 2n % prime, told);
    reduce(out, right);
    assert.equal(reduced(), sumOf(sums), told);
  }
  for (const of of [
    () => 2n ** 64n - 1n,
    (limb) => (limb === 9 ? 2n ** 64n - 1n : 0n),
    () => (BigInt(any(2 ** 32)) << 32n) | BigInt(any(2 ** 32)),
  ]) {
    for (let run = 0; run < 3_000; run += 1) {
      const sums = element(of);
      sums.forEach((sum, limb) => view.setBigUint64(left + 8 * limb, sum, true));
      reduce(out, left);
      assert.equal(reduced(), sumOf(sums), `${sums}`);
    }
  }
});

test("rotations of 64-bit numbers by constants are rotations", (t) => {
  const by = [0, 1, 31, 32, 33, 63, 64, 70];
  const both = by.flatMap((count) => ["rotl", "rotr"].map((kind) => [`${kind}${count}`, kind, count]));
  const rotate = ([name, kind, count]) =>
    `(func (export "${name}") (param i64) (result i64) (i64.${kind} (local.get 0) (i64.const ${count})))`;
  const nested = `(func (export "nested") (param i64) (result i64) (i64.rotl (i64.xor (local.get 0) (i64.rotr (local.get 0) (i64.const 5))) (i64.const 9)))`;
  const other = `(func (export "other") (param i64 i64) (result i64) (i64.rotl (local.get 0) (local.get 1)))`;
  const module = made(t, `(module ${both.map(rotate).join("")} ${nested} ${other})`);
  assert.equal(splitRotations(binaryen, module), both.length + 2);
  assert.equal(module.emitText().split(/i64\.rot[lr]/).length - 1, 1, "what no constant is rotated by stays");
  const found = exportsOf(module);
  const left = (value, count) =>
    BigInt.asUintN(64, (value << BigInt(count % 64)) | (value >> BigInt((64 - (count % 64)) % 64)));
  for (const value of [
    0n,
    1n,
    2n ** 63n,
    2n ** 64n - 1n,
    0x0123456789abcdefn,
    ...Array.from({ length: 1_000 }, () => (BigInt(any(2 ** 32)) << 32n) | BigInt(any(2 ** 32))),
  ]) {
    const held = (name, expected, ...given) =>
      assert.equal(BigInt.asUintN(64, found[name](...given)), expected, `${name} of ${value}`);
    for (const [name, kind, count] of both) held(name, left(value, kind === "rotl" ? count : 128 - count), value);
    held("nested", left(value ^ left(value, 59), 9), value);
    held("other", left(value, 17), value, 17n);
  }
});
