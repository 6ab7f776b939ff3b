// What the adaptors make of what hosts do, by fakes as strict as the vendors' documentation.
import assert from "node:assert/strict";
import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { all } from "./expected.mjs";
import { both, required, root } from "./installed.mjs";
import { clockAt, enrolled, options, server } from "./phone.mjs";

const wechat = required("healthcode/wechat");
const alipay = required("healthcode/alipay");
const node = both("healthcode");
const { journey } = all;

test("bytes of a server are one part of what a key is made of: with the same ones no two phones have the same", async () => {
  const { pooledRandom } = alipay;
  for (const entry of ["healthcode/douyin", "healthcode/anywhere", "healthcode/alipay"])
    assert.equal(typeof required(entry).pooledRandom, "function", entry);
  const storage = node.memoryStorage();
  const server = { bytes: async (length) => new Uint8Array(length).fill(7) };
  const given = new Set();
  const draw = async (random, length = 32) => {
    const bytes = await random.bytes(length);
    assert.equal(bytes.length, length);
    given.add(Buffer.from(bytes).toString("hex"));
  };
  const pools = new Set();
  for (const random of [pooledRandom(server, storage), pooledRandom(server, storage)]) {
    for (let time = 0; time < 4; time += 1) {
      await draw(random);
      pools.add(await storage.get("healthcode.pool"));
    }
  }
  await draw(pooledRandom(server, node.memoryStorage()));
  await draw(pooledRandom(server, storage), 100);
  assert.deepEqual([given.size, pools.size], [10, 8]);
  for (const pool of pools)
    assert.ok(![...given].some((bytes) => bytes.includes(pool)), "the pool says nothing of them");

  // Where the language's own numbers and the clock stand still, the pool and the server's bytes are what is left.
  const { random, now } = { random: Math.random, now: Date.now };
  const still = async (storage, server) => {
    Math.random = () => 0.5;
    Date.now = () => 5;
    try {
      return Buffer.from(await pooledRandom(server, storage).bytes(32)).toString("hex");
    } finally {
      Object.assign(Math, { random });
      Date.now = now;
    }
  };
  const other = { bytes: async (length) => new Uint8Array(length).fill(8) };
  const [kept, fresh] = [node.memoryStorage(), node.memoryStorage()];
  const [one, two] = [await still(kept, server), await still(kept, server)];
  assert.notEqual(one, two);
  assert.equal(await still(fresh, server), one);
  assert.notEqual(await still(node.memoryStorage(), other), one);

  // Never weaker in silence.
  for (const bytes of [async () => new Uint8Array(5), async () => undefined, async () => "0".repeat(32)])
    await assert.rejects(pooledRandom({ bytes }, storage).bytes(32), { code: "random-missing" });
  const failing = { ...storage, set: () => Promise.reject(new Error("full")) };
  await assert.rejects(pooledRandom(server, failing).bytes(32), { code: "storage-unavailable" });
  for (const [a, b] of [
    [undefined, storage],
    [{}, storage],
    [server, undefined],
    [server, {}],
  ])
    assert.throws(() => pooledRandom(a, b), { code: "misuse-argument" });
  const opened = options(node.memoryStorage(), { random: pooledRandom(server, node.memoryStorage()) });
  assert.equal((await enrolled(node, opened)).identity.digits, "428X");
});

/** WeChat's storage: one value to 1 MB, all to 10 MB, what is missing comes as an empty text. */
function wechatStore({ total = 10 * 1024 * 1024 } = {}) {
  const values = new Map();
  const size = () => [...values].reduce((sum, [key, value]) => sum + key.length + JSON.stringify(value).length, 0);
  return {
    values,
    getStorageSync: (key) => values.get(key) ?? "",
    setStorageSync: (key, value) => {
      if (JSON.stringify(value).length > 1024 * 1024) throw { errMsg: "setStorageSync:fail entry size limit reached" };
      const before = values.get(key);
      values.set(key, value);
      if (size() <= total) return;
      if (before === undefined) values.delete(key);
      else values.set(key, before);
      throw { errMsg: "setStorageSync:fail storage size exceeds the limit" };
    },
    removeStorageSync: (key) => void values.delete(key),
    getStorageInfoSync: () => ({ keys: [...values.keys()], currentSize: size() >> 10, limitSize: total >> 10 }),
  };
}

