// Bringing the engine up, and everything that can be wrong with it: each has a code and a sentence.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { brotliDecompressSync } from "node:zlib";
import { installed, projects, text } from "./installed.mjs";

const wasm = readFileSync(join(installed, "healthcode.wasm"));
const altered = () => {
  const bytes = new Uint8Array(wasm);
  bytes[bytes.length - 100] ^= 1;
  return bytes;
};

/** The entry as it is before anybody has called `init`. */
function fresh(path) {
  const require = createRequire(join(projects, "index.js"));
  const file = join(installed, path);
  delete require.cache[file];
  return require(file);
}

/** A mini-program's entry with these globals. */
function mini(path, globals) {
  const module = { exports: {} };
  new Function("module", "exports", ...Object.keys(globals), text(path))(
    module,
    module.exports,
    ...Object.values(globals),
  );
  return module.exports;
}

const instantiate = async (bytes, imports) => WebAssembly.instantiate(bytes, imports);
const loads = { instantiate: (_, imports) => instantiate(wasm, imports) };

/** As real hosts fail: they differ in what they throw. */
const fails = (reason) => ({ instantiate: async () => Promise.reject(reason) });

test("before init, everything is a plain error with a code", async () => {
  for (const healthcode of [
    fresh("node/index.cjs"),
    mini("miniprogram_dist/index.js", { WXWebAssembly: loads }),
    fresh("anywhere/index.js"),
  ]) {
    const { Holder, Qr, Verifier, maskIdentity, version, errorCodes } = healthcode;
    const roots = { keys: [], signers: 1 };
    const early = [
      () => new Holder(roots),
      () => Holder.restore(roots, new Uint8Array(1), 0),
      () => new Verifier(roots),
      () => new Qr("A"),
      () => maskIdentity("a", "b"),
      version,
      errorCodes,
      () => healthcode.drawQr({ surface: {}, width: 1, ratio: 1 }, "A"),
    ];
    for (const call of early) {
      assert.throws(call, (thrown) => {
        assert.equal(Object.getPrototypeOf(thrown), Error.prototype);
        assert.equal(thrown.code, "misuse-not-ready");
        return true;
      });
    }
    assert.equal(healthcode.engine(), undefined);
    await healthcode.init();
    assert.equal(healthcode.version(), JSON.parse(text("package.json")).version);
  }
});

test("init is one promise, whoever calls it", async () => {
  let loaded = 0;
  const WXWebAssembly = {
    instantiate: (_, imports) => {
      loaded += 1;
      return instantiate(wasm, imports);
    },
  };
  const healthcode = mini("miniprogram_dist/index.js", { WXWebAssembly, wx: {} });
  const [one, other] = [healthcode.init(), healthcode.init({ path: "/elsewhere.wasm" })];
  assert.equal(one, other);
  await Promise.all([one, other, healthcode.openFamily({ roots: { keys: ["0".repeat(64)], signers: 1 } })]);
  assert.equal(healthcode.init(), one);
  assert.equal(loaded, 1);
});

const WRONG = [
  ["an old base library", undefined, "engine-host-too-old"],
  [
    "a missing file, as an Error",
    fails(new Error("WXWebAssembly.instantiate:fail file not found /a.wasm")),
    "engine-missing",
  ],
  ["a missing file, as errMsg", fails({ errMsg: "instantiate:fail no such file or directory" }), "engine-missing"],
  ["a missing file, as a text", fails("文件不存在"), "engine-missing"],
  ["a file that is no module", fails(new Error("CompileError: expected magic word 00 61 73 6d")), "engine-damaged"],
  ["another module", { instantiate: async () => ({ instance: { exports: {} } }) }, "engine-damaged"],
  ["nothing at all", { instantiate: async () => ({}) }, "engine-damaged"],
  ["undefined", { instantiate: async () => undefined }, "engine-damaged"],
  [
    "a function that throws at once",
    {
      instantiate: () => {
        throw new Error("not found");
      },
    },
    "engine-missing",
  ],
];
for (const [path, name] of [
  ["miniprogram_dist/index.js", "WXWebAssembly"],
  ["douyin/index.js", "TTWebAssembly"],
  ["alipay/worker.js", "MYWebAssembly"],
]) {
  for (const [what, host, code] of WRONG) {
    test(`${name}: ${what} is ${code}, and can be tried again`, async () => {
      const globals = { [name]: host && { ...host } };
      const healthcode = mini(path, globals);
      await assert.rejects(healthcode.init(), (thrown) => {
        assert.equal(thrown.code, code);
        for (const language of ["zh-Hans", "en"]) assert.ok(healthcode.problemText(thrown, language).length > 8);
        return true;
      });
      assert.throws(() => healthcode.version(), { code: "misuse-not-ready" });
      await assert.rejects(healthcode.openPhone({ roots: { keys: [], signers: 1 } }), { code });
      if (host === undefined) return;
      globals[name].instantiate = loads.instantiate;
      await healthcode.init();
      assert.equal(healthcode.engine(), "wasm");
    });
  }
}

