// React, Vue and plain TypeScript: their samples, built with Vite, as far as a code on the screen; a page that a server made and React takes over;
// and the types, in the strictest TypeScript.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";
import { device, keep, launch } from "../../../browser/browser.mjs";
import { serve } from "../../../browser/server.mjs";
import { examples, work } from "../places.mjs";
import { web } from "../server.mjs";
import { enrol, fillIn } from "./page.mjs";

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

/** A page of a new device, and what it told the console. */
async function opened(t, url) {
  const context = await device(browser);
  t.after(() => context.close());
  const page = await context.newPage();
  const told = [];
  page.on("console", (message) => ["warning", "error"].includes(message.type()) && told.push(message.text()));
  page.on("pageerror", (thrown) => told.push(String(thrown)));
  await page.goto(url);
  return { page, told };
}

for (const framework of ["react", "vue", "typescript"]) {
  test(`the sample of ${framework}: name, report, code, report again, and back`, { timeout: 120_000 }, async (t) => {
    const issuer = await serve(t, { folder: null });
    const url = await web(t, { folders: { "/": join(work, framework, "dist") }, issuer: () => issuer.url });
    const { page, told } = await opened(t, url);
    await page.locator("#name").fill("§");
    await page.locator("#number").fill("1");
    await page.locator("form button").click();
    await page.locator(".fault").filter({ hasText: /./ }).waitFor();
    // Whoever makes the page finds in the console what exactly was wrong.
    assert.match(told.splice(0).join(), /^Error: the name cannot appear in an identity document[^§]*$/);
    await enrol(page);
    await fillIn(page);
    await page.locator("healthcode-code").getByText("绿码").first().waitFor();
    await page.locator("healthcode-code canvas.qr").waitFor();
    await keep(await page.screenshot({ fullPage: true }), `web-${framework}`);
    await page.locator("#report").click();
    await page.locator("healthcode-questionnaire").getByRole("button", { name: "返回" }).click();
    await page.locator("healthcode-code canvas.qr").waitFor();
    await page.reload();
    await page.locator("healthcode-code canvas.qr").waitFor();
    assert.deepEqual(told, []);
  });
}

test("the sample in TypeScript has the right types in its own settings, by both compilers", async () => {
  const folder = join(work, "typescript");
  const { compilerOptions } = JSON.parse(await readFile(join(folder, "tsconfig.json"), "utf8"));
  for (const name of ["strict", "exactOptionalPropertyTypes", "noUncheckedIndexedAccess"])
    assert.equal(compilerOptions[name], true, name);
  assert.equal(compilerOptions.skipLibCheck, undefined);
  for (const version of ["typescript", "typescript-5"]) {
    const tsc = TSC.replace(/typescript(?=.bin)/, version);
    const said = await new Promise((done) =>
      execFile(process.execPath, [tsc, "-p", folder], (_, out, err) => done(out + err)),
    );
    assert.equal(said, "", version);
  }
});

test("what the guide says to copy of Next is what the sample in TypeScript has", async () => {
  const [next, typescript] = await Promise.all(
    [join(examples, "next", "app"), join(work, "typescript", "src")].map((path) =>
      Promise.all(["health.ts", "demo.ts"].map((name) => readFile(join(path, name), "utf8"))),
    ),
  );
  assert.deepEqual(next, typescript);
});

test("what the guide says to copy has nothing of either framework: both samples have the same", async () => {
  const [react, vue] = await Promise.all(
    ["react", "vue"].map((name) => readFile(join(work, name, "src", "health.js"), "utf8")),
  );
  assert.equal(react, vue);
});