/**
 * The same with encryption, from base library 2.21.3 on: AES-128, only by the asynchronous functions, which have to be told
 * on both ways. A value has 0.7 MB at most then.
 */
function encryptingStore(store = wechatStore()) {
  const secret = randomBytes(16);
  const failed = (name, thrown) => ({ errMsg: `${name}:fail ${thrown.errMsg ?? thrown.message}` });
  return {
    ...store,
    canIUse: (schema) => ["setStorage.object.encrypt", "getStorage.object.encrypt"].includes(schema),
    setStorage: ({ key, data, encrypt, success, fail }) => {
      assert.equal(encrypt, true);
      try {
        const text = JSON.stringify(data);
        if (text.length > 0.7 * 1024 * 1024) throw { errMsg: "entry size limit reached" };
        const iv = randomBytes(16);
        const cipher = createCipheriv("aes-128-cbc", secret, iv);
        store.setStorageSync(key, Buffer.concat([iv, cipher.update(text), cipher.final()]).toString("base64"));
        setImmediate(success, { errMsg: "setStorage:ok" });
      } catch (thrown) {
        setImmediate(fail, failed("setStorage", thrown));
      }
    },
    getStorage: ({ key, encrypt, success, fail }) => {
      assert.equal(encrypt, true);
      try {
        const bytes = Buffer.from(store.getStorageSync(key), "base64");
        if (bytes.length === 0) throw { errMsg: "data not found" };
        const decipher = createDecipheriv("aes-128-cbc", secret, bytes.subarray(0, 16));
        const data = JSON.parse(Buffer.concat([decipher.update(bytes.subarray(16)), decipher.final()]).toString());
        setImmediate(success, { data });
      } catch (thrown) {
        setImmediate(fail, failed("getStorage", thrown));
      }
    },
  };
}

/** Alipay's storage: one value to 200 KB; failures are returned, and what is missing is null. */
function alipayStore() {
  const values = new Map();
  return {
    values,
    getStorageSync: ({ key }) => ({ data: values.get(key) ?? null, success: true }),
    setStorageSync: ({ key, data }) => {
      if (JSON.stringify(data).length > 200 * 1024)
        return { success: false, error: 15, errorMessage: "超出单个 key 的存储上限" };
      values.set(key, data);
      return { success: true };
    },
    removeStorageSync: ({ key }) => ({ success: values.delete(key) || true }),
    getStorageInfoSync: () => ({ keys: [...values.keys()], currentSize: 1, limitSize: 10240, success: true }),
  };
}

for (const [host, storage, values] of [
  [
    "WeChat",
    ...(() => {
      const store = wechatStore();
      return [wechat.wechatStorage(store), store.values];
    })(),
  ],
  [
    "WeChat with encryption",
    ...(() => {
      const store = encryptingStore();
      return [wechat.wechatStorage(store), store.values];
    })(),
  ],
  [
    "Alipay",
    ...(() => {
      const store = alipayStore();
      return [alipay.alipayStorage(store), store.values];
    })(),
  ],
]) {
  test(`${host}: a phone's state fits the storage's limits, comes back, and goes`, async () => {
    const opened = options(storage);
    const phone = await node.openPhone(opened);
    assert.deepEqual(await phone.refresh(), []);
    assert.equal(phone.storageProblem, undefined);
    const again = await node.openPhone(opened);
    assert.deepEqual(again.holder.files(), phone.holder.files());
    const large = "A".repeat(storage.most);
    await storage.set("healthcode.large", large);
    assert.equal(await storage.get("healthcode.large"), large, "the largest value that is promised fits");
    await storage.remove("healthcode.large");
    assert.equal(await storage.get("healthcode.large"), undefined);
    await phone.forget();
    assert.equal(values.size, 0);
  });
}

/** A phone's data as text, in the clear: each copy begins so. */
const CLEAR = /^AQAAA/;

