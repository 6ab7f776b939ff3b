// Hosts that have no page here: Douyin, and the workers of WeChat and Alipay. Each is a realm with the language's own objects, less
// what that host lacks, and the few functions that it documents; the package's files lie where its guides say.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { cp, mkdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { createContext, Script } from "node:vm";
import { brotliDecompressSync } from "node:zlib";
import { scratch } from "../../browser/readers.mjs";
import { serve } from "../../browser/server.mjs";
import { sentence, verify } from "./package.mjs";
import { work } from "./places.mjs";

const installed = join(work, "node", "node_modules", "healthcode");
const LACKING = ["globalThis", "WebAssembly", "BigInt64Array", "BigUint64Array", "SharedArrayBuffer", "Atomics"];
const SHADOWED = [
  "globalThis",
  "window",
  "self",
  "global",
  "document",
  "fetch",
  "XMLHttpRequest",
  "TextDecoder",
  "TextEncoder",
  "atob",
  "btoa",
  "crypto",
  "URL",
];
const WELL = {
  residence: "resident",
  home: "330106",
  temperature: 36.5,
  symptoms: ["none"],
  household_ill: false,
  contact: false,
  been_away: false,
};

/** A realm without what hosts lack. `load` runs a script of the code package as the host wraps it; `globals` get the realm's `bytes`. */
function realm(folder, globals) {
  const context = createContext({}, { codeGeneration: { strings: false, wasm: true } });
  const run = (code) => new Script(code).runInContext(context);
  const instantiate = run(
    "(function (instantiate) { return function (bytes, imports) { return instantiate(new Uint8Array(bytes).buffer, imports); }; })(WebAssembly.instantiate)",
  );
  const bytes = run("(function (bytes) { return new Uint8Array(bytes); })");
  const loaded = new Map();
  for (const name of LACKING) run(`delete this.${name}`);
  const wasm = async (path, imports) => {
    assert.equal(typeof path, "string");
    const content = await readFile(join(folder, path)).catch(() =>
      Promise.reject({ errMsg: `instantiate:fail no such file ${path}` }),
    );
    return instantiate(path.endsWith(".br") ? brotliDecompressSync(content) : content, imports);
  };
  Object.assign(context, globals({ wasm: { instantiate: wasm }, bytes }));
  return {
    bytes,
    script: (code, names) => run(`(function (${Object.keys(names).join()}) {${code}\n})`)(...Object.values(names)),
    load: async (path) => {
      const require = (file) => {
        if (!loaded.has(file)) {
          const module = { exports: {} };
          loaded.set(file, module);
          const names = ["module", "exports", "require", ...SHADOWED];
          const act = run(`(function (${names.join()}) {${readFileSync(join(folder, file), "utf8")}\n})`);
          act(module, module.exports, (other) => require(join(dirname(file), other)));
        }
        return loaded.get(file).exports;
      };
      return require(path);
    },
  };
}

/** The demo issuer's roots and clock. */
async function demo(issuer) {
  const { roots, clock } = await (await fetch(`${issuer.url}/demo.json`)).json();
  const ahead = Date.parse(clock.now) - Date.now();
  return { roots, clock: { now: () => Date.now() + ahead } };
}

/** From a new phone to a code that a checkpoint accepts; returns its text. */
async function goTheWay(healthcode, options, issuer) {
  const phone = await healthcode.openPhone(options);
  assert.deepEqual([...(await phone.refresh())], []);
  await phone.certify(healthcode.maskIdentity("测试员", "330106190001010000"));
  assert.equal((await phone.report({ ...WELL, temperature: 50 })).result, "rejected");
  assert.equal((await phone.report(WELL)).result, "accepted");
  const { code } = await phone.show();
  const symbol = new healthcode.Qr(code.text);
  assert.equal(symbol.modules().length, symbol.width ** 2);
  const { verdict, colour, name } = await verify(issuer.url, code.text);
  assert.deepEqual([verdict, colour, name], ["accepted", "green", "**员"]);
  return { phone, text: code.text };
}

/** A code package with the package's files where the guide has them copied. */
async function codePackage(t, copies) {
  const folder = await scratch(t);
  for (const [from, to] of copies) {
    await mkdir(join(folder, to, ".."), { recursive: true });
    await cp(join(installed, from), join(folder, to));
  }
  return folder;
}