test("an engine of another version is not used", async () => {
  const other = text("miniprogram_dist/index.js").replaceAll(
    JSON.stringify(JSON.parse(text("package.json")).version),
    '"0.0.0-other"',
  );
  const module = { exports: {} };
  new Function("module", "exports", "WXWebAssembly", other)(module, module.exports, loads);
  await assert.rejects(module.exports.init(), { code: "engine-other-version" });
  assert.throws(() => module.exports.version(), { code: "misuse-not-ready" });
});

test("a mini-program has the texts of all codes, before its engine is there too", () => {
  const whole = fresh("node/index.cjs");
  for (const path of ["miniprogram_dist/index.js", "douyin/index.js", "alipay/worker.js", "anywhere/index.js"]) {
    const healthcode = mini(path, { WXWebAssembly: loads });
    assert.deepEqual(healthcode.knownCodes().sort(), whole.knownCodes().sort(), path);
    for (const code of whole.knownCodes()) assert.deepEqual(healthcode.errorText(code), whole.errorText(code));
  }
});

test("WeChat has the names of provinces and prefectures, and others those of counties besides", () => {
  const linesOf = (path) => fresh(path).placeLines().split("\n");
  const [wechat, alipay] = ["miniprogram_dist/index.js", "alipay/places.js"].map(linesOf);
  assert.equal(wechat[0], "code\tzh\ten");
  assert.ok(wechat.length > 350 && wechat.includes("4201\t武汉市\tWuhan"));
  assert.ok(alipay.length > 3000 && wechat.every((line) => alipay.includes(line)));
});

test("Node: a path, an address, bytes, a module; and what is wrong with them", async () => {
  const good = [
    {},
    { path: join(installed, "healthcode.wasm") },
    { path: pathToFileURL(join(installed, "healthcode.wasm")) },
    { path: pathToFileURL(join(installed, "healthcode.wasm")).href },
    { bytes: new Uint8Array(wasm) },
    { bytes: new Uint8Array(wasm).buffer },
    { bytes: new Uint8Array(brotliDecompressSync(readFileSync(join(installed, "healthcode.wasm.br")))) },
    { module: new WebAssembly.Module(wasm) },
  ];
  for (const from of good) {
    const healthcode = fresh("node/index.cjs");
    await healthcode.init(from);
    assert.equal(healthcode.engine(), "wasm");
  }
  const damaged = join(projects, "damaged.wasm");
  writeFileSync(damaged, altered());
  const bad = [
    [{ path: join(installed, "nowhere.wasm") }, "engine-missing"],
    [{ path: installed }, "engine-missing"],
    [{ path: damaged }, "engine-damaged"],
    [{ bytes: altered() }, "engine-damaged"],
    [{ bytes: new Uint8Array(wasm.subarray(0, 1000)) }, "engine-damaged"],
    [{ bytes: new Uint8Array() }, "engine-damaged"],
    [{ bytes: new Uint8Array(readFileSync(join(installed, "healthcode.wasm.br"))) }, "engine-damaged"],
    [{ module: new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])) }, "engine-damaged"],
  ];
  const healthcode = fresh("node/index.cjs");
  for (const [from, code] of bad) await assert.rejects(healthcode.init(from), { code });
  await healthcode.init();
});

/** Until the returned function is called, the host has no buffers of more than this many bytes. */
function little(most) {
  const { ArrayBuffer: Buffer } = globalThis;
  globalThis.ArrayBuffer = new Proxy(Buffer, {
    construct: (target, [length, ...more]) => {
      if (length > most) throw new RangeError("Array buffer allocation failed");
      return Reflect.construct(target, [length, ...more]);
    },
  });
  return () => {
    globalThis.ArrayBuffer = Buffer;
  };
}

test("without WebAssembly, more than the host has memory for is an error and no wrong answer", async (t) => {
  const healthcode = fresh("anywhere/index.js");
  const enough = little(16 << 20);
  t.after(enough);
  await healthcode.init();
  const roots = { keys: ["5b".repeat(32)], signers: 1 };
  const verifier = new healthcode.Verifier(roots);
  const state = new Uint8Array(20 << 20);
  assert.throws(() => healthcode.Holder.restore(roots, state, 0), { code: "engine-out-of-memory" });
  // What needs no more goes on; once there is memory, it grows as it is needed.
  for (let round = 0; round < 3; round += 1) {
    assert.equal(verifier.verify("x", 0).verdict, "undecided");
    assert.equal(healthcode.maskIdentity("张三丰", "330106190001010000").name, "**丰");
    if (round === 0) enough();
    else assert.throws(() => healthcode.Holder.restore(roots, state, 0), { code: "holder-state-damaged" });
  }
});