test("WeChat encrypts all that is written, and what was there before as it is written again", async () => {
  const store = wechatStore();
  const cleared = [];
  const removed = new Map();
  const traced = {
    ...store,
    setStorageSync: (key, value) => {
      cleared.push([key, value]);
      store.setStorageSync(key, value);
    },
    removeStorageSync: (key) => {
      removed.set(key, store.values.get(key));
      store.removeStorageSync(key);
    },
  };
  const before = await enrolled(node, options(wechat.wechatStorage(traced)));
  assert.ok([...store.values.values()].some((value) => CLEAR.test(value)));
  cleared.length = 0;
  removed.clear();
  const host = encryptingStore(traced);
  // It writes what it encrypts by itself.
  const sealing = { ...host, setStorage: (given) => encryptingWrites(() => host.setStorage(given)) };
  let sealed = 0;
  const encryptingWrites = (act) => {
    const { length } = cleared;
    act();
    sealed += cleared.length - length;
    cleared.length = length;
  };
  const opened = options(wechat.wechatStorage(sealing));
  const phone = await node.openPhone(opened);
  assert.deepEqual(phone.holder.files(), before.holder.files(), "it is read as it is");
  assert.equal(phone.holder.publicKey(), before.holder.publicKey());
  const visit = { place: "330106", arrive: "2020-02-11T08:00:00+08:00", leave: "2020-02-11T09:00:00+08:00" };
  for (const place of ["330106", "330105"]) assert.equal((await phone.addVisit({ ...visit, place })).result, "added");
  assert.equal(phone.storageProblem, undefined);
  // Each copy has been written once; in the clear there were only zeros, over what had been there.
  assert.ok(sealed > 0);
  for (const [key, value] of store.values)
    assert.ok(key.endsWith("#") && !CLEAR.test(value) && !/^[\d ]+$/.test(value), key);
  assert.ok(cleared.length > 0 && cleared.every(([key, value]) => !key.endsWith("#") && /^0+$/.test(value)));
  assert.ok([...removed].every(([key, value]) => key.endsWith("#") || value === undefined || /^0+$/.test(value)));
  const again = await node.openPhone(opened);
  assert.equal(again.holder.diary().length, 2);
  await again.forget();
  assert.equal(store.values.size, 0);
});

test("what WeChat cannot decrypt is damaged: the other copy is used, or nothing is lost", async () => {
  const host = encryptingStore();
  const opened = options(wechat.wechatStorage(host));
  const phone = await enrolled(node, opened);
  const visit = { place: "330106", arrive: "2020-02-11T08:00:00+08:00", leave: "2020-02-11T09:00:00+08:00" };
  await phone.addVisit(visit);
  const heads = ["a", "b"].map((slot) => `healthcode.person-1.${slot}#`);
  const whole = new Map(host.values);
  for (const head of heads) {
    host.values.set(head, "AAAA");
    const recovered = await node.openPhone(opened);
    assert.equal(recovered.recovered, true);
    for (const [key, value] of whole) host.values.set(key, value);
  }
  for (const head of heads) host.values.set(head, "AAAA");
  const before = new Map(host.values);
  await assert.rejects(node.openPhone(opened), { code: "storage-damaged" });
  assert.deepEqual(host.values, before);
  // A host that fails once is asked again.
  for (const [key, value] of whole) host.values.set(key, value);
  let failures = 0;
  const flaky = {
    ...host,
    getStorage: (given) =>
      failures++ % 2 === 0 ? setImmediate(given.fail, { errMsg: "getStorage:fail" }) : host.getStorage(given),
  };
  const patient = await node.openPhone(options(wechat.wechatStorage(flaky)));
  assert.deepEqual([patient.recovered, patient.holder.diary().length], [false, 1]);
});

test("WeChat that decrypts nothing for a while has damaged nothing", async () => {
  const host = encryptingStore();
  const desk = await node.openCheckpoint(options(wechat.wechatStorage(host)));
  assert.deepEqual(await desk.refresh(), []);
  const before = new Map(host.values);
  let busy = true;
  const storage = wechat.wechatStorage({
    ...host,
    getStorage: (given) =>
      busy ? setImmediate(given.fail, { errMsg: "getStorage:fail" }) : void host.getStorage(given),
  });
  await assert.rejects(storage.get("healthcode.checkpoint.a"), { code: "storage-unavailable" });
  const again = await node.openCheckpoint(options(storage));
  assert.equal(again.storageProblem.code, "storage-unavailable");
  assert.deepEqual(host.values, before);
  busy = false;
  const later = await node.openCheckpoint(options(storage));
  assert.equal(later.storageProblem, undefined);
  assert.ok(later.trust);
  assert.deepEqual([later.trust, later.manifest], [desk.trust, desk.manifest]);
});

