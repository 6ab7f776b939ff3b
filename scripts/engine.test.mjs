// The engine's module: the field's arithmetic that is put into its translation is held against what the language does, and the
// gate against modules that it must refuse.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { floatField } from "./field.mjs";
import { faults } from "./gate.mjs";

const tools = process.env.HEALTHCODE_TOOLS ?? fileURLToPath(new URL("../.tools", import.meta.url));
const { default: binaryen } = await import(pathToFileURL(join(tools, "npm/node_modules/binaryen/index.js")).href);
const engine = readFileSync(fileURLToPath(new URL("../pkg-template/src/engine/core/healthcode.wasm", import.meta.url)));

const any = (below) => Math.floor(Math.random() * below);

test("elements of the field are multiplied, squared and brought back to their size", () => {
  const module = binaryen.readBinary(engine);
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
  const numberOf = (limbs) => limbs.reduce((all, limb, at) => all + (limb << BigInt(Math.ceil(25.5 * at))), 0n) % prime;
  /** The most that a limb may hold before a product: 1.75 bits more than its own. */
  const most = (limb) => Math.floor(2 ** ((limb % 2 === 0 ? 26 : 25) + 1.75)) - 1;
  const element = (of) => Array.from({ length: 10 }, (_, limb) => BigInt(of(limb)));
  const write = (to, limbs) => limbs.forEach((limb, at) => view.setUint32(to + 4 * at, Number(limb), true));
  const limbsAt = (from) => element((limb) => view.getUint32(from + 4 * limb, true));
  const sumsAt = (from) => Array.from({ length: 10 }, (_, limb) => view.getBigUint64(from + 8 * limb, true));
  const reduced = () => {
    const limbs = limbsAt(out);
    limbs.forEach((limb, at) => assert.ok(limb < 1.005 * 2 ** (at % 2 === 0 ? 26 : 25), `limb ${at} is ${limb}`));
    return numberOf(limbs);
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
    assert.equal(reduced(), (numberOf(one) * numberOf(other)) % prime, told);
    square(right, left);
    const sums = sumsAt(right);
    assert.equal(numberOf(sums), numberOf(one) ** 2n % prime, told);
    reduce(out, right);
    assert.equal(reduced(), numberOf(sums), told);
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
      assert.equal(reduced(), numberOf(sums), `${sums}`);
    }
  }
});

test("the gate lets the engine through, and nothing that a host would stumble over", () => {
  const made = (text) => faults(binaryen.parseText(`(module ${text})`).emitBinary());
  const [memory, once] = ['(memory (export "memory") 1)', '(func (export "one"))'];
  assert.deepEqual(faults(engine), []);
  assert.deepEqual(made(`(import "./healthcode_bg.js" "f" (func)) ${memory} ${once}`), []);
  const refused = [
    ['(import "env" "f" (func))', "imports the function f of env"],
    ['(import "./healthcode_bg.js" "m" (memory 1))', "imports the memory m of ./healthcode_bg.js"],
    ['(global (export "g") i32 (i32.const 0))', "exports the global g"],
    ['(table (export "t") 1 funcref)', "exports the table t"],
    ['(func (export "one") (export "other"))', "exports one function as one, other"],
    ['(memory 1) (data (i32.const 0) "x/home/me/src/lib.rs:")', "names the source x/home/me/src/lib.rs"],
  ];
  for (const [text, fault] of refused) assert.deepEqual(made(text), [fault]);
});

test("the engine asks for the codes of errors, and has none of them in it", () => {
  const sentences = readFileSync(fileURLToPath(new URL("../src/error/sentences.js", import.meta.url)), "utf8");
  const codes = [...sentences.matchAll(/^ {2}"([a-z-]+)":/gm)].map(([, code]) => code);
  assert.ok(codes.length > 100);
  const text = engine.toString("latin1");
  assert.deepEqual(
    codes.filter((code) => text.includes(code)),
    [],
  );
});
