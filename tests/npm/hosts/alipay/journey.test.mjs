// The Alipay sample in the contract fake (fake.mjs says what that is and is not), on the engine's translation to JavaScript.
import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { sentence, verify } from "../package.mjs";
import { confirm, enrol, fillIn, find, measure, phone, read, says, tap, until } from "./citizen.mjs";

test("somebody who is well is green, and the code is accepted", async (t) => {
  const { app, issuer } = await phone(t);
  await enrol(app);
  await fillIn(app);
  const text = await read(t, app);
  const verdict = await verify(issuer.url, text);
  assert.deepEqual(
    [verdict.verdict, verdict.colour, verdict.name, verdict.digits],
    ["accepted", "green", "**员", "0000"],
  );
  assert.deepEqual(app.errors, []);
  assert.equal(app.brightness, 1);

  const other = await phone(t, { scans: [text] }, issuer);
  await find(other.app, { class: "name" });
  other.app.open("/pages/checkpoint/index");
  // Before it has the list of withdrawn certificates nothing can be decided.
  await until(other.app, "its lists", () => /已作废的证书查到/.test(other.app.text()));
  await tap(other.app, { class: "primary" });
  await until(other.app, "a verdict", () => /\*\*员/.test(other.app.text()));
  assert.deepEqual(other.app.errors, []);
});

test("a fever is red, in English too", async (t) => {
  const { app, issuer } = await phone(t, { language: "en" });
  await enrol(app);
  await fillIn(app, { temperature: "38.5", symptoms: ["fever"] }, ["Zhejiang", "Hangzhou", "Xihu District"]);
  const verdict = await verify(issuer.url, await read(t, app));
  assert.equal(verdict.verdict, "accepted");
  assert.equal(verdict.colour, "red");
  assert.deepEqual(app.errors, []);
});

test("a temperature that was mistyped is corrected in sight, and the code is green again", async (t) => {
  const { app, issuer } = await phone(t);
  await enrol(app);
  await fillIn(app, { temperature: "37.5" });
  assert.equal((await verify(issuer.url, await read(t, app))).colour, "red");
  await tap(app, { class: "small", data: { index: "0" } });
  await until(app, "the report", () => /更正2月20日/.test(app.text()));
  await measure(app, "36.5");
  await tap(app, { class: "primary" });
  await until(app, "what it comes to", () => app.text().includes("更正后健康码由红码变为绿码。"));
  await confirm(app);
  await until(app, "both entries", () => /申报，.*已更正.*原来填写：.*37\.5°C/s.test(app.text()));
  // The code before stands until the next one is drawn; by itself it is renewed only after 30 seconds.
  await until(app, "a green code", async () => (await verify(issuer.url, await read(t, app))).colour === "green");
  assert.deepEqual(app.errors, []);
});

for (const [language, own] of [
  ["zh-Hans", "zh-Hans"],
  ["en", "en"],
]) {
  test(`no secure random numbers, no network, a scan that is not allowed (${own})`, async (t) => {
    const { app, issuer } = await phone(t, { language, scans: ["denied", "cancel"] });
    await find(app, { class: "name" });
    app.options.offline = true;
    await enrol(app);
    await says(app, "network-unreachable", own);
    app.options.offline = false;
    app.options.domains = [issuer.url];
    await enrol(app);
    await says(app, "random-missing", own);
    app.open("/pages/checkpoint/index");
    await tap(app, { class: "primary" });
    await says(app, "scan-denied", own);
    assert.deepEqual(app.errors, []);
  });
}

test("storage that is full or broken: the code is there, and the page says what is not kept", async (t) => {
  const { app } = await phone(t);
  await enrol(app);
  await find(app, { data: { question: "residence", option: "resident" } });
  const before = new Map(app.options.stored);
  app.options.mostInAll = 1000;
  await fillIn(app);
  await read(t, app);
  await says(app, "storage-full");
  const ofPerson = (stored) => new Map([...stored].filter(([key]) => /person-1\.[ab]/.test(key)));
  assert.ok(ofPerson(before).size > 0);
  assert.deepEqual(ofPerson(app.options.stored), ofPerson(before));
  for (const storage of ["broken", "returns an error", "writes nothing"]) {
    const other = await phone(t, { storage });
    await enrol(other.app);
    await says(other.app, "storage-unavailable");
    assert.deepEqual(other.app.errors, [], storage);
  }
});

/** Changes the sample's health.js. */
async function change(folder, from, to) {
  const file = join(folder, "health.js");
  const script = await readFile(file, "utf8");
  assert.ok(script.includes(from));
  await writeFile(file, script.replace(from, to));
}