test("a full storage and a forbidden one are told apart", async () => {
  const full = wechat.wechatStorage(wechatStore({ total: 100 }));
  await assert.rejects(full.set("key", "A".repeat(200)), { code: "storage-full" });
  const sealed = wechat.wechatStorage(encryptingStore(wechatStore({ total: 100 })));
  await assert.rejects(sealed.set("key", "A".repeat(200)), { code: "storage-full" });
  const store = alipayStore();
  await assert.rejects(alipay.alipayStorage(store).set("key", "A".repeat(300_000)), { code: "storage-full" });
  for (const faulty of [
    { setStorageSync: () => ({ success: true }) },
    { setStorageSync: () => new Error("storage error") },
    { setStorageSync: () => ({ success: false }) },
    { getStorageSync: () => ({ error: 5, errorMessage: "storage error" }) },
  ])
    await assert.rejects(alipay.alipayStorage({ ...alipayStore(), ...faulty }).set("key", "A"), {
      code: "storage-unavailable",
    });
  const forbidden = {
    ...wechatStore(),
    setStorageSync: () => {
      throw new Error("setStorageSync:fail access denied");
    },
  };
  await assert.rejects(wechat.wechatStorage(forbidden).set("key", "A"), { code: "storage-unavailable" });
});

const failing =
  (reason) =>
  ({ fail }) =>
    fail(reason);

test("scanning: what was read, and every way of its not being read", async () => {
  const scanned = async (scan) => scan.scan();
  assert.equal(
    await scanned(
      wechat.wechatScan({
        scanCode: ({ success, scanType }) => {
          assert.deepEqual(scanType, ["qrCode"]);
          success({ result: "JK1:" });
        },
      }),
    ),
    "JK1:",
  );
  assert.equal(await scanned(alipay.alipayScan({ scan: ({ success }) => success({ code: "JK1:" }) })), "JK1:");
  for (const [reason, code] of [
    [{ errMsg: "scanCode:fail cancel" }, "scan-cancelled"],
    [{ errMsg: "scanCode:fail auth deny" }, "scan-denied"],
    [{ errMsg: "scanCode:fail privacy permission is not authorized" }, "scan-denied"],
    [{ errMsg: "scanCode:fail:system permission denied" }, "scan-denied"],
    [{ errMsg: "scanCode:fail" }, "scan-failed"],
    [undefined, "scan-failed"],
  ]) {
    await assert.rejects(scanned(wechat.wechatScan({ scanCode: failing(reason) })), { code });
  }
  for (const [reason, code] of [
    [{ error: 10, errorMessage: "用户取消" }, "scan-cancelled"],
    [{ error: 2001, errorMessage: "用户拒绝给小程序授权" }, "scan-denied"],
    [{ error: 11, errorMessage: "操作失败" }, "scan-failed"],
  ]) {
    for (const scan of [failing(reason), ({ success }) => success(reason), () => reason])
      await assert.rejects(scanned(alipay.alipayScan({ scan })), { code });
  }
  await assert.rejects(scanned(wechat.wechatScan({})), { code: "scan-missing" });
  await assert.rejects(scanned(alipay.alipayScan({})), { code: "scan-missing" });
});

