// Bringing the engine up, and everything that can be wrong with it: each has a code and a sentence.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { Script } from "node:vm";
import { brotliDecompressSync } from "node:zlib";
import { same, some } from "./expected.mjs";
import { installed, projects, required, requiring, text, together } from "./installed.mjs";

const run = new Script(
  `${readFileSync(new URL("transcript.js", import.meta.url), "utf8")}\ntranscript`,
).runInThisContext();
/** As many vectors as take no seconds without WebAssembly. */
const few = some(12);

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
  const folder = join(file, "..");
  for (const cached of Object.keys(require.cache)) if (join(cached, "..") === folder) delete require.cache[cached];
  return require(file);
}

/** A mini-program's entry with these globals. */
function mini(path, globals) {
  return requiring((file, module, require) =>
    new Function("module", "exports", "require", ...Object.keys(globals), text(file))(
      module,
      module.exports,
      require,
      ...Object.values(globals),
    ),
  )(path);
}

const instantiate = async (bytes, imports) => WebAssembly.instantiate(bytes, imports);
const verifier = readFileSync(join(installed, "checkpoint.wasm"));
const loads = {
  instantiate: (path, imports) => instantiate(/checkpoint/.test(path) ? verifier : wasm, imports),
};

/** As real hosts fail: they differ in what they throw. */
const fails = (reason) => ({ instantiate: async () => Promise.reject(reason) });

test("before init, everything is a plain error with a code", async () => {
  for (const healthcode of [
    fresh("node/index.cjs"),
    mini("miniprogram_dist/index.js", { WXWebAssembly: loads }),
    fresh("anywhere/index.js"),
    fresh("node/checkpoint.cjs"),
    mini("miniprogram_dist/checkpoint.js", { WXWebAssembly: loads }),
    fresh("anywhere/checkpoint.js"),
  ]) {
    const { Holder, Qr, Verifier, maskIdentity, version, errorCodes } = healthcode;
    const roots = { keys: [], signers: 1 };
    const early = [
      ...(Holder
        ? [() => new Holder(roots), () => Holder.restore(roots, new Uint8Array(1), 0), () => maskIdentity("a", "b")]
        : [() => new Verifier(roots), () => Verifier.restore(roots, new Uint8Array(1), 0)]),
      () => new Qr("A"),
      version,
      errorCodes,
      () => healthcode.drawQr({ surface: {}, width: 1, ratio: 1 }, "A"),
    ];
    for (const call of early) {
      assert.throws(call, (thrown) => {
        assert.ok(thrown instanceof Error && thrown instanceof healthcode.HealthcodeError);
        assert.equal(thrown.code, "misuse-not-ready");
        return true;
      });
    }
    assert.equal(healthcode.engine(), undefined);
    await healthcode.init();
    assert.equal(healthcode.version(), JSON.parse(text("package.json")).version);
  }
});