/** Starts the engine by the line of the guide that takes the standard WebAssembly. */
async function withWebAssembly(folder) {
  const guide = await readFile(join(folder, "node_modules", "healthcode", "docs", "alipay.md"), "utf8");
  const [, line] = /`(init\(\{ bytes: require\([^`]+)`/.exec(guide);
  await change(folder, "init()", line);
}

test("the standard WebAssembly is used where it is there and works, and the translation where not", async (t) => {
  for (const [webAssembly, engine, code] of [
    ["standard", "wasm"],
    ["returns an error", "javascript", "engine-damaged"],
    ["refuses", "javascript", "engine-refused"],
    [undefined, "javascript", "engine-host-too-old"],
  ]) {
    const { app, issuer } = await phone(t, { webAssembly }, undefined, withWebAssembly);
    await enrol(app);
    await fillIn(app);
    const verdict = await verify(issuer.url, await read(t, app));
    assert.deepEqual([verdict.verdict, verdict.colour], ["accepted", "green"]);
    const healthcode = app.load(app.resolve(join(app.project, "app.js"), "healthcode/alipay"));
    assert.deepEqual([healthcode.engine(), healthcode.engineProblem()?.code], [engine, code], webAssembly);
    assert.deepEqual(app.errors, []);
  }
});

test("an engine that an app keeps in a file comes back as something else: the translation runs, and says why", async (t) => {
  const files = "my.getFileSystemManager()";
  const kept = `(${files}.writeFileSync({ filePath: "kept.wasm", data: require("healthcode/inline/engine").engineBytes() }), "kept.wasm")`;
  for (const path of ['"/node_modules/healthcode/healthcode.wasm"', kept]) {
    const { app } = await phone(t, { webAssembly: "standard" }, undefined, (folder) =>
      change(folder, "init()", `init({ bytes: ${files}.readFileSync({ filePath: ${path} }).data })`),
    );
    await enrol(app);
    await find(app, { data: { question: "residence", option: "resident" } });
    const healthcode = app.load(app.resolve(join(app.project, "app.js"), "healthcode/alipay"));
    assert.deepEqual([healthcode.engine(), healthcode.engineProblem()?.code], ["javascript", "engine-damaged"], path);
    assert.deepEqual(app.errors, []);
  }
});

test("errors that a function hands back instead of failing are told, as others are", async (t) => {
  const { app } = await phone(t, { scans: ["denied"], returnsErrors: true });
  await find(app, { class: "name" });
  app.options.offline = true;
  await enrol(app);
  await says(app, "network-unreachable");
  app.options.offline = false;
  app.open("/pages/checkpoint/index");
  await tap(app, { class: "primary" });
  await says(app, "scan-denied");
  assert.deepEqual(app.errors, []);
});

test("no value is larger than Alipay takes, and what was stored opens again", async (t) => {
  const { app, issuer } = await phone(t);
  await enrol(app);
  await fillIn(app);
  await read(t, app);
  for (const text of app.options.stored.values()) assert.ok(Buffer.byteLength(text) <= 200 * 1024);
  const later = await phone(t, { stored: new Map(app.options.stored), offline: true }, issuer);
  assert.equal((await verify(issuer.url, await read(t, later.app))).colour, "green");
  assert.ok(!later.app.text().includes(sentence("package-fault")));
  assert.deepEqual(later.app.errors, []);
});

test("a clock that was set back is told in both languages, and the code comes again when it is right", async (t) => {
  const { app, issuer } = await phone(t);
  await enrol(app);
  await fillIn(app);
  await read(t, app);
  const { stored } = app.options;
  const demo = JSON.parse(stored.get("demo"));
  for (const language of ["zh-Hans", "en"]) {
    const back = new Map(stored).set("demo", JSON.stringify({ ...demo, ahead: demo.ahead - 2 * 86_400_000 }));
    const later = await phone(t, { stored: back, offline: true, language }, issuer);
    await says(later.app, "clock-set-back", language);
    assert.equal(later.app.canvases.size, 0, "no code by a wrong clock");
    assert.deepEqual(later.app.errors, []);
  }
  const right = await phone(t, { stored: new Map(stored), offline: true }, issuer);
  assert.equal((await verify(issuer.url, await read(t, right.app))).colour, "green");
});

test("a call before init says so, and two phones of one person never undo each other's changes", async (t) => {
  const { app } = await phone(t);
  const healthcode = app.load(app.resolve(join(app.project, "app.js"), "healthcode/alipay"));
  assert.throws(() => new healthcode.Holder([]), { code: "misuse-not-ready" });
  await enrol(app);
  await find(app, { data: { question: "residence", option: "resident" } });
  const { roots, ahead } = JSON.parse(app.options.stored.get("demo"));
  const options = { roots, adaptors: { clock: { now: () => Date.now() + ahead } } };
  const [one, other] = [await healthcode.openPhone(options), await healthcode.openPhone(options)];
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
  // The page's own phone takes up what they stored.
  await fillIn(app);
  await read(t, app);
  const last = await healthcode.openPhone(options);
  assert.deepEqual([last.holder.diary().length, last.holder.reports().length], [4, 1]);
  assert.deepEqual(app.errors, []);
});

test("an app that is closed while it stores leaves the old state or the new", async (t) => {
  const { app, issuer } = await phone(t);
  await enrol(app);
  await fillIn(app);
  // At once, with the finger still on the button.
  while (app.stack.length > 0) app.leave();
  app.open("/pages/code/index");
  await read(t, app);
  assert.deepEqual(app.errors, []);
  const stored = new Map(app.options.stored);
  const heads = [...stored.keys()].filter((key) => /person-1\.[ab]$/.test(key));
  const generation = (key) => Number(JSON.parse(stored.get(key)).split(" ")[1]);
  const [newest] = heads.sort((one, other) => generation(other) - generation(one));
  stored.set(`${newest}.0`, `${stored.get(`${newest}.0`).slice(0, 40)}"`);
  const later = await phone(t, { stored }, issuer);
  await until(
    later.app,
    "the code or the questionnaire",
    () => later.app.canvases.size > 0 || later.app.text().includes("今日申报"),
  );
  assert.deepEqual(later.app.errors, []);
});
