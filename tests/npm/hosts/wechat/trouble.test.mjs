// What can go wrong on WeChat, each with its code, and its sentence in the user's language on the page.
import assert from "node:assert/strict";
import { createDecipheriv } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { brotliCompressSync, brotliDecompressSync, constants } from "node:zlib";
import { launch, shoot } from "../../../browser/browser.mjs";
import { serve } from "../../../browser/server.mjs";
import { sentence } from "../package.mjs";
import { work } from "../places.mjs";
import * as citizen from "./citizen.mjs";
import { phone, serveMini, storedOn } from "./device.mjs";

const compiled = join(work, "wechat-compiled");
const ENGINE = "/app/miniprogram_npm/healthcode/healthcode.wasm.br";
const LANGUAGES = [
  ["zh_CN", "zh-Hans"],
  ["en", "en"],
];
let browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

/** Waits until the page says the sentence of a code. */
async function says(page, code, language = "zh-Hans") {
  const told = sentence(code, language);
  await page
    .waitForFunction((told) => document.body.innerText.replace(/\s+/g, " ").includes(told.replace(/\s+/g, " ")), told, {
      polling: 50,
    })
    .catch(async () => {
      assert.fail(`the page does not say "${told}" but:\n${await page.evaluate(() => document.body.innerText)}`);
    });
}

/** The code of what an act throws that is given an entry of the package, in an app that has not started. */
const codeOf = (page, body, entry = "index") =>
  page.evaluate(
    async ([body, entry]) => {
      const healthcode = host.load(`miniprogram_npm/healthcode/${entry}.js`);
      try {
        await acts[body](healthcode);
        return "nothing";
      } catch (thrown) {
        return thrown instanceof Error ? thrown.code : `no error: ${thrown}`;
      }
    },
    [body, entry],
  );

/** What the tests do with the package: the page takes no text for code. */
const ACTS = `window.acts = {
  early: ({ Holder }) =>
    new Holder({ keys: ["d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"], signers: 1 }),
  earlyVerifier: ({ Verifier }) => new Verifier({ keys: [], signers: 1 }),
  wrongPath: ({ init }) => init({ path: "/packages/none/healthcode.wasm.br" }),
  wrongKind: ({ init }) => init({ path: "https://example.org/healthcode.wasm" }),
  rightPath: ({ init }) => init(),
  where: ({ hostAdaptors }) => hostAdaptors().location.where(),
  scan: ({ hostAdaptors }) => hostAdaptors().scan.scan(),
  random: ({ hostAdaptors }) => hostAdaptors().random.bytes(32),
  ask: ({ hostAdaptors }) => hostAdaptors().network.ask({ url: "https://example.org/trust-list" }),
  roots: ({ openPhone }) => openPhone({ roots: { keys: ["00"], signers: 1 } }),
};`;

async function idle(t, options = {}, more = {}) {
  const { url } = await serveMini(t, compiled, {
    start: null,
    options,
    alter: (scripts) => ({ ...scripts, "data.js": `${scripts["data.js"]}\n${ACTS}` }),
    ...more,
  });
  return (await phone(t, browser, url)).page;
}

test("a call before init says so", async (t) => {
  const page = await idle(t);
  assert.equal(await codeOf(page, "early"), "misuse-not-ready");
  assert.equal(await codeOf(page, "earlyVerifier", "checkpoint"), "misuse-not-ready");
  assert.equal(await codeOf(page, "rightPath"), "nothing");
  assert.equal(await codeOf(page, "early"), "nothing");
});

test("a wrong path is named, and the right one works after it", async (t) => {
  const page = await idle(t);
  assert.equal(await codeOf(page, "wrongPath"), "engine-missing");
  assert.equal(await codeOf(page, "wrongKind"), "engine-missing");
  assert.equal(await codeOf(page, "rightPath"), "nothing");
});

test("a root key that is none", async (t) => {
  assert.equal(await codeOf(await idle(t), "roots"), "key-malformed");
});