/** `tt` as Douyin documents it: what of it the package uses. */
function douyin({ bytes }, { stored, refuse = {} }) {
  const answer = async (name, given, act) => {
    try {
      given.success?.(await act());
    } catch (thrown) {
      given.fail?.({ errMsg: `${name}:fail ${thrown.message}`, errNo: 1 });
    }
  };
  const say = (words) => {
    throw new Error(words);
  };
  return {
    getStorageSync: (key) => (stored.has(key) ? JSON.parse(stored.get(key)) : ""),
    setStorageSync: (key, data) => {
      if (refuse.storage) throw new Error("setStorageSync:fail exceed storage max size 10MB");
      const text = JSON.stringify(data);
      if (text.length > 1 << 20) throw new Error("setStorageSync:fail exceed storage item max length");
      stored.set(key, text);
    },
    removeStorageSync: (key) => void stored.delete(key),
    getStorageInfoSync: () => ({ keys: [...stored.keys()], currentSize: 1, limitSize: 10240 }),
    request: (given) =>
      answer("request", given, async () => {
        if (refuse.network) say("网络错误");
        const reply = await fetch(given.url, {
          method: given.method,
          body: given.data && Buffer.from(given.data),
          headers: { "content-type": "text/plain", ...given.header },
        });
        return { statusCode: reply.status, data: bytes(new Uint8Array(await reply.arrayBuffer())).buffer };
      }),
    scanCode: (given) => answer("scanCode", given, () => say(refuse.scan ?? "cancel")),
    getLocation: (given) => answer("getLocation", given, () => say(refuse.location ?? "auth deny")),
  };
}

const DOUYIN = [
  ["douyin/index.js", "healthcode/index.js"],
  ["healthcode.wasm.br", "healthcode/healthcode.wasm.br"],
];
const PATH = { path: "/healthcode/healthcode.wasm.br" };

/** Douyin with the two files copied as docs/douyin.md says, before `init`. */
async function onDouyin(t, state, { copies = DOUYIN, engine = true } = {}) {
  const folder = await codePackage(t, copies);
  const here = realm(folder, ({ wasm, bytes }) => ({
    tt: douyin({ bytes }, state),
    ...(engine && { TTWebAssembly: wasm }),
  }));
  return { ...here, healthcode: await here.load("healthcode/index.js") };
}

test("Douyin: the whole way without components, again without a network, and forgotten", async (t) => {
  const issuer = await serve(t, { folder: null });
  const { roots, clock } = await demo(issuer);
  const state = { stored: new Map(), refuse: {} };
  const { healthcode, bytes } = await onDouyin(t, state);
  await healthcode.init(PATH);
  const random = { bytes: async (length) => bytes(randomBytes(length)) };
  const options = { roots, server: issuer.url, adaptors: { clock, random } };
  await goTheWay(healthcode, options, issuer);

  state.refuse.network = true;
  const later = await onDouyin(t, state);
  await later.healthcode.init(PATH);
  const phone = await later.healthcode.openPhone({ ...options, adaptors: { clock } });
  assert.equal((await phone.show()).result, "shown");
  assert.equal((await verify(issuer.url, (await phone.show()).code.text)).verdict, "accepted");
  assert.deepEqual(
    [...(await phone.refresh())].map(({ code }) => code),
    ["network-unreachable"],
  );
  state.refuse.storage = true;
  await phone.addVisit({ place: "330106", arrive: "2020-02-19T08:00:00+08:00", leave: "2020-02-19T09:00:00+08:00" });
  assert.equal(later.healthcode.problemText(phone.storageProblem, "zh-Hans"), sentence("storage-full"));
  state.refuse.storage = false;
  await phone.forget();
  assert.equal(state.stored.size, 0);
});

test("Douyin: the guide's script opens a phone that has its certificate", async (t) => {
  const issuer = await serve(t, { folder: null });
  const { roots, clock } = await demo(issuer);
  const { healthcode, bytes, script } = await onDouyin(t, { stored: new Map(), refuse: {} });
  const [, code] = /```js\n([\s\S]*?)```/.exec(await readFile(join(installed, "docs", "douyin.md"), "utf8"));
  const require = (path) => (path === "./healthcode/index.js" ? healthcode : assert.fail(path));
  const random = { bytes: async (length) => bytes(randomBytes(length)) };
  const start = script(`Date.now = now;\n${code}\nreturn start;`, {
    require,
    roots,
    server: issuer.url,
    random,
    now: clock.now,
  });
  const phone = await start("测试员", "330106190001010000");
  assert.equal((await phone.report(WELL)).result, "accepted");
  assert.equal((await verify(issuer.url, (await phone.show()).code.text)).colour, "green");
});