test("location: coordinates with their system, denied, off, unknown", async () => {
  const found = { longitude: 120.1, latitude: 30.2, accuracy: 30 };
  assert.deepEqual(
    await wechat.wechatLocation({ getLocation: ({ success, type }) => success(type === "wgs84" && found) }).where(),
    { ...found, system: "wgs84" },
  );
  const texts = { longitude: "120.1", latitude: "30.2", accuracy: "30" };
  assert.deepEqual(await alipay.alipayLocation({ getLocation: ({ success }) => success(texts) }).where(), {
    ...found,
    system: "gcj02",
  });
  for (const [reason, code] of [
    [{ errMsg: "getLocation:fail auth deny" }, "location-denied"],
    [{ errMsg: "getLocation:fail authorize no response" }, "location-denied"],
    [{ errMsg: "getLocation:fail privacy permission is not authorized" }, "location-denied"],
    [{ errMsg: "getLocation:fail:ERROR_NOCELL&WIFI_LOCATIONSWITCHOFF" }, "location-off"],
    [{ errMsg: "getLocation:fail:timeout" }, "location-missing"],
  ]) {
    await assert.rejects(wechat.wechatLocation({ getLocation: failing(reason) }).where(), { code });
  }
  for (const [reason, code] of [
    [{ error: 2001 }, "location-denied"],
    [{ error: 11 }, "location-off"],
    [{ error: 13 }, "location-missing"],
  ]) {
    await assert.rejects(alipay.alipayLocation({ getLocation: failing(reason) }).where(), { code });
  }
});

test("network: bytes both ways, a refusal is an answer, an unregistered address is told", async () => {
  const sent = [];
  const network = wechat.wechatNetwork({
    request: (asked) => {
      sent.push(asked);
      asked.success({ statusCode: 200, data: new Uint8Array([1, 2]).buffer, header: { Date: "today", AGE: ["7"] } });
    },
  });
  const body = new Uint8Array([9, 8, 7, 6]).subarray(1, 3);
  const answer = await network.ask({ url: "https://a.example/x", body, type: "application/cose" });
  assert.deepEqual([answer.status, answer.body], [200, new Uint8Array([1, 2])]);
  const headers = ({ header }) => ["date", "age", "etag", "constructor"].map((name) => header(name));
  assert.deepEqual(headers(answer), ["today", "7", undefined, undefined], "hosts write names in their own way");
  for (const given of [undefined, null, "Date: today", { date: {} }]) {
    const request = ({ success }) => success({ status: 200, data: new ArrayBuffer(0), headers: given });
    const odd = await alipay.alipayNetwork({ request }).ask({ url: "https://a.example" });
    assert.deepEqual(headers(odd), [undefined, undefined, undefined, undefined]);
  }
  assert.deepEqual(new Uint8Array(sent[0].data), new Uint8Array([8, 7]), "a part of a buffer is sent alone");
  assert.deepEqual(
    [sent[0].method, sent[0].header, sent[0].responseType],
    ["POST", { "content-type": "application/cose" }, "arraybuffer"],
  );
  for (const [reason, code] of [
    [{ errMsg: "request:fail url not in domain list" }, "network-not-allowed"],
    [{ errMsg: "request:fail timeout" }, "network-unreachable"],
  ]) {
    await assert.rejects(wechat.wechatNetwork({ request: failing(reason) }).ask({ url: "https://a.example" }), {
      code,
    });
  }
  const json = new TextEncoder().encode('{"code":"issuer-not-here","message":"…"}').buffer;
  const refused = alipay.alipayNetwork({
    request: failing({ error: 19, status: 403, data: json, errorMessage: "http status error" }),
  });
  assert.equal((await refused.ask({ url: "https://a.example" })).status, 403);
  const opened = options(node.memoryStorage(), { network: refused });
  assert.deepEqual(
    (await (await node.openPhone(opened)).refresh()).map(({ code }) => code),
    ["issuer-not-here"],
  );
  await assert.rejects(alipay.alipayNetwork({ request: failing({ error: 11 }) }).ask({ url: "https://a.example" }), {
    code: "network-not-allowed",
  });
  await assert.rejects(alipay.alipayNetwork({ request: failing({ error: 13 }) }).ask({ url: "https://a.example" }), {
    code: "network-unreachable",
  });
});

