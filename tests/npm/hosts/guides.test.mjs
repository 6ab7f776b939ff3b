// The guides, word for word. The steps for WeChat and Alipay are done in an app that has nothing of the samples but the files that they
// name: every `require` finds its file, and the root keys in config.js are the ones that are trusted. bare.test.mjs has Douyin's.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cp, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { runInContext } from "node:vm";
import { build } from "vite";
import { device, launch } from "../../browser/browser.mjs";
import { scratch } from "../../browser/readers.mjs";
import { serve } from "../../browser/server.mjs";
import * as tapping from "./alipay/citizen.mjs";
import { alipay } from "./alipay/fake.mjs";
import { sentence, verify } from "./package.mjs";
import { work } from "./places.mjs";
import { install } from "./prepare.mjs";
import { web } from "./server.mjs";
import { enrol, fillIn } from "./web/page.mjs";
import * as citizen from "./wechat/citizen.mjs";
import { phone, readScreen, serveMini } from "./wechat/device.mjs";

const run = promisify(execFile);

/** An issuer, its root keys, and a line that turns a phone's own clock to its time: no adaptor stands in for it here. */
async function issue(t) {
  const { url } = await serve(t, { folder: null });
  const { roots, clock } = await (await fetch(`${url}/demo.json`)).json();
  return { url, roots, turn: `Date.now = ((real) => () => real() + ${Date.parse(clock.now) - Date.now()})(Date.now);` };
}

/** Another issuer's root keys: what this one signed is nothing to them. */
const foreign = async (t) => (await issue(t)).roots;

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

/** The guide, without what it says for those who read it in a list. */
const guide = async (host) =>
  (await readFile(join(work, host, "node_modules", "healthcode", "docs", `${host}.md`), "utf8")).replace(/^ {3}/gm, "");
/** The first code of that language from a text on. */
const block = (text, language, from = "") =>
  new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``).exec(text.slice(text.indexOf(from)))[1];

/** An empty app in which the guide's first three steps were done; `pages` are names and where in the guide their codes begin. */
async function follow(t, host, markup, pages) {
  const text = await guide(host);
  const folder = join(await scratch(t), "app");
  await mkdir(folder);
  await writeFile(
    join(folder, "package.json"),
    JSON.stringify({ name: "app", version: "1.0.0", private: true, dependencies: { healthcode: "*" } }),
  );
  await writeFile(
    join(folder, "project.config.json"),
    JSON.stringify({ appid: "touristappid", compileType: "miniprogram", setting: {} }),
  );
  await writeFile(
    join(folder, "app.json"),
    JSON.stringify({ pages: Object.keys(pages).map((name) => `pages/${name}/index`) }),
  );
  await writeFile(join(folder, "app.js"), "App({});\n");
  await install(folder);
  const [step, sample] = /^2\. Copy (.*?) of `(examples\/\w+)` beside your `app.json`/m.exec(text).slice(1);
  const names = [...step.matchAll(/`([\w.]+)`/g)].map(([, name]) => name);
  assert.ok(names.includes("config.js") && !names.includes("demo.js"), names.join());
  for (const name of names) await cp(join(work, host, "node_modules", "healthcode", sample, name), join(folder, name));
  for (const [name, from] of Object.entries(pages)) {
    const place = join(folder, "pages", name);
    await mkdir(place, { recursive: true });
    for (const [language, ending] of [
      ["json", "json"],
      ["xml", markup],
      ["js", "js"],
    ])
      await writeFile(join(place, `index.${ending}`), block(text, language, from));
  }
  return folder;
}

/** Puts an address and root keys into config.js, as its reader does. */
async function configure(folder, values) {
  const path = join(folder, "config.js");
  let text = await readFile(path, "utf8");
  for (const [key, value] of Object.entries(values)) {
    const line = new RegExp(`^  ${key}: .*,$`, "m");
    assert.match(text, line);
    text = text.replace(line, `  ${key}: ${JSON.stringify(value)},`);
  }
  await writeFile(path, text);
}