test("Douyin: what can go wrong has its code, and its sentence in both languages", async (t) => {
  const issuer = await serve(t, { folder: null });
  const { roots, clock } = await demo(issuer);
  const state = { stored: new Map(), refuse: {} };
  const { healthcode } = await onDouyin(t, state);
  const codes = async (expected, act) => {
    const thrown = await act().then(
      () => assert.fail(`nothing was thrown for ${expected}`),
      (thrown) => thrown,
    );
    assert.equal(thrown.code, expected);
    for (const language of ["zh-Hans", "en"])
      assert.equal(healthcode.problemText(healthcode.problemOf(thrown), language), sentence(expected, language));
  };
  await codes("misuse-not-ready", async () => new healthcode.Holder([]));
  await codes("engine-missing", () => healthcode.init());
  await codes("engine-missing", () => healthcode.init({ path: "/elsewhere.wasm.br" }));
  await healthcode.init(PATH);
  const phone = await healthcode.openPhone({ roots, server: issuer.url, adaptors: { clock } });
  await phone.refresh();
  await codes("random-missing", () => phone.certify(healthcode.maskIdentity("测试员", "330106190001010000")));
  const { scan, location } = healthcode.hostAdaptors();
  await codes("scan-cancelled", () => scan.scan());
  state.refuse.scan = "auth deny";
  await codes("scan-denied", () => scan.scan());
  await codes("location-denied", () => location.where());
  state.refuse.location = "system permission denied";
  await codes("location-off", () => location.where());
  await codes("key-malformed", () => healthcode.openPhone({ roots: { keys: ["00"], signers: 1 } }));

  const old = await onDouyin(t, state, { engine: false });
  await codes("engine-host-too-old", () => old.healthcode.init(PATH));
  const damaged = await onDouyin(t, state, { copies: [DOUYIN[0], ["package.json", "healthcode/healthcode.wasm"]] });
  await codes("engine-damaged", () => damaged.healthcode.init({ path: "/healthcode/healthcode.wasm" }));
});

/** What a page hands to its worker: messages between them are yours, so here it is plain functions. */
function handedOver({ bytes }, memory) {
  return {
    storage: memory,
    random: { bytes: async (length) => bytes(randomBytes(length)) },
    network: {
      ask: async ({ url, body, type }) => {
        const reply = await fetch(
          url,
          body === undefined ? {} : { method: "POST", body: Buffer.from(body), headers: { "content-type": type } },
        );
        return { status: reply.status, body: bytes(new Uint8Array(await reply.arrayBuffer())) };
      },
    },
  };
}

/** WeChat's scripts copied into the folder of a worker, as docs/wechat.md says; the engines lie where they were. */
const IN_WORKER = [
  ...["index.js", "checkpoint.js", "common.js", "places.js"].map((name) => [
    `miniprogram_dist/${name}`,
    `workers/healthcode/${name}`,
  ]),
  ...["healthcode.wasm.br", "checkpoint.wasm.br"].map((name) => [
    `miniprogram_dist/${name}`,
    `miniprogram_npm/healthcode/${name}`,
  ]),
];

const WORKERS = {
  WeChat: {
    copies: IN_WORKER,
    entry: "workers/healthcode/index.js",
    gate: "workers/healthcode/checkpoint.js",
    engine: "WXWebAssembly",
    own: {},
  },
  // Newer base libraries give workers a little of `wx`.
  "newer WeChat": {
    copies: IN_WORKER,
    entry: "workers/healthcode/index.js",
    gate: "workers/healthcode/checkpoint.js",
    engine: "WXWebAssembly",
    own: { wx: { getFileSystemManager: () => ({}), createSharedArrayBuffer: () => ({}) } },
  },
  Alipay: {
    copies: ["alipay/worker.js", "alipay/checkpoint-worker.js", "healthcode.wasm", "checkpoint.wasm"].map((path) => [
      path,
      `node_modules/healthcode/${path}`,
    ]),
    entry: "node_modules/healthcode/alipay/worker.js",
    gate: "node_modules/healthcode/alipay/checkpoint-worker.js",
    engine: "MYWebAssembly",
    own: {},
  },
};

for (const [host, { copies, entry, gate, engine, own }] of Object.entries(WORKERS)) {
  test(`the worker of ${host}: the whole way with what the page hands over, and what is not there is told`, async (t) => {
    const issuer = await serve(t, { folder: null });
    const { roots, clock } = await demo(issuer);
    const folder = await codePackage(t, copies);
    const here = realm(folder, ({ wasm }) => ({ [engine]: wasm, ...own }));
    const healthcode = await here.load(entry);
    const alone = await healthcode.openPhone({ roots });
    assert.equal(alone.storageProblem.code, "storage-unavailable");
    const told = async (act) =>
      act().then(
        () => "nothing",
        ({ code }) => code,
      );
    const { scan, location, network, random, canvas } = healthcode.hostAdaptors();
    const codes = await Promise.all(
      [
        () => scan.scan(),
        () => location.where(),
        () => network.ask({ url: "https://health.example/" }),
        () => random.bytes(32),
        () => canvas.find("#qr"),
      ].map(told),
    );
    assert.deepEqual(codes, [
      "scan-missing",
      "location-missing",
      "network-unreachable",
      "random-missing",
      "canvas-missing",
    ]);
    const options = { roots, server: issuer.url, adaptors: { clock, ...handedOver(here, healthcode.memoryStorage()) } };
    await goTheWay(healthcode, options, issuer);
    const desk = await (await here.load(gate)).openCheckpoint(options);
    assert.equal((await desk.refresh()).length, 0);
    assert.equal(desk.verify("JK1:").verdict, "refused");
  });
}