test("React takes over a page that a server made, with the listeners of the components", async (t) => {
  const folder = join(work, "hydrated");
  await mkdir(folder, { recursive: true });
  const app = `
import { Family, Questionnaire } from "healthcode/react";
import { createElement as h, StrictMode, useState } from "react";
export const App = () => {
  const [heard, hear] = useState([]);
  const note = (event) => hear((before) => [...before, event.type + (event.detail?.person ?? "")]);
  return h(StrictMode, null, [
    h(Questionnaire, { key: "q", id: "report", className: "mine", onReported: note, onBack: note }),
    h(Family, { key: "f", onSwitched: note }),
    h("output", { key: "o" }, heard.join(" ")),
  ]);
};`;
  const client = `
import { hydrateRoot } from "react-dom/client";
import { App } from "./app.js";
import { createElement } from "react";
hydrateRoot(document.querySelector("#app"), createElement(App));`;
  const server = `
import { renderToString } from "react-dom/server";
import { App } from "./app.js";
import { createElement } from "react";
export const made = renderToString(createElement(App));`;
  for (const [name, source] of Object.entries({ app, client, server }))
    await writeFile(join(folder, `${name}.js`), source);
  const bundle = (name, platform, outfile) =>
    build({
      entryPoints: [join(folder, `${name}.js`)],
      outfile: join(folder, outfile),
      bundle: true,
      format: "esm",
      platform,
      nodePaths: [join(work, "react", "node_modules")],
      banner:
        platform === "node"
          ? { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' }
          : {},
      define: { "process.env.NODE_ENV": '"development"' },
      logLevel: "error",
    });
  await bundle("server", "node", "out/server.mjs");
  await bundle("client", "browser", "out/client.js");
  const { made } = await import(pathToFileURL(join(folder, "out", "server.mjs")).href);
  assert.match(made, /<healthcode-questionnaire[^>]*><\/healthcode-questionnaire>/);
  const html = `<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><div id="app">${made}</div><script type="module" src="/client.js"></script>`;
  const url = await web(t, { folders: { "/": join(folder, "out") }, files: { "/": html } });
  const { page, told } = await opened(t, url);
  await page.locator("healthcode-questionnaire.mine#report").getByText("正在打开").waitFor();
  const tell = (tag, type, detail) =>
    page
      .locator(tag)
      .evaluate(
        (element, [type, detail]) =>
          element.dispatchEvent(new CustomEvent(type, { bubbles: true, composed: true, detail })),
        [type, detail],
      );
  await tell("healthcode-questionnaire", "reported");
  await tell("healthcode-family", "switched", { person: "2" });
  await tell("healthcode-questionnaire", "back");
  await page.locator("output").getByText("reported switched2 back", { exact: true }).waitFor();
  assert.deepEqual(told, []);
});

const TSC = fileURLToPath(new URL("../node_modules/typescript/bin/tsc", import.meta.url));

/** What TypeScript says of a script in a sample's folder. */
async function complaints(folder, file, options = {}) {
  const compilerOptions = {
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    skipLibCheck: false,
    noEmit: true,
    target: "ES2022",
    module: "ESNext",
    moduleResolution: "bundler",
    lib: ["ES2022", "ESNext.Disposable", "DOM", "DOM.Iterable"],
    types: [],
    ...options,
  };
  const config = join(folder, "tsconfig.json");
  await writeFile(config, JSON.stringify({ compilerOptions, files: [file] }));
  return new Promise((done) => execFile(process.execPath, [TSC, "-p", config], (_, out, err) => done(out + err)));
}

test("the types of React know the components, their events and the elements themselves", async () => {
  const folder = join(work, "react");
  await writeFile(
    join(folder, "types.tsx"),
    `import { Code, Family, Questionnaire } from "healthcode/react";
import { useRef } from "react";

export const Page = () => {
  const shown = useRef<HTMLElementTagNameMap["healthcode-code"]>(null);
  return (
    <>
      <Code ref={shown} className="mine" />
      <Family onSwitched={({ detail }) => detail.person.length} />
      <Questionnaire onReported={(event) => event.detail satisfies undefined} onBack={() => {}} />
      <healthcode-family id="people" onadd={({ detail }) => detail.person.length} />
      {/* @ts-expect-error: no event of this component */}
      <Code onReported={() => {}} />
      {/* @ts-expect-error: no such element */}
      <healthcode-nothing />
    </>
  );
};
`,
  );
  assert.equal(await complaints(folder, "types.tsx", { jsx: "react-jsx" }), "");
});

test("the types of Vue and of the DOM know the components and their events", async () => {
  const folder = join(work, "vue");
  await writeFile(
    join(folder, "types.ts"),
    `import { connect } from "healthcode/components";
import { Code, Family, Questionnaire } from "healthcode/vue";
import { h } from "vue";

connect({});
export const page = () => [
  h(Code, { class: "mine" }),
  h(Family, { onSwitched: ({ detail }) => detail.person.length }),
  h(Questionnaire, { onReported: (event) => event.detail satisfies undefined }),
];

const family = document.querySelector("healthcode-family");
family?.addEventListener("switched", ({ detail }) => detail.person.length);
family?.addEventListener("click", ({ clientX }) => clientX);
// @ts-expect-error: no event of this component
document.createElement("healthcode-code").addEventListener("switched", ({ detail }) => detail.person);
`,
  );
  assert.equal(await complaints(folder, "types.ts"), "");
});
