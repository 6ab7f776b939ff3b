// The Alipay sample in the contract fake (fake.mjs says what that is and is not): the same journey as on WeChat, on the engine's
// translation to JavaScript.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import { test } from "node:test";
import { CITIZEN, WELL } from "../../../browser/citizen.mjs";
import { screenshots } from "../../../browser/browser.mjs";
import { scratch, zbar, zxing } from "../../../browser/readers.mjs";
import { serve } from "../../../browser/server.mjs";
import { sentence, verify } from "../package.mjs";
import { work } from "../places.mjs";
import { alipay } from "./fake.mjs";

/** The server side of the sample's random.js. */
async function randomServer(t) {
  const server = createServer((_, response) => response.end(randomBytes(32)));
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => server.close());
  return `http://127.0.0.1:${server.address().port}/random`;
}

/** The sample with an issuer of its own, on a phone. */
async function phone(t, options = {}, issuer = undefined) {
  issuer ??= await serve(t, { folder: null });
  const folder = join(await scratch(t), "app");
  await cp(join(work, "alipay"), folder, { recursive: true });
  const config = await readFile(join(folder, "config.js"), "utf8");
  await writeFile(join(folder, "config.js"), config.replace("http://127.0.0.1:8080", issuer.url).replace(/http:[^"]*\/random/, await randomServer(t)));
  const app = alipay(folder, options);
  t.after(() => app.stop());
  app.start();
  return { app, issuer };
}

async function until(app, what, holds) {
  for (const started = Date.now(); Date.now() - started < 20_000; ) {
    const found = holds();
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return assert.fail(`${what} did not come; the page says:\n${app.text()}\n${app.errors.join("\n")}`);
}

const find = (app, which) => until(app, JSON.stringify(which), () => app.all(({ tag, data, attributes }) => (!which.tag || tag === which.tag) && Object.entries(which.data ?? {}).every(([name, value]) => String(data[name]) === value) && (!which.class || String(attributes.class).split(" ").includes(which.class)))[0]);
const tap = async (app, which) => app.tap(await find(app, which));
const type = async (app, which, value) => app.happen(await find(app, which), "input", { value });
const says = (app, code, language = "zh-Hans") => until(app, code, () => app.text().includes(sentence(code, language)));

async function enrol(app) {
  await type(app, { class: "name" }, CITIZEN.name);
  await type(app, { class: "number" }, CITIZEN.number);
  await tap(app, { class: "main" });
}

/** Picks from the lists of places, level by level. */
async function place(app, question, names) {
  for (const [depth, name] of names.entries()) {
    const list = await find(app, { tag: "picker", data: { question, depth: String(depth) } });
    const index = list.attributes.range.indexOf(name);
    assert.ok(index > 0, `${name} is in the list`);
    app.happen(list, "change", { value: index });
  }
}

async function fillIn(app, answers = {}) {
  const { residence, temperature, symptoms, household_ill, contact, been_away } = { ...WELL, ...answers };
  const choose = (question, option) => tap(app, { data: { question, option } });
  await choose("residence", residence);
  await place(app, "home", ["浙江省", "杭州市", "西湖区"]);
  await type(app, { tag: "input", data: { question: "temperature" } }, temperature);
  for (const symptom of symptoms) await choose("symptoms", symptom);
  await choose("household_ill", household_ill);
  await choose("contact", contact);
  await choose("been_away", been_away);
  await tap(app, { class: "primary" });
}

/** What both readers read of what was drawn. */
async function read(t, app) {
  const canvas = await until(app, "a code", () => [...app.canvases.values()].find(({ width }) => width > 300));
  await new Promise((resolve) => setTimeout(resolve, 100));
  const file = join(await scratch(t), "canvas.png");
  await writeFile(file, canvas.png());
  const text = await zbar(file);
  assert.equal(await zxing(file), text);
  return text;
}

test("somebody who is well is green, and the code is accepted", async (t) => {
  const { app, issuer } = await phone(t);
  await enrol(app);
  await fillIn(app);
  const text = await read(t, app);
  const verdict = await verify(issuer.url, text);
  assert.deepEqual([verdict.verdict, verdict.colour, verdict.name, verdict.digits], ["accepted", "green", "**员", "0000"]);
  assert.deepEqual(app.errors, []);
  assert.equal(app.brightness, 1);
  await mkdir(screenshots, { recursive: true });

  const other = await phone(t, { scans: [text] }, issuer);
  await find(other.app, { class: "name" });
  other.app.open("/pages/checkpoint/index");
  await tap(other.app, { class: "primary" });
  await until(other.app, "a verdict", () => /\*\*员/.test(other.app.text()));
  assert.deepEqual(other.app.errors, []);
});