const file = await readFile(join(compiled, ENGINE.slice(5)));
const bytes = brotliDecompressSync(file);
const packed = (content) => brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } });
const DAMAGE = {
  "cut short": () => file.subarray(0, file.length - 1000),
  "not packed": () => bytes,
  "another format": () => Buffer.concat([Buffer.from("html"), bytes.subarray(4)]),
  "cut short before it was packed": () => packed(bytes.subarray(0, bytes.length - 1000)),
  "another format, packed": () => packed(Buffer.concat([Buffer.from("html"), bytes.subarray(4)])),
  nothing: () => Buffer.alloc(0),
};

for (const [locale, language] of LANGUAGES) {
  const mini = async (t, more) => {
    const issuer = await serve(t, { folder: null });
    const { options, ...rest } = more;
    const { url } = await serveMini(t, compiled, {
      issuer: issuer.url,
      options: { language: locale, ...options },
      ...rest,
    });
    return { issuer, url };
  };

  test(`a missing file of the engine (${language})`, async (t) => {
    const { url } = await mini(t, { change: (path) => (path === ENGINE ? null : undefined) });
    const { page } = await phone(t, browser, url);
    await says(page, "engine-missing", language);
    await shoot(page, `wechat-engine-missing-${language}`);
  });

  test(`a damaged file of the engine (${language})`, async (t) => {
    for (const [how, damaged] of Object.entries(DAMAGE)) {
      await t.test(how, async (t) => {
        const change = (path, file) => {
          if (path !== ENGINE) return undefined;
          assert.ok(file.endsWith(".br"));
          return damaged();
        };
        const { url } = await mini(t, { change });
        const { page } = await phone(t, browser, url);
        await says(page, "engine-damaged", language);
      });
    }
  });

  test(`an old base library (${language})`, async (t) => {
    const { url } = await mini(t, { options: { sdkVersion: "2.12.3" } });
    const { page } = await phone(t, browser, url);
    await says(page, "engine-host-too-old", language);
  });

  test(`a host without secure random numbers (${language})`, async (t) => {
    const { url } = await mini(t, { options: { random: false } });
    const { page } = await phone(t, browser, url);
    await citizen.enrol(page);
    await says(page, "random-missing", language);
  });

  test(`the server cannot be reached at first (${language})`, async (t) => {
    const { issuer, url } = await mini(t, {});
    const first = await phone(t, browser, url);
    await first.page.locator(".name").waitFor();
    await issuer.stop();
    await citizen.enrol(first.page);
    await says(first.page, "network-unreachable", language);
  });

  test(`a scan that is not allowed (${language})`, async (t) => {
    const { url } = await mini(t, { options: { scans: ["denied"] }, start: "pages/checkpoint/index" });
    const { page, errors } = await phone(t, browser, url);
    await citizen.press(page, "checkpoint");
    await says(page, "scan-denied", language);
    assert.deepEqual(await errors(), []);
  });

  test(`storage that is full (${language})`, async (t) => {
    const { url } = await mini(t, {});
    const { page, errors } = await phone(t, browser, url);
    await citizen.enrol(page);
    await citizen.element(page, { question: "residence", option: "resident" });
    const before = await storedOn(page);
    await page.evaluate(() => (host.options.mostInAll = 1000));
    await citizen.fillIn(page);
    await citizen.press(page, "questionnaire");
    await citizen.drawn(page);
    await says(page, "storage-full", language);
    assert.deepEqual(await errors(), []);
    // What was there before is still there, and opens.
    const after = await storedOn(page);
    const names = (stored) => Object.keys(stored).filter((name) => /person-1\.[ab]/.test(name));
    assert.ok(names(after).every((name) => after[name] === before[name]) && names(after).length > 0);
    const later = await phone(t, browser, url, { stored: after });
    await citizen.element(later.page, { question: "residence", option: "resident" });
  });

  test(`a clock that was set back (${language})`, async (t) => {
    const { url } = await mini(t, {});
    const { page, errors } = await phone(t, browser, url, { clock: true });
    await citizen.enrol(page);
    await citizen.fillIn(page);
    await citizen.press(page, "questionnaire");
    await citizen.drawn(page);
    await page.clock.setSystemTime(Date.now() - 2 * 86_400_000);
    await page.clock.runFor(2_000);
    await page.locator("canvas").waitFor({ state: "detached" });
    // By its own memory, or by what the server has said of the time meanwhile.
    await page
      .getByText(/时钟比上次使用时还早|时钟慢了约|earlier time than when|hours slow/)
      .first()
      .waitFor();
    await shoot(page, `wechat-clock-${language}`, { fullPage: true });
    await page.clock.setSystemTime(Date.now());
    await page.clock.runFor(2_000);
    await citizen.drawn(page);
    assert.deepEqual(await errors(), []);
  });
}

