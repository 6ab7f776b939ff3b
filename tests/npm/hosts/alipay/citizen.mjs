// A phone with the Alipay sample in the contract fake, and what a citizen does on it. Everyone here is made up.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { cp, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import { CITIZEN, WELL } from "../../../browser/citizen.mjs";
import { scratch, zbar, zxing } from "../../../browser/readers.mjs";
import { serve } from "../../../browser/server.mjs";
import { sentence } from "../package.mjs";
import { work } from "../places.mjs";
import { alipay } from "./fake.mjs";

/** The server side of the sample's random.js. */
export async function randomServer(t) {
  const server = createServer((_, response) => response.end(randomBytes(32)));
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => server.close());
  return `http://127.0.0.1:${server.address().port}/random`;
}

/** The sample with an issuer of its own, on a phone; `change` may alter the app in its folder. */
export async function phone(t, options = {}, issuer = undefined, change = undefined) {
  issuer ??= await serve(t, { folder: null });
  const folder = join(await scratch(t), "app");
  await cp(join(work, "alipay"), folder, { recursive: true });
  const demo = await readFile(join(folder, "demo.js"), "utf8");
  await writeFile(
    join(folder, "demo.js"),
    demo.replace("http://127.0.0.1:8080", issuer.url).replace("http://127.0.0.1:8081/random", await randomServer(t)),
  );
  await change?.(folder);
  const app = alipay(folder, options);
  t.after(() => app.stop());
  app.start();
  return { app, issuer };
}

export async function until(app, what, holds) {
  for (const started = Date.now(); Date.now() - started < 20_000; ) {
    const found = await holds();
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return assert.fail(`${what} did not come; the page says:\n${app.text()}\n${app.errors.join("\n")}`);
}

/** The first drawn element of that tag, class and data. */
const matching = (app, { tag, class: name, data = {} }) =>
  app.all((element) => {
    const classes = String(element.attributes.class ?? "").split(" ");
    const same = Object.entries(data).every(([key, value]) => String(element.data[key]) === value);
    return (!tag || element.tag === tag) && (!name || classes.includes(name)) && same;
  })[0];

export const find = (app, which) => until(app, JSON.stringify(which), () => matching(app, which));

/** Taps what can be tapped, as soon as it can. */
export async function tap(app, which) {
  await until(app, `an enabled ${JSON.stringify(which)}`, () => {
    const found = matching(app, which);
    return found !== undefined && found.attributes.disabled !== true;
  });
  app.tap(await find(app, which));
}

const type = async (app, which, value) => app.happen(await find(app, which), "input", { value });
export const says = (app, code, language = "zh-Hans") =>
  until(app, code, () => app.text().includes(sentence(code, language)));

export async function enrol(app) {
  await type(app, { class: "name" }, CITIZEN.name);
  await type(app, { class: "number" }, CITIZEN.number);
  await tap(app, { class: "main" });
}

const HOME = ["浙江省", "杭州市", "西湖区"];

/** Picks from the lists of places, level by level. */
async function place(app, question, names) {
  for (const [depth, name] of names.entries()) {
    const list = await find(app, { tag: "picker", data: { question, depth: String(depth) } });
    const index = list.attributes.range.indexOf(name);
    assert.ok(index > 0, `${name} is in the list`);
    app.happen(list, "change", { value: index });
  }
}

export async function fillIn(app, answers = {}, home = HOME) {
  const { residence, temperature, symptoms, household_ill, contact, been_away } = { ...WELL, ...answers };
  const choose = (question, option) => tap(app, { data: { question, option } });
  await choose("residence", residence);
  await place(app, "home", home);
  await type(app, { tag: "input", data: { question: "temperature" } }, temperature);
  for (const symptom of symptoms) await choose("symptoms", symptom);
  await choose("household_ill", household_ill);
  await choose("contact", contact);
  await choose("been_away", been_away);
  await tap(app, { class: "primary" });
  if (Number(temperature) >= 37.3 || !symptoms.includes("none")) await confirm(app);
}

/** Confirms what is shown before it counts. */
export async function confirm(app) {
  await find(app, { class: "review" });
  await tap(app, { class: "primary" });
}

/** Changes the temperature in a report that is there. */
export const measure = (app, temperature) =>
  type(app, { tag: "input", data: { question: "temperature" } }, temperature);

/** What both readers read of what was drawn. */
export async function read(t, app) {
  // Those that are on the page: another from before may have been taken off it.
  const drawn = () => app.all(({ tag }) => tag === "canvas").map(({ attributes }) => app.canvases.get(attributes.id));
  const canvas = await until(app, "a code", () => drawn().find((one) => one?.width > 300));
  const file = join(await scratch(t), "canvas.png");
  // It is there a moment before all of it is drawn.
  const text = await until(app, "a code that can be read", async () => {
    await writeFile(file, canvas.png());
    return zbar(file).catch(() => undefined);
  });
  assert.equal(await zxing(file), text);
  return text;
}
