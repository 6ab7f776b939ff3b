// The tour of the package's README, word for word: its code and its table make an app on WeChat, on Alipay and in a browser.
import assert from "node:assert/strict";
import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { build, createServer } from "vite";
import { device, launch } from "../../browser/browser.mjs";
import { CITIZEN } from "../../browser/citizen.mjs";
import { scratch } from "../../browser/readers.mjs";
import { serve } from "../../browser/server.mjs";
import * as tapping from "./alipay/citizen.mjs";
import { printed, run } from "./demo.mjs";
import { work } from "./places.mjs";
import { web } from "./server.mjs";
import { fillIn } from "./web/page.mjs";
import * as citizen from "./wechat/citizen.mjs";
import { phone, serveMini } from "./wechat/device.mjs";

const readme = await readFile(join(work, "vite", "node_modules", "healthcode", "README.md"), "utf8");
/** The block of JavaScript that begins with these words. */
const block = (from) => new RegExp(`\`\`\`js\\n(${from}[\\s\\S]*?)\`\`\``).exec(readme)[1];
/** Step 1, with what `npx healthcode demo` has printed. */
const configured = ({ server, roots }) =>
  block("const options").replace("http://127.0.0.1:8080", server).replace("64 hexadecimal digits", roots.keys[0]);
const [, code] = /```js\n(const \{ openPhone[\s\S]*?)```/.exec(readme);
/** What a row of the table has between backquotes. */
const row = (host) =>
  [...new RegExp(`^\\| ${host} \\|(.*<.*)$`, "m").exec(readme)[1].matchAll(/`([^`]+)`/g)].map(([, text]) => text);

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

/** A page in an app's folder, first of all: `ask` gives the options, as step 1 has them from the demo issuer. */
async function page(folder, ending, host, code, ask) {
  const [names, elements] = [
    row(host).filter((text) => text.startsWith('"')),
    row(host).filter((text) => text.startsWith("<")),
  ];
  const place = join(folder, "pages", "tour");
  await mkdir(place, { recursive: true });
  await writeFile(join(place, "index.json"), `{ "usingComponents": { ${names.join(", ")} } }`);
  await writeFile(join(place, `index.${ending}`), elements.join("\n"));
  const own = `Page({ async onLoad() { options = await (${ask})(); return start(${JSON.stringify(CITIZEN.name)}, "${CITIZEN.number}"); }, reported() { this.told = true; } });`;
  await writeFile(join(place, "index.js"), `let options;\n${code}\n${own}`);
  const app = JSON.parse(await readFile(join(folder, "app.json"), "utf8"));
  await writeFile(join(folder, "app.json"), JSON.stringify({ ...app, pages: ["pages/tour/index"] }));
}

test("WeChat: the tour's page takes a report and shows a code", async (t) => {
  const folder = join(await scratch(t), "compiled");
  await cp(join(work, "wechat-compiled"), folder, { recursive: true });
  await page(folder, "wxml", "WeChat", code, 'require("../../demo")');
  const issuer = await serve(t, { folder: null });
  const { url } = await serveMini(t, folder, { issuer: issuer.url, start: "pages/tour/index" });
  const { page: screen, errors } = await phone(t, browser, url);
  await citizen.fillIn(screen);
  await citizen.press(screen, "questionnaire");
  await screen.getByText("绿码").first().waitFor();
  assert.equal(await screen.evaluate(() => host.stack[0].component.told), true);
  assert.deepEqual(await errors(), []);
});

test("Alipay: the tour's page takes a report and shows a code", async (t) => {
  const onAlipay = code
    .replace('require("healthcode")', 'require("healthcode/alipay")')
    .replace('require("healthcode/components")', 'require("healthcode/alipay/components")');
  const { app } = await tapping.phone(t, {}, undefined, (folder) =>
    page(folder, "axml", "Alipay", onAlipay, 'require("../../demo")'),
  );
  await tapping.fillIn(app);
  await tapping.until(app, "a green code", () => app.text().includes("绿码"));
  assert.equal(app.stack[0].instance.told, true);
  assert.deepEqual(app.errors, []);
});

/** A page with the tour's code, its elements, and what it does when the questionnaire was handed in. */
async function vitePage(t, name) {
  // Beside the installed package, so that it is found.
  const folder = join(work, "vite", name);
  await mkdir(folder, { recursive: true });
  const demo = ["demo", "--port", "0", "--data", join(await scratch(t), "demo")];
  const { out } = await run(t, join(work, "vite"), demo);
  const imports = code.replace(/const (\{[^}]*\}) = require\(("[^"]+")\);/g, "import $1 from $2;");
  await writeFile(
    join(folder, "main.js"),
    `${imports}\n${configured(printed(out()))}\n${block("const questionnaire")}\nstart("${CITIZEN.name}", "${CITIZEN.number}");`,
  );
  await writeFile(
    join(folder, "index.html"),
    `<!doctype html><html lang="zh-Hans"><meta charset="utf-8"><title>健康码</title><script type="module" src="main.js"></script>${row(
      "web",
    )
      .map((tag) => `${tag}${tag.replace("<", "</")}`)
      .join("")}</html>`,
  );
  return folder;
}

async function screen(t) {
  const context = await device(browser);
  t.after(() => context.close());
  return context.newPage();
}

test("Vite: the tour's page asks and shows, says when there is no server, and opens without the issuer", async (t) => {
  const folder = await vitePage(t, "tour");
  await build({ root: folder, configFile: false, logLevel: "error", build: { chunkSizeWarningLimit: 1_000 } });
  const url = await web(t, { folders: { "/": join(folder, "dist") } });
  const page = await screen(t);
  await page.goto(url);
  await page.getByText("您现在住在哪里").waitFor();
  await page.locator("healthcode-code").getByText("**员").waitFor();
  const alone = await screen(t);
  await alone.route(/\/(manifest|files|trust)/, (route) => route.abort());
  await alone.goto(url);
  await alone.locator("healthcode-code").getByText("连不上服务器").waitFor();
  // The page itself is still served; what it asks of the issuer is not.
  const warned = [];
  page.on("console", (message) => message.type() === "warning" && warned.push(message.text()));
  await page.route(/manifest|trust-list|\/files\/|certificates/, (route) => route.abort());
  await page.reload();
  await page.locator("healthcode-code").getByText("**员").waitFor();
  while (!warned.some((text) => text.startsWith("network-unreachable"))) await page.waitForEvent("console");
});

test("Vite's development server, as it is, lets a report become a code", async (t) => {
  const folder = await vitePage(t, "tour-dev");
  const server = await createServer({ root: folder, logLevel: "error", server: { host: "127.0.0.1", port: 0 } });
  t.after(() => server.close());
  await server.listen();
  const page = await screen(t);
  await page.goto(`http://127.0.0.1:${server.httpServer.address().port}/`);
  await page.getByText("您现在住在哪里").waitFor({ timeout: 30_000 });
  await fillIn(page);
  await page.locator("healthcode-code").getByText("绿码").first().waitFor();
  assert.equal(await page.locator("healthcode-questionnaire").count(), 0, "the questionnaire makes way for the code");
});