test("random: from the host, of the right length, or none at all", async () => {
  const bytes = await wechat
    .wechatRandom({
      getRandomValues: ({ length, success }) => success({ randomValues: new Uint8Array(length).fill(7).buffer }),
    })
    .bytes(32);
  assert.deepEqual(bytes, new Uint8Array(32).fill(7));
  for (const wx of [
    {},
    { getRandomValues: failing({}) },
    { getRandomValues: ({ success }) => success({ randomValues: new ArrayBuffer(3) }) },
  ]) {
    await assert.rejects(wechat.wechatRandom(wx).bytes(32), { code: "random-missing" });
  }
  await assert.rejects(alipay.alipayAdaptors({}).random.bytes(32), { code: "random-missing" });
  const opened = options(node.memoryStorage());
  opened.adaptors.random = { ...alipay.alipayAdaptors({}).random };
  const phone = await node.openPhone(opened);
  await phone.refresh();
  await assert.rejects(phone.certify(node.maskIdentity(journey.name, journey.number)), { code: "random-missing" });
  for (const given of [
    undefined,
    null,
    new Uint8Array(),
    new Uint8Array(31).fill(7),
    new Uint8Array(33).fill(7),
    "<!doctype html>",
  ]) {
    opened.adaptors.random.bytes = async () => given;
    await assert.rejects(phone.certify(node.maskIdentity(journey.name, journey.number)), { code: "random-missing" });
  }
  assert.equal(phone.holder.publicKey(), undefined, "no key is better than a bad one");
});

test("a factory refuses what is no host, and another host's, and says what to pass", () => {
  const wx = { scanCode() {}, getStorageSync() {} };
  const my = { scan() {}, getStorageSync() {} };
  for (const [module, own, other, message] of [
    [wechat, { wx, tt: wx }, my, "`wx` must be the host's own `wx`"],
    [alipay, { my }, wx, "`my` must be the host's own `my`"],
  ]) {
    const factories = Object.keys(module).filter((name) => /^(wechat|alipay)[A-Z]/.test(name));
    assert.ok(factories.length >= 7, factories.join());
    for (const name of factories) {
      for (const wrong of [undefined, null, "wx", 7, () => undefined, other])
        assert.throws(() => module[name](wrong), { code: "misuse-argument", message }, name);
      // A worker's has next to nothing.
      for (const right of [...Object.values(own), {}]) module[name](right);
    }
  }
});

test("a build for one host says in another that it is not for that one", async (t) => {
  const opening = { roots: journey.roots };
  for (const [name, host] of [
    ["alipay", "my"],
    ["douyin", "tt"],
  ]) {
    const build = required(`healthcode/${name}`);
    const wrong = { code: "misuse-wrong-build", message: new RegExp(`there is no \`${host}\``) };
    assert.throws(() => build.hostAdaptors(), wrong);
    if (name === "alipay") await assert.rejects(build.openPhone(opening), wrong);
    globalThis[host] = {};
    t.after(() => delete globalThis[host]);
    assert.equal(typeof build.hostAdaptors().storage.get, "function");
  }
});

test("names and numbers are masked, and what stands in no identity document is refused", async () => {
  await node.init();
  const { cases } = JSON.parse(readFileSync(join(root, "tests/vectors/masking.json"), "utf8"));
  for (const { why, name, number, masked, digits, code } of cases) {
    if (code === undefined) {
      assert.deepEqual(node.maskIdentity(name, number), { name: masked, digits }, why);
    } else {
      assert.throws(() => node.maskIdentity(name, number), { code }, why);
      for (const language of ["zh-Hans", "en"]) assert.ok(node.problemText({ code }, language).length > 10);
    }
  }
});

test("the screen is brightened and put back, and trouble with it is nobody's business", async () => {
  const set = [];
  const screen = wechat.wechatScreen({
    getScreenBrightness: ({ success }) => success({ value: 0.3 }),
    setScreenBrightness: ({ value }) => set.push(value),
    setKeepScreenOn: ({ keepScreenOn }) => set.push(keepScreenOn),
  });
  for (const wanted of [true, true, false, false]) await screen.bright(wanted);
  assert.deepEqual(set, [true, 1, true, false, 0.3, false]);
  await wechat
    .wechatScreen({
      setKeepScreenOn: () => {
        throw new Error("no");
      },
    })
    .bright(true);
  await alipay.alipayAdaptors({}).screen.bright(true);
});

/** A canvas that remembers its pixels. */
function paper() {
  const canvas = { width: 0, height: 0, pixels: undefined };
  canvas.getContext = () => ({
    fillStyle: "",
    fillRect(x, y, width, height) {
      canvas.pixels ??= new Uint8Array(canvas.width * canvas.height).fill(2);
      for (const value of [x, y, width, height]) assert.ok(Number.isInteger(value), "whole pixels only");
      for (let row = y; row < y + height; row += 1) {
        canvas.pixels.fill(this.fillStyle === "#000" ? 1 : 0, row * canvas.width + x, row * canvas.width + x + width);
      }
    },
  });
  return canvas;
}