test("WeChat: what step 2 names is enough, and the pinned keys count", { timeout: 180_000 }, async (t) => {
  const issuer = await issue(t);
  const folder = await follow(t, "wechat", "wxml", { health: "3. Make a page", desk: "## A checkpoint" });
  await configure(folder, { server: issuer.url, roots: issuer.roots });
  const compiled = join(folder, "..", "compiled");
  await run(process.execPath, [fileURLToPath(new URL("wechat/compile.mjs", import.meta.url)), folder, compiled], {
    maxBuffer: 1 << 24,
  });

  const turned = (scripts) => ({ ...scripts, "modules.js": `${issuer.turn}\n${scripts["modules.js"]}` });
  const { url } = await serveMini(t, compiled, { issuer: issuer.url, start: "pages/health/index", alter: turned });
  const { page, errors } = await phone(t, browser, url);
  await citizen.enrol(page);
  await citizen.fillIn(page);
  await citizen.press(page, "questionnaire");
  const code = await readScreen(t, page);
  const verdict = await verify(issuer.url, code);
  assert.deepEqual([verdict.verdict, verdict.colour, verdict.name], ["accepted", "green", "**员"]);
  assert.deepEqual(await errors(), []);

  const desk = await serveMini(t, compiled, {
    issuer: issuer.url,
    options: { scans: [code] },
    start: "pages/desk/index",
    alter: turned,
  });
  const checkpoint = await phone(t, browser, desk.url);
  await citizen.press(checkpoint.page, "checkpoint");
  await checkpoint.page.getByText("**员").first().waitFor();
  assert.deepEqual(await checkpoint.errors(), []);

  const roots = await foreign(t);
  const alter = (scripts) =>
    turned({ ...scripts, "modules.js": scripts["modules.js"].replaceAll(issuer.roots.keys[0], roots.keys[0]) });
  const other = await serveMini(t, compiled, { issuer: issuer.url, start: "pages/health/index", alter });
  const stranger = await phone(t, browser, other.url);
  await citizen.enrol(stranger.page);
  await stranger.page.getByText(sentence("trust-other-roots")).waitFor();
  assert.deepEqual(await stranger.errors(), []);
});

test("Alipay: what step 2 names is enough, and the pinned keys count", async (t) => {
  const issuer = await issue(t);
  const folder = await follow(t, "alipay", "axml", { health: "3. Make a page" });
  const values = { server: issuer.url, random: await tapping.randomServer(t) };
  const open = async (roots) => {
    await configure(folder, { ...values, roots });
    const app = alipay(folder, {});
    t.after(() => app.stop());
    runInContext(issuer.turn, app.context);
    app.start();
    await tapping.enrol(app);
    return app;
  };
  const app = await open(issuer.roots);
  await tapping.fillIn(app);
  const verdict = await verify(issuer.url, await tapping.read(t, app));
  assert.deepEqual([verdict.verdict, verdict.colour, verdict.name], ["accepted", "green", "**员"]);
  assert.deepEqual(app.errors, []);
  const stranger = await open(await foreign(t));
  await tapping.says(stranger, "trust-other-roots");
  assert.deepEqual(stranger.errors, []);
});