test("a place, a scan and an address that the user or the app does not allow", async (t) => {
  const page = await idle(t, { location: "denied", scans: ["denied", "cancel"], domains: ["https://health.example"] });
  assert.equal(await codeOf(page, "where"), "location-denied");
  assert.equal(await codeOf(page, "scan"), "scan-denied");
  assert.equal(await codeOf(page, "scan"), "scan-cancelled");
  assert.equal(await codeOf(page, "ask"), "network-not-allowed");
  await page.evaluate(() => (host.options.location = "off"));
  assert.equal(await codeOf(page, "where"), "location-off");
  const old = await idle(t, { sdkVersion: "2.14.4" });
  assert.equal(await codeOf(old, "random"), "random-missing");
});

test("two phones of one person never undo each other's changes", async (t) => {
  const issuer = await serve(t, { folder: null });
  const { url } = await serveMini(t, compiled, { issuer: issuer.url });
  const { page, errors } = await phone(t, browser, url);
  await citizen.enrol(page);
  await citizen.fillIn(page);
  await citizen.press(page, "questionnaire");
  await citizen.drawn(page);
  const counts = await page.evaluate(async () => {
    const { openPhone } = host.load("miniprogram_npm/healthcode/index.js");
    const { roots, ahead } = wx.getStorageSync("demo");
    const options = { roots, adaptors: { clock: { now: () => Date.now() + ahead } } };
    const [one, other] = [await openPhone(options), await openPhone(options)];
    const visit = (day) => ({
      place: "330106",
      arrive: `2020-02-1${day}T08:00:00+08:00`,
      leave: `2020-02-1${day}T09:00:00+08:00`,
    });
    await Promise.all([
      one.addVisit(visit(1)),
      other.addVisit(visit(2)),
      one.addVisit(visit(3)),
      other.addVisit(visit(4)),
    ]);
    const third = await openPhone(options);
    return [third.holder.diary().length, third.holder.reports().length];
  });
  assert.deepEqual(counts, [4, 1]);
  assert.deepEqual(await errors(), []);
});

test("a page that is closed while it updates leaves nothing half done", async (t) => {
  const issuer = await serve(t, { folder: null });
  const { url } = await serveMini(t, compiled, { issuer: issuer.url });
  const { page, errors } = await phone(t, browser, url);
  await citizen.enrol(page);
  await citizen.fillIn(page);
  // At once, as when somebody swipes the page away with the finger still on the button.
  await citizen.press(page, "questionnaire");
  await page.evaluate(() => {
    while (host.stack.length > 0) host.leave();
    host.open("/pages/code/index");
    host.leave();
    host.open("/pages/code/index");
  });
  await citizen.drawn(page);
  assert.deepEqual(await errors(), []);
  // The whole app ends in the middle of storing: what it wrote last is cut, what it wrote before is whole.
  const stored = await storedOn(page);
  const heads = Object.keys(stored).filter((name) => /person-1\.[ab]#$/.test(name));
  assert.equal(heads.length, 2);
  const [newest] = heads.sort((one, other) => generation(stored[other]) - generation(stored[one]));
  const part = newest.replace("#", ".0#");
  stored[part] = `${stored[part].slice(0, 40)}"`;
  const later = await phone(t, browser, url, { stored });
  await Promise.any([
    citizen.drawn(later.page),
    citizen.element(later.page, { question: "residence", option: "resident" }),
  ]);
  assert.deepEqual(await later.errors(), []);
});

/** The second word of what heads a stored copy, as the host of the tests encrypts it: it grows with each. */
function generation(head) {
  const bytes = Buffer.from(JSON.parse(head), "base64");
  const key = createDecipheriv("aes-128-cbc", Buffer.alloc(16, 7), bytes.subarray(0, 16));
  const text = Buffer.concat([key.update(bytes.subarray(16)), key.final()]).toString();
  return Number(JSON.parse(text).split(" ")[1]);
}