for (const ratio of [1, 1.5, 2, 2.75, 3]) {
  test(`a QR symbol is drawn in whole pixels at ${ratio} to one`, async () => {
    await node.init();
    const [{ text }] = journey.people;
    const surface = paper();
    const query = {
      select: () => ({
        fields(_, found) {
          found({ node: surface, width: 300 });
          return query;
        },
      }),
      exec: () => undefined,
    };
    const found = await wechat
      .wechatCanvas({ createSelectorQuery: () => query, getWindowInfo: () => ({ pixelRatio: ratio }) })
      .find("#qr");
    const drawn = node.drawQr(found, text);
    const qr = new node.Qr(text);
    const side = qr.width + 8;
    assert.deepEqual(
      [surface.width, drawn.pixels, drawn.size * ratio],
      [side * drawn.scale, side * drawn.scale, side * drawn.scale],
    );
    assert.ok(drawn.size <= 300 && drawn.scale === Math.floor((300 * ratio) / side));
    const modules = qr.modules();
    for (let y = 0; y < side * drawn.scale; y += 1) {
      for (let x = 0; x < side * drawn.scale; x += 1) {
        const [row, column] = [Math.floor(y / drawn.scale) - 4, Math.floor(x / drawn.scale) - 4];
        const dark =
          row >= 0 && column >= 0 && row < qr.width && column < qr.width && modules[row * qr.width + column] === 1;
        if (surface.pixels[y * surface.width + x] !== (dark ? 1 : 0)) assert.fail(`pixel ${x}, ${y}`);
      }
    }
  });
}

test("a code is drawn on what a host has found, and on nothing else", async () => {
  await node.init();
  const pen = { fillRect() {} };
  const surface = { getContext: () => pen };
  assert.equal(node.drawQr({ surface, width: 290, ratio: 2 }, "A").pixels, 580);
  assert.equal(node.drawQr({ surface, width: 0, ratio: 1 }, "A").scale, 1, "a canvas that is not laid out yet");
  for (const found of [
    undefined,
    null,
    {},
    "#qr",
    surface,
    { surface: {}, width: 290, ratio: 2 },
    { surface, width: "290", ratio: 2 },
    { surface, width: -1, ratio: 2 },
    { surface, width: 290 },
    { surface, width: 290, ratio: 0 },
    { surface, width: Infinity, ratio: 1 },
  ])
    assert.throws(() => node.drawQr(found, "A"), { code: "misuse-argument" }, JSON.stringify(found));
  const none = { surface: { getContext: () => null }, width: 290, ratio: 2 };
  assert.throws(() => node.drawQr(none, "A"), { code: "canvas-missing" });
});

test("no canvas is told", async () => {
  const none = {
    select: () => ({
      fields(_, found) {
        found(null);
        return none;
      },
    }),
    exec: () => undefined,
  };
  for (const wx of [{}, { createSelectorQuery: () => none }])
    await assert.rejects(wechat.wechatCanvas(wx).find("#qr"), { code: "canvas-missing" });
});

test("hosts of which nothing is known say what they lack", async () => {
  const anywhere = required("healthcode/anywhere");
  const { random, scan, location, network, canvas, storage, screen } = anywhere.hostAdaptors();
  await screen.bright(true);
  for (const [call, code] of [
    [random.bytes(32), "random-missing"],
    [scan.scan(), "scan-missing"],
    [location.where(), "location-missing"],
    [network.ask({ url: "/" }), "network-unreachable"],
    [canvas.find("#qr"), "canvas-missing"],
    [storage.get("key"), "storage-unavailable"],
  ]) {
    await assert.rejects(call, { code });
  }
  const { network: net, clock } = { network: server(), clock: clockAt() };
  const phone = await anywhere.openPhone({ roots: journey.roots, adaptors: { network: net, clock } });
  assert.deepEqual(await phone.refresh(), []);
  assert.equal(phone.storageProblem.code, "storage-unavailable");
});
