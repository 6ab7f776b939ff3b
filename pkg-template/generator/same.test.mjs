// The custom elements and WeChat's templates on glass-easel, in Chromium, from one view: what they say is the same.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";
import { TmplGroup } from "glass-easel-template-compiler";
import { chromium } from "playwright-core";
import { CHROMIUM } from "../../tests/chromium.mjs";
import { names } from "./components.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const read = (...path) => readFileSync(join(root, ...path), "utf8");
/** As `healthcode serve` has it, but that glass-easel writes attributes of style, as WeChat does. */
const POLICY =
  "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; img-src 'self' data:; style-src 'self'; style-src-attr 'unsafe-inline'";

let browser;
let files;

before(async () => {
  const places = {
    name: "places",
    setup: ({ onResolve }) => onResolve({ filter: /^#places$/ }, () => ({ path: join(root, "out/web/places.mjs") })),
  };
  const bundled = await esbuild.build({
    entryPoints: [join(root, "test/page.ts")],
    bundle: true,
    write: false,
    format: "esm",
    define: { VERSION: '"0.1.0"', WASM_SHA256: '""', CHECKPOINT_SHA256: '""' },
    plugins: [places],
    logLevel: "warning",
  });
  const templates = names.map((name) => {
    const group = new TmplGroup();
    group.addTmpl(name, read("out/miniprogram_dist/components", name, "index.wxml"));
    const source = `${JSON.stringify(name)}: (() => { const groupList = ${group.getTmplGenObjectGroups()}; return { groupList, content: groupList[${JSON.stringify(name)}] }; })()`;
    group.free();
    return source;
  });
  const given = `globalThis.given = { journey: ${read("../tests/vectors/signed/journey.json")}, handlers: ${read("out/generated/handlers.json")}, templates: { ${templates.join(", ")} } };`;
  // WeChat keeps the styles of components apart.
  const css = (name) =>
    `.hc-${name} { ${read("out/miniprogram_dist/components", name, "index.wxss").replace(/@import[^;]*;/, "")} }`;
  const look =
    "body{margin:0;background:#ededed}.pair-of-hosts{display:flex}.pair-of-hosts>*{width:390px;flex:none;padding:10px;box-sizing:border-box}view{display:block}text{display:inline}canvas{display:block}";
  files = {
    "/": [
      "text/html",
      '<!doctype html><meta charset="utf-8"><link rel="stylesheet" href="style.css"><script src="given.js"></script><script type="module" src="page.js"></script>',
    ],
    "/given.js": ["text/javascript", given],
    "/page.js": ["text/javascript", bundled.outputFiles[0].text],
    "/style.css": [
      "text/css",
      [look, read("out/miniprogram_dist/components/style.wxss"), ...names.map(css)].join("\n"),
    ],
    "/healthcode.wasm": ["application/wasm", readFileSync(join(root, "src/engine/core/healthcode.wasm"))],
    "/checkpoint.wasm": ["application/wasm", readFileSync(join(root, "src/engine/verifier/healthcode.wasm"))],
  };
  browser = await chromium.launch(CHROMIUM);
});
after(() => browser?.close());

async function open(t) {
  const context = await browser.newContext({
    viewport: { width: 800, height: 900 },
    deviceScaleFactor: 2.75,
    timezoneId: "America/New_York",
  });
  t.after(() => context.close());
  const page = await context.newPage();
  const errors = [];
  page.on("pageerror", (error) => errors.push(error.stack));
  page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
  await page.route("http://components.test/**", (route) => {
    const [type, body] = files[new URL(route.request().url()).pathname] ?? [];
    return body === undefined
      ? route.fulfill({ status: 404, body: "" })
      : route.fulfill({ contentType: type, body, headers: { "content-security-policy": POLICY } });
  });
  await page.goto("http://components.test/");
  await page.waitForFunction(() => "show" in globalThis);
  return { page, errors };
}

/** Colours, by people of the vectors. */
const PEOPLE = { green: "green-at-home", yellow: "yellow-cough", red: "red-back-from-wuhan", grey: undefined };

for (const [colour, person] of Object.entries(PEOPLE)) {
  test(`web and WeChat say the same of ${colour}, in both languages`, async (t) => {
    const { page, errors } = await open(t);
    for (const language of ["zh-Hans", "en"]) {
      const said = await page.evaluate(
        ([person, language]) => globalThis.show(person ?? undefined, language, language === "en"),
        [person ?? null, language],
      );
      assert.deepEqual(Object.keys(said).sort(), names);
      for (const [name, { web, mini }] of Object.entries(said)) {
        assert.ok(web.length > 20, `${name} says something: ${web}`);
        assert.equal(mini, web, `${name} in ${language}`);
      }
      if (process.env.SCREENSHOTS) {
        for (const [at, name] of Object.keys(said).entries()) {
          await page
            .locator(".pair-of-hosts")
            .nth(at)
            .screenshot({ path: join(process.env.SCREENSHOTS, `${name}-${colour}-${language}.png`) });
        }
      }
    }
    assert.deepEqual(
      errors.filter((error) => !error.includes("favicon")),
      [],
    );
  });
}

test("properties that are set around an element, on it or on its root are its look", async (t) => {
  const { page } = await open(t);
  await page.evaluate(() => globalThis.show("green-at-home", "en", false, ["questionnaire"]));
  const seen = () =>
    page.evaluate(() => {
      const root = document.querySelector("healthcode-questionnaire").shadowRoot;
      const { backgroundColor } = getComputedStyle(root.querySelector(".primary"));
      const { color, borderTopLeftRadius } = getComputedStyle(root.querySelector(".panel"));
      return [backgroundColor, color, borderTopLeftRadius];
    });
  assert.deepEqual(await seen(), ["rgb(36, 70, 168)", "rgb(22, 33, 31)", "14px"]);
  await page.evaluate(() => document.documentElement.style.setProperty("--hc-brand", "#7a1fa2"));
  assert.deepEqual(await seen(), ["rgb(122, 31, 162)", "rgb(22, 33, 31)", "14px"]);
  await page.evaluate(() => document.querySelector("healthcode-questionnaire").style.setProperty("--hc-radius", "3px"));
  assert.deepEqual(await seen(), ["rgb(122, 31, 162)", "rgb(22, 33, 31)", "3px"]);
  await page.evaluate(() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync("healthcode-questionnaire::part(root) { --hc-brand: #9a3412; --hc-ink: #000 }");
    document.adoptedStyleSheets = [sheet];
  });
  assert.deepEqual(await seen(), ["rgb(154, 52, 18)", "rgb(0, 0, 0)", "3px"]);
});

test("the QR code's modules are whole pixels of the screen, whatever its density", async (t) => {
  const { page } = await open(t);
  await page.evaluate(() => globalThis.show("green-at-home", "zh-Hans", false, ["code"]));
  for (const canvas of ["healthcode-code canvas", ".pair-of-hosts > div canvas"]) {
    const picture = (await page.locator(canvas).screenshot()).toString("base64");
    const shades = await page.evaluate(async (picture) => {
      const image = new Image();
      image.src = `data:image/png;base64,${picture}`;
      await image.decode();
      const copy = document.createElement("canvas");
      [copy.width, copy.height] = [image.width, image.height];
      const pen = copy.getContext("2d");
      pen.drawImage(image, 0, 0);
      const { data } = pen.getImageData(0, 0, copy.width, copy.height);
      return { width: copy.width, shades: [...new Set(data)].sort((a, b) => a - b) };
    }, picture);
    assert.ok(shades.width > 400, `${shades.width} pixels`);
    assert.deepEqual(shades.shades, [0, 255], "nothing is between black and white");
  }
});