test("messages name what was compared, though they are not in the engine", async () => {
  for (const healthcode of [
    fresh("node/index.cjs"),
    mini("miniprogram_dist/index.js", { WXWebAssembly: loads }),
    fresh("anywhere/index.js"),
  ]) {
    await healthcode.init();
    const { Holder, Qr, maskIdentity, errorCodes } = healthcode;
    for (const [call, code, message] of [
      [() => new Qr(""), "qr-empty", "the text is empty"],
      [() => new Qr("AB$c"), "qr-character", "character 3 is not in the alphanumeric set of QR codes"],
      [
        () => new Qr("A".repeat(4_000)),
        "qr-too-long",
        /^4000 characters do not fit into a symbol of version \d+ at level M$/,
      ],
      [() => maskIdentity(1, "2"), "misuse-argument", "the argument `name` does not match its type"],
    ])
      assert.throws(call, { name: "Error", code, message });
    const holder = new Holder({
      keys: ["d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"],
      signers: 1,
    });
    const { problem } = holder.load(new Uint8Array(9_000_000), 0);
    assert.deepEqual(problem, {
      code: "envelope-too-large",
      message: "9000000 bytes is more than a signed file may have",
    });
    assert.ok(errorCodes().includes("qr-empty") && errorCodes().length > 100);
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
  [
    "a file of nothing",
    fails(Object.assign(new Error("BufferSource argument is empty"), { name: "CompileError" })),
    "engine-damaged",
  ],
  ["a file that cannot be unpacked", fails({ errMsg: "instantiate:fail brotli decompress error" }), "engine-damaged"],
  [
    "a file that ends early, by numbers that could be an answer's status",
    fails(new WebAssembly.CompileError("section extends past end of the module (length 404, remaining bytes 4)")),
    "engine-damaged",
  ],
  [
    "a policy without WebAssembly",
    fails(new WebAssembly.CompileError("Wasm code generation disallowed by embedder")),
    "engine-refused",
  ],
  ["a host that does not say why", fails(new Error("WXWebAssembly.instantiate:fail")), "engine-refused"],
  ["a host without memory", fails(new RangeError("could not allocate memory")), "engine-refused"],
  ["a host that says nothing", fails(undefined), "engine-refused"],
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

/** A host that fails so many times before it starts the engine. */
function failing(times) {
  const host = {
    calls: 0,
    instantiate: (path, imports) => {
      host.calls += 1;
      return host.calls > times ? loads.instantiate(path, imports) : Promise.reject(new Error("instantiate:fail"));
    },
  };
  return host;
}
const fallback = async () => fresh("fallback/index.js");

for (const [path, gate, name] of [
  ["miniprogram_dist/index.js", "miniprogram_dist/checkpoint.js", "WXWebAssembly"],
  ["douyin/index.js", "douyin/checkpoint.js", "TTWebAssembly"],
  ["alipay/worker.js", "alipay/checkpoint-worker.js", "MYWebAssembly"],
]) {
  test(`${name} that refuses once is asked again, and after that the app's engine in JavaScript runs`, async () => {
    const once = failing(1);
    const started = mini(path, { [name]: once });
    await started.init({ fallback });
    assert.deepEqual([started.engine(), started.engineProblem(), once.calls], ["wasm", undefined, 2]);

    const twice = failing(2);
    const alone = mini(path, { [name]: twice });
    await assert.rejects(alone.init(), { code: "engine-refused" });
    assert.equal(twice.calls, 2);
    await alone.init();
    assert.equal(alone.engine(), "wasm", "when it is opened again");

    for (const host of [
      failing(2),
      failing(Infinity),
      fails("文件不存在"),
      { instantiate: async () => ({}) },
      undefined,
    ]) {
      const healthcode = mini(path, { [name]: host });
      await healthcode.init({ fallback });
      assert.equal(healthcode.engine(), "javascript");
      const { code, message } = healthcode.engineProblem();
      assert.match(code, /^engine-(refused|missing|damaged|host-too-old)$/);
      assert.ok(message.length > 10);
      if (host?.calls !== 2) continue;
      const gates = mini(gate, { [name]: failing(2) });
      await gates.init({ fallback: async () => fresh("fallback/checkpoint.js") });
      assert.equal(gates.engine(), "javascript");
      same(run(together(healthcode, gates), few), few);
    }
  });
}

test("Alipay's logic layer takes the standard WebAssembly where there is one that works, and always starts", async () => {
  const inside = {
    "alipay/index.js": "healthcode/inline/engine",
    "alipay/checkpoint.js": "healthcode/inline/checkpoint-engine",
  };
  for (const [path, module] of Object.entries(inside)) {
    const bytes = required(module).engineBytes();
    assert.deepEqual(bytes, new Uint8Array(path === "alipay/index.js" ? wasm : verifier));
    const broken = new Uint8Array(bytes);
    broken[100] ^= 1;
    const throws = (thrown) => ({ instantiate: () => Promise.reject(thrown) });
    for (const [WebAssembly, given, engine, code] of [
      [globalThis.WebAssembly, { bytes }, "wasm"],
      [globalThis.WebAssembly, { bytes: bytes.buffer }, "wasm"],
      [globalThis.WebAssembly, undefined, "javascript"],
      [globalThis.WebAssembly, { bytes: broken }, "javascript", "engine-damaged"],
      [undefined, { bytes }, "javascript", "engine-host-too-old"],
      [throws(new RangeError("no memory")), { bytes }, "javascript", "engine-refused"],
      [throws(undefined), { bytes }, "javascript", "engine-refused"],
      [{ instantiate: async () => undefined }, { bytes }, "javascript", "engine-damaged"],
      [{ instantiate: async () => ({ instance: { exports: {} } }) }, { bytes }, "javascript", "engine-damaged"],
    ]) {
      const healthcode = mini(path, { WebAssembly });
      await healthcode.init(given);
      assert.deepEqual([healthcode.engine(), healthcode.engineProblem()?.code], [engine, code], path);
    }
    await assert.rejects(mini(path, {}).init({ bytes: 5 }), { code: "misuse-argument" });
  }
});

test("an engine in JavaScript that cannot be loaded, or is another, has a code that names both causes", async () => {
  for (const [load, code] of [
    [() => Promise.reject(new Error("loadSubpackage:fail")), "engine-missing"],
    [() => Promise.reject(Object.assign(new Error("no module"), { code: "MODULE_NOT_FOUND" })), "engine-missing"],
    [
      () => {
        throw new Error("at once");
      },
      "engine-missing",
    ],
    [async () => undefined, "engine-damaged"],
    [async () => ({ default: {} }), "engine-damaged"],
    [async () => ({ fallbackEngine: async () => ({ kind: "javascript", exports: {} }) }), "engine-damaged"],
  ]) {
    const healthcode = mini("miniprogram_dist/index.js", { WXWebAssembly: failing(2) });
    await assert.rejects(healthcode.init({ fallback: load }), { code });
    assert.throws(() => healthcode.version(), { code: "misuse-not-ready" });
    assert.equal(healthcode.engineProblem(), undefined);
  }
  const healthcode = mini("miniprogram_dist/index.js", { WXWebAssembly: failing(2) });
  await healthcode.init({ fallback: async () => ({ default: await fallback() }) });
  assert.equal(healthcode.engine(), "javascript", "as some bundlers give it");
});

test("options that were given hold for the next try, also that of opening a phone", async () => {
  const asked = [];
  const WXWebAssembly = {
    instantiate: async (path, imports) => {
      asked.push(path);
      if (asked.length <= 2) throw new Error("instantiate:fail");
      return instantiate(wasm, imports);
    },
  };
  const healthcode = mini("miniprogram_dist/index.js", { WXWebAssembly, wx: {} });
  await assert.rejects(healthcode.init({ path: "/sub/healthcode.wasm.br" }), { code: "engine-refused" });
  await healthcode.openFamily({ roots: { keys: ["0".repeat(64)], signers: 1 } });
  assert.deepEqual(asked, Array(3).fill("/sub/healthcode.wasm.br"));
});

test("a path from before that is still wrong is left for the host's own, and one that is right by now is not", async () => {
  const own = "/miniprogram_npm/healthcode/healthcode.wasm.br";
  const there = new Set();
  const asked = [];
  const WXWebAssembly = {
    instantiate: async (path, imports) => {
      asked.push(path);
      if (!there.has(path)) throw new Error(`instantiate:fail file not found: ${path}`);
      return instantiate(wasm, imports);
    },
  };
  const healthcode = mini("miniprogram_dist/index.js", { WXWebAssembly, wx: {} });
  const given = "/sub/healthcode.wasm.br";
  there.add(own);
  await assert.rejects(healthcode.init({ path: given }), (thrown) => {
    assert.equal(thrown.code, "engine-missing");
    assert.ok(thrown.message.includes(given), "what was asked for is named, and nothing else is taken for it");
    return true;
  });
  there.clear();
  await assert.rejects(healthcode.init(), (thrown) => thrown.message.includes(given));
  // A subpackage that was loaded meanwhile.
  there.add(own).add(given);
  asked.length = 0;
  await healthcode.openFamily({ roots: { keys: ["0".repeat(64)], signers: 1 } });
  assert.deepEqual(asked, [given]);

  const other = mini("miniprogram_dist/index.js", { WXWebAssembly, wx: {} });
  await assert.rejects(other.init({ path: "/nowhere.wasm" }), { code: "engine-missing" });
  await other.init();
  assert.equal(asked.at(-1), own);
});

test("Node without WebAssembly, or where it is refused, runs the engine in JavaScript and says why", async (t) => {
  const program = `const h = require(${JSON.stringify(join(installed, "node/index.cjs"))});
    h.init().then(() => console.log(JSON.stringify([h.engine(), h.engineProblem().code, h.version()])));`;
  const { stdout } = await promisify(execFile)(process.execPath, ["--jitless", "-e", program]);
  const { version } = required("healthcode/package.json");
  assert.deepEqual(JSON.parse(stdout), ["javascript", "engine-host-too-old", version]);
  for (const [thrown, hint] of [
    [
      new WebAssembly.CompileError("WebAssembly.instantiate(): Wasm code generation disallowed by embedder"),
      /'wasm-unsafe-eval'/,
    ],
    [new WebAssembly.CompileError("call to WebAssembly.instantiate() blocked by CSP"), /'wasm-unsafe-eval'/],
    [new RangeError("WebAssembly.Memory(): could not allocate memory"), /could not allocate memory$/],
  ]) {
    const mocked = t.mock.method(WebAssembly, "instantiate", () => Promise.reject(thrown));
    const healthcode = fresh("node/index.cjs");
    await healthcode.init();
    mocked.mock.restore();
    assert.equal(healthcode.engine(), "javascript");
    assert.equal(healthcode.engineProblem().code, "engine-refused");
    assert.match(healthcode.engineProblem().message, hint);
  }
});

test("the build for web pages in a mini-program says what to import, even without TextDecoder", async (t) => {
  const { TextDecoder, TextEncoder } = globalThis;
  t.after(() => Object.assign(globalThis, { TextDecoder, TextEncoder }));
  const page = await import(join(installed, "web/index.mjs"));
  await assert.rejects(page.init(), { code: "engine-missing" }, "elsewhere it is the page's own fault");
  for (const [name, wanted] of [
    ["wx", "healthcode/wechat"],
    ["my", "healthcode/alipay"],
    ["tt", "healthcode/douyin"],
    ["swan", "healthcode/anywhere"],
  ]) {
    globalThis[name] = { getStorageSync() {} };
    delete globalThis.TextDecoder;
    delete globalThis.TextEncoder;
    const healthcode = await import(`${join(installed, "web/index.mjs")}?${name}`);
    await assert.rejects(healthcode.openPhone({ roots: { keys: ["0".repeat(64)], signers: 1 } }), (thrown) => {
      assert.equal(thrown.code, "misuse-wrong-build");
      assert.ok(thrown.message.includes(`"${wanted}"`), thrown.message);
      return true;
    });
    await assert.rejects(healthcode.init({ fallback }), { code: "misuse-wrong-build" }, "whatever else there is");
    delete globalThis[name];
  }
});

test("the build for web pages keeps no process alive by listening to other pages", async () => {
  const page = JSON.stringify(join(installed, "web/index.mjs"));
  const program = `import { hostAdaptors, openPhone } from ${page};
    hostAdaptors().storage.tell();
    await openPhone({ roots: { keys: ["${"0".repeat(64)}"], signers: 1 } }).catch(({ code }) => console.log(code));`;
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", program], {
    timeout: 30_000,
  });
  assert.equal(stdout, "engine-missing\n");
});

test("an entry takes no engine but its own, neither the other entry's bytes nor its module nor its translation", async () => {
  for (const [entry, bytes, other] of [
    ["node/index.cjs", verifier, "fallback/checkpoint.js"],
    ["node/checkpoint.cjs", wasm, "fallback/index.js"],
  ]) {
    const healthcode = fresh(entry);
    await assert.rejects(healthcode.init({ bytes }), { code: "engine-damaged" }, entry);
    await assert.rejects(
      healthcode.init({ module: await WebAssembly.compile(bytes) }),
      { code: "engine-damaged" },
      entry,
    );
    const fallback = async () => fresh(other);
    await assert.rejects(healthcode.init({ bytes, fallback }), { code: "engine-damaged" }, entry);
    await healthcode.init({});
    assert.equal(healthcode.engine(), "wasm", entry);
  }
});

test("an engine of another version is not used", async () => {
  const version = JSON.stringify(JSON.parse(text("package.json")).version);
  const load = requiring((path, module, require) => {
    const other = text(path).replaceAll(version, '"0.0.0-other"');
    new Function("module", "exports", "require", "WXWebAssembly", other)(module, module.exports, require, loads);
  });
  for (const path of ["miniprogram_dist/index.js", "miniprogram_dist/checkpoint.js"]) {
    const healthcode = load(path);
    await assert.rejects(healthcode.init(), { code: "engine-other-version" });
    assert.throws(() => healthcode.version(), { code: "misuse-not-ready" });
  }
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
  assert.equal(wechat[0], "code\tzh\ten\tpinyin\tfrom\tuntil\tbecame\talso");
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
  await healthcode.init({});
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
  const [phones, gates] = [fresh("anywhere/index.js"), required("healthcode/anywhere/checkpoint")];
  const healthcode = together(phones, gates);
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
