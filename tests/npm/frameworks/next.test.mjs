// The sample of Next, built by both of its bundlers from the packed package and served by Next itself: a page that the server renders
// and React takes over, up to a code that is read from the screen and verified.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { device, launch, shoot } from "../../browser/browser.mjs";
import { scratch, zbar } from "../../browser/readers.mjs";
import { list } from "../hosts/files.mjs";
import { examples } from "../hosts/places.mjs";
import { enrol, fillIn } from "../hosts/web/page.mjs";
import { built, issue, measured, row, sample, verify } from "./harness.mjs";

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

/** A port of this computer that nobody uses. */
async function free() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}

/** Serves the built app by Next until the test is over. */
async function served(t, folder, env) {
  const port = await free();
  const bin = join(folder, "..", "node_modules", "next", "dist", "bin", "next");
  const child = spawn(process.execPath, [bin, "start", "-H", "127.0.0.1", "-p", String(port)], {
    cwd: folder,
    env: { ...process.env, ...env, NODE_ENV: "production" },
  });
  t.after(() => child.kill());
  let said = "";
  for await (const chunk of child.stdout) {
    said += chunk;
    if (/Ready/.test(said)) break;
  }
  assert.match(said, /Ready/);
  return `http://localhost:${port}`;
}

/** A page that the server renders with a component and a listener. */
const PROBE = `"use client";
import { Family, Questionnaire } from "healthcode/react";
import { useState } from "react";

export default function Probe() {
  const [heard, hear] = useState<string[]>([]);
  const note = (event: CustomEvent) => hear((before) => [...before, event.type + (event.detail?.person ?? "")]);
  return (
    <>
      <Questionnaire id="probe" onReported={note} onBack={note} />
      <Family onSwitched={note} />
      <output>{heard.join(" ")}</output>
    </>
  );
}
`;

for (const bundler of ["turbopack", "webpack"])
  test(`Next, by ${bundler}`, { timeout: 900_000 }, async (t) => {
    const issuer = await issue(t);
    const folder = await sample("next", {});
    await mkdir(join(folder, "app", "probe"));
    await writeFile(join(folder, "app", "probe", "page.tsx"), PROBE);
    const env = { ISSUER: issuer.url, NEXT_TELEMETRY_DISABLED: "1" };
    // It checks the sample's types as well, in the strictest settings.
    const took = await built(folder, "next", ["build", `--${bundler}`], env);
    row(t, "Next", bundler, took, await measured(join(folder, ".next", "static")));
    const url = await served(t, folder, env);

    const html = await (await fetch(url)).text();
    assert.match(html, /<healthcode-code><\/healthcode-code>/);

    const context = await device(browser);
    t.after(() => context.close());
    const page = await context.newPage();
    const told = [];
    page.on("console", (message) => ["warning", "error"].includes(message.type()) && told.push(message.text()));
    page.on("pageerror", (thrown) => told.push(String(thrown)));
    // `reported` is what moves this page from the questions to the code.
    await page.goto(url);
    await enrol(page);
    await fillIn(page);
    await page.locator("healthcode-code").getByText("绿码").first().waitFor();
    await page.locator("healthcode-code canvas.qr").waitFor();
    await shoot(page, `next-${bundler}-code`, { fullPage: true });
    const file = join(await scratch(t), "screen.png");
    await page.screenshot({ path: file, fullPage: true });
    await verify(folder, issuer, await zbar(file));
    await page.locator("#report").click();
    await page.locator("healthcode-questionnaire").getByRole("button", { name: "返回" }).click();
    await page.locator("healthcode-code canvas.qr").waitFor();
    await page.reload();
    await page.locator("healthcode-code canvas.qr").waitFor();

    // Elements that the server rendered: their listeners are there once React has taken the page over.
    const probe = await (await fetch(`${url}/probe`)).text();
    assert.match(probe, /<healthcode-questionnaire id="probe"><\/healthcode-questionnaire>/);
    await page.goto(`${url}/probe`);
    await page.locator("healthcode-questionnaire#probe").getByText("正在打开").waitFor();
    for (const [tag, type, detail] of [
      ["healthcode-questionnaire", "reported"],
      ["healthcode-family", "switched", { person: "2" }],
      ["healthcode-questionnaire", "back"],
    ])
      await page
        .locator(tag)
        .evaluate(
          (element, [type, detail]) =>
            element.dispatchEvent(new CustomEvent(type, { bubbles: true, composed: true, detail })),
          [type, detail],
        );
    await page.locator("output").getByText("reported switched2 back", { exact: true }).waitFor();
    assert.deepEqual(told, []);
  });

test("each code of the guide to Next is in the sample", async () => {
  const guide = fileURLToPath(new URL("../../../pkg-template/published/docs/frameworks.md", import.meta.url));
  const text = await readFile(guide, "utf8");
  const section = text.slice(text.indexOf("**Next.**"), text.indexOf("**Vue.**"));
  const codes = [...section.matchAll(/```\w+\n([\s\S]*?)```/g)].map(([, code]) => code);
  assert.ok(codes.length >= 2, section);
  const folder = join(examples, "next");
  const files = await Promise.all(
    (await list(folder, ["node_modules", ".next"])).map((path) => readFile(join(folder, path), "utf8")),
  );
  for (const code of codes)
    assert.ok(
      files.some((file) => file.includes(code)),
      code,
    );
});
