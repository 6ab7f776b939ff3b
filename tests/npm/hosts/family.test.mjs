// A family on one phone, with the code of the package's guide to the components word for word, on WeChat, on Alipay and in a browser:
// somebody without a name is asked for it, whoever is shown is whom the app acts for, and an empty person goes again.
import assert from "node:assert/strict";
import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { build } from "vite";
import { device, launch, shoot } from "../../browser/browser.mjs";
import { scratch } from "../../browser/readers.mjs";
import { serve } from "../../browser/server.mjs";
import * as tapping from "./alipay/citizen.mjs";
import { verify } from "./package.mjs";
import { work } from "./places.mjs";
import { web } from "./server.mjs";
import { phone, readScreen, serveMini } from "./wechat/device.mjs";

const guide = await readFile(join(work, "vite", "node_modules", "healthcode", "docs", "components-guide.md"), "utf8");
const [, code] = /```js\n(const \{ openFamily[\s\S]*?)```/.exec(guide);
/** The element as the guide has it for a host. */
const element = (event) => new RegExp(`<hc-family ${event}[^>]*/>`).exec(guide)[0];

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

const PARENT = ["测试员", "330106190001010000"];
const CHILD = ["测试孩", "330106201501011234"];

/**
 * What a citizen does. `host` presses a button by its text or, where several have the same, its label, types into a field, waits until
 * a part of the page says something or no longer does, and tells who the app acts for.
 */
async function journey({ press, type, says, silent, who }) {
  const name = async ([name, number]) => {
    await type("name", name);
    await type("number", number);
    await press("page", "好");
  };
  await says("code", /填写姓名和证件号码/);
  await silent("code", /应用的问题|联网重试/);
  await name(PARENT);
  await says("code", /\*\*员[\s\S]*0000/);
  assert.equal(await who(), "1 **员");
  await press("family", "添加家人");
  await says("code", /填写姓名和证件号码/);
  await says("family", /第2位[\s\S]*还没有填写姓名/);
  assert.equal(await who(), "2 ");
  await name(CHILD);
  await says("code", /\*\*孩[\s\S]*1234/);
  assert.equal(await who(), "2 **孩");
  await says("family", /\*\*员[\s\S]*0000[\s\S]*\*\*孩[\s\S]*1234/);
  await press("family", "切换");
  await says("code", /\*\*员[\s\S]*0000/);
  assert.equal(await who(), "1 **员");
  await silent("page", /好/);
  await press("family", "添加家人");
  await says("page", /好/);
  await says("family", /第3位/);
  await press("family", "删除第3位");
  await silent("family", /第3位/);
  await says("code", /\*\*员/);
  assert.equal(await who(), "1 **员");
  await silent("page", /好/);
  await says("family", /\*\*员[\s\S]*\*\*孩/);
  await silent("family", /出了错/);
}

/** The guide's page in an app's folder, first of all. */
async function page(folder, { ending, steer, on, family, code }) {
  const place = join(folder, "pages", "family");
  const main = ending === "wxml" ? "healthcode" : "healthcode/alipay";
  await mkdir(place, { recursive: true });
  const usingComponents = Object.fromEntries(
    ["code", "family"].map((name) => [`hc-${name}`, `${main}/components/${name}/index`]),
  );
  await writeFile(join(place, "index.json"), JSON.stringify({ usingComponents }));
  const field = (name) => `<input class="${name}" ${on("input")}="${name}" />`;
  await writeFile(
    join(place, `index.${ending}`),
    `<view class="part-code"><hc-code /></view><view class="part-family">${family}</view>` +
      `<view class="part-page"><view ${steer}:if="{{asking}}">${field("name")}${field("number")}<button class="main" ${on("tap")}="named">好</button></view></view>`,
  );
  const own = `
    let own;
    function ask(asking) { own.setData({ asking }); }
    Page({
      data: { asking: false },
      async onLoad() { own = this; options = await require("../../demo")(); return start(); },
      shown,
      name({ detail }) { this.given = detail.value; },
      number({ detail }) { this.digits = detail.value; },
      named() { return named(this.given, this.digits); },
      who() { const { person, identity } = phoneShown(); return person + " " + (identity ? identity.name : ""); },
    });`;
  await writeFile(join(place, "index.js"), `let options;\n${code}\n${own}`);
  const app = JSON.parse(await readFile(join(folder, "app.json"), "utf8"));
  await writeFile(join(folder, "app.json"), JSON.stringify({ ...app, pages: ["pages/family/index"] }));
}

/** The journey's steps in a page in Chromium; `part` finds a part of it, `fields` how one is typed into. */
const inPage = (part, button, type) => ({
  press: (name, text) => {
    const buttons = part(name).locator(button);
    return buttons
      .filter({ hasText: text })
      .or(part(name).locator(`${button}[aria-label="${text}"]`))
      .click();
  },
  type,
  says: (name, what) => part(name).filter({ hasText: what }).waitFor(),
  silent: (name, what) => part(name).filter({ hasNotText: what }).waitFor({ state: "attached" }),
});

