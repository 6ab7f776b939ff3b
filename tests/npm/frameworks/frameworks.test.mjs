// The samples of uni-app, Taro and mpx, each built by the framework's own tools for its platforms and run in the closest thing to
// the host that is here: somebody enrols, answers, and shows a code, which is read from what was drawn and verified.
import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { runInContext } from "node:vm";
import { device, launch, shoot } from "../../browser/browser.mjs";
import { CITIZEN } from "../../browser/citizen.mjs";
import { scratch, zbar } from "../../browser/readers.mjs";
import * as tapping from "../hosts/alipay/citizen.mjs";
import { alipay } from "../hosts/alipay/fake.mjs";
import { web } from "../hosts/server.mjs";
import { fillIn } from "../hosts/web/page.mjs";
import { phone } from "../hosts/wechat/device.mjs";
import { built, issue, measured, row, sample, verify } from "./harness.mjs";
import { journey, serveOutput } from "./wechat.mjs";

const PATIENT = { timeout: 900_000 };

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

const WECHAT = {
  "uni-app": {
    command: "uni",
    args: ["build", "-p", "mp-weixin"],
    output: "dist/build/mp-weixin",
    start: "pages/health/index",
  },
  taro: { command: "taro", args: ["build", "--type", "weapp"], output: "dist", start: "pages/index/index" },
  mpx: { command: "mpx-cli-service", args: ["build", "--targets=wx"], output: "dist/wx", start: "pages/health/index" },
};

for (const [name, { command, args, output, start }] of Object.entries(WECHAT)) {
  test(`${name} for WeChat`, PATIENT, async (t) => {
    const issuer = await issue(t);
    const folder = await sample(name, { server: issuer.url, roots: issuer.roots });
    const took = await built(folder, command, args);
    row(t, name, args.at(-1).replace("--targets=", ""), took, await measured(join(folder, output)));
    await journey(t, browser, issuer, folder, join(folder, output), { name, start });
  });
}

test("uni-app for Alipay", PATIENT, async (t) => {
  const issuer = await issue(t);
  const random = await tapping.randomServer(t);
  const folder = await sample("uni-app", { server: issuer.url, roots: issuer.roots, random });
  const took = await built(folder, "uni", ["build", "-p", "mp-alipay"]);
  const output = join(folder, "dist/build/mp-alipay");
  row(t, "uni-app", "mp-alipay", took, await measured(output));
  const app = alipay(output, {});
  t.after(() => app.stop());
  runInContext(issuer.turn, app.context);
  app.start();
  await tapping.enrol(app);
  await tapping.fillIn(app);
  await verify(folder, issuer, await tapping.read(t, app));
  assert.deepEqual(app.errors, []);
});

test("uni-app for pages", PATIENT, async (t) => {
  const issuer = await issue(t);
  const folder = await sample("uni-app", { server: undefined, roots: issuer.roots });
  const took = await built(folder, "uni", ["build", "-p", "h5"]);
  const output = join(folder, "dist/build/h5");
  row(t, "uni-app", "h5", took, await measured(output));
  const url = await web(t, { folders: { "/": output }, files: { "/favicon.ico": "" }, issuer: () => issuer.url });
  const context = await device(browser);
  t.after(() => context.close());
  await context.addInitScript(issuer.turn);
  // uni-app's own style sheet has a shadow from its maker's server.
  await context.route("https://cdn.dcloud.net.cn/**", (route) => route.fulfill({ body: "" }));
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  const told = [];
  page.on("console", (message) => ["warning", "error"].includes(message.type()) && told.push(message.text()));
  page.on("pageerror", (thrown) => told.push(String(thrown)));
  await page.goto(url);
  await page.locator(".name input").fill(CITIZEN.name);
  await page.locator(".number input").fill(CITIZEN.number);
  await page.locator(".main").click();
  await fillIn(page);
  await page.locator("healthcode-code").getByText("绿码").first().waitFor();
  await shoot(page, "uni-app-h5-code", { fullPage: true });
  const file = join(await scratch(t), "screen.png");
  await page.screenshot({ path: file, fullPage: true });
  await verify(folder, issuer, await zbar(file));
  assert.deepEqual(told, []);
});

test("uni-app without the plug-in says at the start what to import", PATIENT, async (t) => {
  const issuer = await issue(t);
  const folder = await sample("uni-app", { server: issuer.url, roots: issuer.roots });
  const config = join(folder, "vite.config.js");
  const without = (await readFile(config, "utf8")).replace(/, healthcode\(.*?\)\]/, "]");
  await writeFile(config, without.replace(/.*healthcode\/uni-app.*\n/, ""));
  const page = join(folder, "src/pages/health/index.vue");
  await writeFile(
    page,
    `<script setup>
import { openPhone } from "healthcode";
import { ref } from "vue";
const said = ref("");
openPhone({ roots: { keys: [], signers: 1 } }).catch(({ code, message }) => (said.value = code + ": " + message));
</script>
<template><view>{{ said }}</view></template>
`,
  );
  await built(folder, "uni", ["build", "-p", "mp-weixin"]);
  const url = await serveOutput(t, issuer, join(folder, "dist/build/mp-weixin"), "pages/health/index");
  const { page: shown } = await phone(t, browser, url);
  await shown.getByText('misuse-wrong-build: this is the build for web pages: import "healthcode/wechat"').waitFor();
});