test("the samples: root keys in config.js end the demonstration, though demo.js is there", {
  timeout: 180_000,
}, async (t) => {
  const issuer = await issue(t);
  const roots = await foreign(t);
  await t.test("WeChat", async (t) => {
    const alter = (scripts) => ({
      ...scripts,
      "modules.js": scripts["modules.js"]
        .replace("roots:{keys:[],signers:1}", `roots:${JSON.stringify(roots)}`)
        .replace("https://health.example", issuer.url),
    });
    const { url } = await serveMini(t, join(work, "wechat-compiled"), { issuer: issuer.url, alter });
    const { page } = await phone(t, browser, url);
    await citizen.enrol(page);
    await page.getByText(sentence("trust-other-roots")).waitFor();
    assert.equal(await page.evaluate(() => localStorage.getItem("wx:demo")), null);
  });
  await t.test("Alipay", async (t) => {
    const { app } = await tapping.phone(t, {}, issuer, (folder) => configure(folder, { server: issuer.url, roots }));
    await tapping.enrol(app);
    await tapping.says(app, "trust-other-roots");
    assert.ok(!app.options.stored.has("demo"));
  });
  await t.test("a page with a plain script", async (t) => {
    const text = (await readFile(join(work, "script", "config.js"), "utf8")).replace(
      "roots: { keys: [], signers: 1 }",
      `roots: ${JSON.stringify(roots)}`,
    );
    const url = await web(t, {
      folders: { "/": join(work, "script") },
      issuer: () => issuer.url,
      change: (path) => (path === "/config.js" ? text : undefined),
    });
    const page = await tab(t, url);
    await enrol(page);
    await page.getByText(sentence("trust-other-roots")).waitFor();
  });
  await t.test("Vite", async (t) => {
    const folder = await viteSample("pinned", { roots });
    const page = await tab(t, await web(t, { folders: { "/": join(folder, "dist") }, issuer: () => issuer.url }));
    await enrol(page);
    await page.getByText(sentence("trust-other-roots")).waitFor();
    assert.equal(await page.evaluate(() => localStorage.demo), undefined);
  });
});

/** A page that is open at an address; `prepare` runs first. */
async function tab(t, url, prepare) {
  const context = await device(browser);
  t.after(() => context.close());
  if (prepare) await context.addInitScript(prepare);
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  await page.goto(url);
  return page;
}

/** The Vite sample, built with those values in its config.js; beside the installed package, so that it is found. */
async function viteSample(name, values, change = () => {}) {
  const folder = join(work, "vite", name);
  for (const part of ["src", "index.html", "vite.config.js", "offline.js"])
    await cp(join(work, "vite", part), join(folder, part), { recursive: true });
  await configure(join(folder, "src"), values);
  await change(folder);
  await build({ root: folder, logLevel: "error", build: { chunkSizeWarningLimit: 1_000 } });
  return folder;
}

test("browsers: the files that the guide names, with root keys and the page's own clock, make a page", async (t) => {
  const issuer = await issue(t);
  const text = await readFile(join(work, "vite", "node_modules", "healthcode", "docs", "browsers.md"), "utf8");
  const named = /copy (.*?), and name `src\/main.js` in your\s`index.html`/s.exec(text.replace(/\n/g, " "))[1];
  const names = [...named.matchAll(/`src\/([\w.]+)`/g)].map(([, name]) => name);
  assert.deepEqual(names, ["config.js", "main.js", "page.js"]);
  const folder = await viteSample("own", { roots: issuer.roots }, async (folder) => {
    for (const name of await readdir(join(folder, "src")))
      if (![...names, "style.css"].includes(name)) await rm(join(folder, "src", name));
    const index = join(folder, "index.html");
    await writeFile(index, (await readFile(index, "utf8")).replace("/src/demo.js", "/src/main.js"));
  });
  const page = await tab(
    t,
    await web(t, { folders: { "/": join(folder, "dist") }, issuer: () => issuer.url }),
    issuer.turn,
  );
  await enrol(page);
  await fillIn(page);
  await page.locator("healthcode-code").getByText("绿码").first().waitFor();
});