test("WeChat: a family of three, of whom one stays without a name", async (t) => {
  const folder = join(await scratch(t), "compiled");
  await cp(join(work, "wechat-compiled"), folder, { recursive: true });
  await page(folder, { ending: "wxml", steer: "wx", on: (event) => `bind:${event}`, family: element("bind"), code });
  const issuer = await serve(t, { folder: null });
  const { url } = await serveMini(t, folder, { issuer: issuer.url, start: "pages/family/index" });
  const { page: screen, errors } = await phone(t, browser, url);
  const host = inPage(
    (name) => screen.locator(`.part-${name}`),
    "wx-button",
    (name, value) => screen.locator(`.${name} input`).fill(value),
  );
  await journey({ ...host, who: () => screen.evaluate(() => globalThis.host.stack[0].component.who()) });
  // Nobody has reported, so a checkpoint reads it and does not decide.
  assert.equal((await verify(issuer.url, await readScreen(t, screen))).code, "code-grey");
  await shoot(screen, "family-wechat", { fullPage: true });
  assert.deepEqual(await errors(), []);
});

test("Alipay: a family of three, of whom one stays without a name", async (t) => {
  const onAlipay = code
    .replace('require("healthcode")', 'require("healthcode/alipay")')
    .replace('require("healthcode/components")', 'require("healthcode/alipay/components")');
  const on = (event) => `on${event[0].toUpperCase()}${event.slice(1)}`;
  const { app } = await tapping.phone(t, {}, undefined, (folder) =>
    page(folder, { ending: "axml", steer: "a", on, family: element("on"), code: onAlipay }),
  );
  const within = (name) => app.all(({ attributes }) => attributes.class === `part-${name}`);
  const text = (node) => node.text ?? node.children.map(text).join(" ");
  const said = (name) => within(name).map(text).join(" ");
  const buttons = (name, what) =>
    app
      .all(({ tag }) => tag === "button", within(name))
      .filter((one) => text(one).includes(what) || one.attributes["aria-label"] === what)
      .filter((one) => one.attributes.disabled !== true);
  await journey({
    press: async (name, what) => app.tap(await tapping.until(app, what, () => buttons(name, what)[0])),
    type: async (name, value) => app.happen(await tapping.find(app, { class: name }), "input", { value }),
    says: (name, what) => tapping.until(app, `${what} in ${name}`, () => what.test(said(name))),
    silent: (name, what) => tapping.until(app, `no ${what} in ${name}`, () => !what.test(said(name))),
    who: () => app.stack[0].instance.who(),
  });
  assert.deepEqual(app.errors, []);
});

test("a browser: a family of three, of whom one stays without a name", async (t) => {
  // Beside the installed package, so that it is found.
  const folder = join(work, "vite", "family");
  await mkdir(folder, { recursive: true });
  const imports = code.replace(/const (\{[^}]*\}) = require\(("[^"]+")\);/g, "import $1 from $2;");
  const own = `
    const { roots, clock } = await (await fetch("/demo.json")).json();
    const ahead = Date.parse(clock.now) - Date.now();
    const options = { roots, adaptors: { clock: { now: () => Date.now() + ahead } } };
    const family = document.querySelector("healthcode-family");
    family.addEventListener("add", shown);
    family.addEventListener("switched", shown);
    const told = (globalThis.told = []);
    for (const event of ["add", "switched"]) family.addEventListener(event, ({ type, detail }) => told.push([type, detail]));
    const form = document.querySelector("form");
    function ask(wanted) { form.hidden = !wanted; }
    form.querySelector("button").addEventListener("click", () => named(form.elements.name.value, form.elements.number.value));
    globalThis.who = () => phoneShown().person + " " + (phoneShown().identity?.name ?? "");
    await start();`;
  await writeFile(join(folder, "main.js"), `${imports}\n${own}`);
  const fields = '<form><input name="name"><input name="number"><button type="button">好</button></form>';
  const parts = `<div class="part-code"><healthcode-code></healthcode-code></div><div class="part-family"><healthcode-family></healthcode-family></div><div class="part-page">${fields}</div>`;
  await writeFile(
    join(folder, "index.html"),
    `<!doctype html><html lang="zh-Hans"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>健康码</title><style>form[hidden]{display:none}</style><script type="module" src="main.js"></script>${parts}</html>`,
  );
  await build({ root: folder, logLevel: "error", build: { chunkSizeWarningLimit: 1_000, target: "es2022" } });
  const issuer = await serve(t, { folder: null });
  const url = await web(t, { folders: { "/": join(folder, "dist") }, issuer: () => issuer.url });
  const context = await device(browser);
  t.after(() => context.close());
  const screen = await context.newPage();
  const errors = [];
  screen.on("pageerror", (error) => errors.push(error.stack));
  await screen.goto(url);
  const part = { code: "healthcode-code section", family: "healthcode-family section", page: "form" };
  const host = inPage(
    (name) => screen.locator(part[name]).first(),
    "button",
    (name, value) => screen.locator(`input[name=${name}]`).fill(value),
  );
  await journey({
    ...host,
    says: (name, what) => (name === "page" ? screen.locator("form").waitFor() : host.says(name, what)),
    silent: (name, what) =>
      name === "page" ? screen.locator("form").waitFor({ state: "hidden" }) : host.silent(name, what),
    who: () => screen.evaluate(() => globalThis.who()),
  });
  await shoot(screen, "family-web", { fullPage: true });
  assert.deepEqual(await screen.evaluate(() => globalThis.told), [
    ["add", { person: "2" }],
    ["switched", { person: "1" }],
    ["add", { person: "3" }],
    ["switched", { person: "1" }],
  ]);
  assert.deepEqual(errors, []);
});
