// The rule itself, one tap from the reason that comes of it.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import { device, launch, shoot } from "./browser.mjs";
import * as citizen from "./citizen.mjs";
import { serve } from "./server.mjs";

const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
let browser;
let server;
const cleanup = [];

before(async () => {
  browser = await launch();
  server = await serve({ after: (done) => cleanup.unshift(done) });
});
after(async () => {
  await browser.close();
  for (const done of cleanup) await done();
});

/** A phone whose code is red, and the button under its first reason. */
async function red(more, { url } = server) {
  const context = await device(browser, more);
  const page = await context.newPage();
  await citizen.enrol(page, url);
  await citizen.report(page, { temperature: "38.2", symptoms: ["fever"] });
  const reason = page.locator("healthcode-reasons .reason").first();
  return { context, page, reason, button: reason.locator("button"), dialog: page.locator("dialog.rule") };
}

test("a rule is shown as its authors write it and as it is signed, out of the very file that is in use", async () => {
  const { page, reason, button, dialog } = await red({ colorScheme: "dark" });
  const asked = [];
  page.on("request", (request) => asked.push(new URL(request.url()).pathname));
  await button.click();
  await dialog.locator("dl").waitFor();
  const id = await reason.getAttribute("data-rule");
  const source = await readFile(new URL("../../rules/packs/hangzhou/pack.toml", import.meta.url), "utf8");
  const written = source.split(/^\[\[/m).find((part) => part.startsWith("rule]]") && part.includes(`id = "${id}"`));
  const [, condition] = written.match(/^when = "(.*)"$/m);
  const [readable, signed] = await dialog.locator("pre").allTextContents();
  assert.equal(readable.replaceAll('"', "'"), condition);
  assert.ok(JSON.parse(signed).and ?? JSON.parse(signed)[">="], signed);
  assert.equal(await dialog.locator("h2").textContent(), (await reason.locator("h3").textContent()).trim());
  const [digest] = (await dialog.textContent()).match(/[0-9a-f]{64}/);
  const file = Buffer.from(await (await fetch(`${server.url}/files/${digest}`)).arrayBuffer());
  assert.equal(createHash("sha256").update(file).digest("hex"), digest);
  assert.deepEqual(
    asked.filter((path) => !path.startsWith("/assets/")),
    [],
    "no server sees that somebody reads the rules",
  );
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => globalThis.axe.run("dialog.rule"));
  assert.deepEqual(
    violations.map(({ id }) => id),
    [],
  );
  await shoot(page, "rule-dark-zh");
  await page.keyboard.press("Escape");
  assert.equal(await dialog.count(), 0);
  const focused = () => document.activeElement?.shadowRoot?.activeElement?.getAttribute("data-rule");
  assert.equal(await page.evaluate(focused), id, "back where it was opened");
  await page.close();
});

test("a rule is read without a network, too", async (t) => {
  const served = await serve(t);
  const { context, page, button, dialog } = await red({ locale: "en-GB" }, served);
  t.after(() => context.close());
  // From then on the browser has the page's own files.
  await page.evaluate(async () => void (await navigator.serviceWorker.ready));
  await served.stop();
  await page.reload();
  await button.click();
  await dialog.locator("dl").waitFor();
  assert.match(await dialog.textContent(), /nothing was downloaded/);
  await shoot(page, "rule-en");
});