test("Alipay: random-server.mjs gives 32 bytes, and what is something else is refused", async (t) => {
  const sample = join(work, "alipay");
  const folder = await scratch(t);
  const script = (await readFile(join(sample, "random-server.mjs"), "utf8"))
    .replace("8081", "0")
    .replace(/\);\s*$/, ", function () { console.log(this.address().port); });\n");
  await writeFile(join(folder, "server.mjs"), script);
  const child = execFile(process.execPath, [join(folder, "server.mjs")]);
  t.after(() => child.kill());
  const port = await new Promise((resolve) => child.stdout.once("data", (text) => resolve(Number(text))));
  const address = `http://127.0.0.1:${port}/random`;
  const answer = await fetch(`${address}?length=32`);
  assert.equal((await answer.arrayBuffer()).byteLength, 32);
  assert.equal((await fetch(`${address}?length=33`)).status, 404);

  const app = alipay(sample, {});
  t.after(() => app.stop());
  const random = app.load(join(sample, "random.js"));
  assert.equal((await random(address).bytes(32)).length, 32);
  for (const wrong of [`http://127.0.0.1:${port}/`, "http://127.0.0.1:9/random"])
    await assert.rejects(random(wrong).bytes(32), { code: "random-missing" });
  const issuer = await issue(t);
  await assert.rejects(random(`${issuer.url}/demo.json`).bytes(32), { code: "random-missing" });
});

test("Node: the guide's checkpoint verifies a code, again from its folder, and says what is no code", async (t) => {
  const issuer = await issue(t);
  const text = await readFile(join(work, "node", "node_modules", "healthcode", "docs", "node.md"), "utf8");
  const script = block(text, "js")
    .replace("https://health.example", issuer.url)
    .replace("64 hexadecimal digits", issuer.roots.keys[0]);
  const { stdout: way } = await run(process.execPath, ["demo.js"], {
    cwd: join(work, "node"),
    env: { ...process.env, DEMO_ISSUER: issuer.url },
  });
  const [, code] = /(JK1:.+)/.exec(way);
  // Beside the installed package, so that it is found.
  await writeFile(join(work, "node", "guide.mjs"), `${issuer.turn}\nconst text = process.argv[2];\n${script}`);
  const cwd = await scratch(t);
  const desk = async (text) => (await run(process.execPath, [join(work, "node", "guide.mjs"), text], { cwd })).stdout;
  assert.equal(await desk(code), "green **员 0000\n");
  assert.match(await desk(`${code.slice(0, -4)}AAAA`), /^refused \S+ \S/);
});

test("other hosts: the guide's adaptors are enough for the whole way", async (t) => {
  const issuer = await issue(t);
  const installed = join(work, "node", "node_modules", "healthcode");
  const text = await readFile(join(installed, "docs", "anywhere.md"), "utf8");
  const ask =
    "{ const reply = await fetch(url, body && { method: 'POST', body, headers: { 'content-type': type } }); return { status: reply.status, body: new Uint8Array(await reply.arrayBuffer()) }; }";
  const script = block(text, "js")
    .replace("({ url, body, type }) => …", `({ url, body, type }) => ${ask}`)
    .replace("(length) => …", "(length) => crypto.getRandomValues(new Uint8Array(length))");
  assert.ok(!script.includes("…"), script);
  const stored = new Map();
  const host = {
    getStorageSync: (key) => stored.get(key) ?? "",
    setStorageSync: (key, value) => void stored.set(key, value),
    removeStorageSync: (key) => void stored.delete(key),
    getStorageInfoSync: () => ({ keys: [...stored.keys()] }),
  };
  const real = Date.now;
  t.after(() => {
    Date.now = real;
  });
  new Function(issuer.turn)();
  const start = new Function("require", "host", "roots", "server", `${script}\nreturn start;`)(
    createRequire(join(work, "node", "index.js")),
    host,
    issuer.roots,
    issuer.url,
  );
  const phone = await start();
  assert.deepEqual([...(await phone.refresh())], []);
  await phone.certify({ name: "**员", digits: "0000" });
  const answers = {
    residence: "resident",
    home: "330106",
    temperature: 36.5,
    symptoms: ["none"],
    household_ill: false,
    contact: false,
    been_away: false,
  };
  assert.equal((await phone.report(answers)).result, "accepted");
  assert.equal((await (await start()).show()).code.colour, "green");
});
