// `npx healthcode demo`, from the packed tarball in an empty folder: a phone and a checkpoint of the package against it, and what
// else might be sent to it.
import assert from "node:assert/strict";
import { cp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { request as ask } from "node:http";
import { connect } from "node:net";
import { networkInterfaces } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { device, launch, shoot } from "../../browser/browser.mjs";
import { scratch, zbar } from "../../browser/readers.mjs";
import { printed, run } from "./demo.mjs";
import { install } from "./prepare.mjs";
import { fillIn } from "./web/page.mjs";

const ended = [];
const suite = { after: (act) => ended.push(act) };
let folder;
let healthcode;
let openCheckpoint;
before(async () => {
  folder = await scratch(suite);
  await writeFile(join(folder, "package.json"), JSON.stringify({ name: "app", private: true, type: "module" }));
  await install(folder);
  const entry = (name) => import(join(folder, "node_modules/healthcode/node", `${name}.mjs`));
  healthcode = await entry("index");
  ({ openCheckpoint } = await entry("checkpoint"));
});
after(() => Promise.all(ended.map((act) => act())));

const demo = (t, ...args) => run(t, folder, ["demo", "--port", "0", ...args]);

const WELL = {
  residence: "resident",
  home: "330106",
  temperature: 36.5,
  symptoms: ["none"],
  household_ill: false,
  contact: false,
  been_away: false,
};

/** The same, with a storage of its own. */
const optionsOf = (out) => ({ ...printed(out), adaptors: { storage: healthcode.memoryStorage() } });

/** The tags of what is published: of the manifest too, unless the hour has just ended. */
async function filesOf(url) {
  const tags = ["/trust-list", "/manifest"].map(async (path) => (await fetch(url + path)).headers.get("etag"));
  return Promise.all(tags);
}

test("from its start to a code that a checkpoint accepts, by what it prints and the machine's clock", async (t) => {
  const began = Date.now();
  const { url, out, log, child, ends } = await demo(t);
  const options = optionsOf(out());
  assert.equal(options.server, url);
  const phone = await healthcode.openPhone(options);
  await phone.enrol("测试员", "330106190001010000");
  assert.equal((await phone.report(WELL)).result, "accepted");
  const shown = await phone.show();
  assert.equal(shown.result, "shown");
  t.diagnostic(`${Date.now() - began} ms from the command to the code`);
  assert.equal(shown.code.colour, "green");

  const desk = await openCheckpoint({ ...options, adaptors: { storage: healthcode.memoryStorage() } });
  assert.deepEqual(await desk.refresh(), []);
  const verdict = desk.verify(shown.code.text);
  assert.deepEqual(
    [verdict.verdict, verdict.colour, verdict.name, verdict.digits],
    ["accepted", "green", "**员", "0000"],
  );
  assert.deepEqual(verdict.warnings ?? [], []);

  assert.deepEqual(await phone.renew(), []);

  assert.doesNotMatch(log(), /测试|员|0000/, "nothing of anybody is in the log");
  assert.match(log(), /^POST \/certificates 200$/m);
  const keys = await readdir(join(folder, "healthcode-demo"));
  assert.equal(keys.length, 7, keys.join());
  for (const key of keys) {
    const file = join(folder, "healthcode-demo", key);
    assert.match(await readFile(file, "utf8"), /^# DEMO key/);
    assert.equal((await stat(file)).mode & 0o077, 0, key);
  }
  const published = await filesOf(url);
  child.kill("SIGINT");
  assert.equal(await ends, 0, "Ctrl-C ends it well");
  assert.match(log(), /^stopped$/m);

  // The next start has the same keys and the same files.
  const again = await demo(t);
  assert.deepEqual(printed(again.out()).roots, options.roots);
  assert.deepEqual(await filesOf(again.url), published);
});

test("somebody with a fever is red", async (t) => {
  const { out } = await demo(t);
  const phone = await healthcode.openPhone({ ...optionsOf(out()), region: "3301" });
  await phone.enrol("Li Lei", "E12345678");
  await phone.report({ ...WELL, temperature: 38.5, symptoms: ["fever"] });
  const shown = await phone.show();
  assert.equal(shown.code?.colour, "red");
});

/** What a raw request gets, as text. */
const raw = (url, text) =>
  new Promise((resolve) => {
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname, () => socket.write(text));
    let got = "";
    socket.on("data", (data) => {
      got += data;
    });
    socket.on("close", () => resolve(got));
    socket.on("error", () => resolve(got));
    setTimeout(() => socket.destroy(), 3_000);
  });

test("hostile requests to each path have a code, and leave it running", async (t) => {
  const { url, log, child } = await demo(t);
  const { host } = new URL(url);
  const answer = async (path, options = {}) => {
    const reply = await fetch(url + path, options);
    const type = reply.headers.get("content-type") ?? "";
    return [
      reply.status,
      type.startsWith("application/json") ? (await reply.json()).code : (await reply.text()).slice(0, 9),
    ];
  };
  const cose = { "content-type": "application/cose" };
  const post = (body, headers = cose) => answer("/certificates", { method: "POST", headers, body });

  assert.deepEqual(await post(""), [400, "cbor-truncated"]);
  assert.deepEqual(await post("not CBOR at all"), [400, "envelope-shape"]);
  const noise = new Uint8Array(2_048).map((_, index) => (index * 151) & 255);
  assert.equal((await post(noise))[0], 400);
  assert.deepEqual(await post(new Uint8Array(2_049)), [413, "issuer-request-too-large"]);
  assert.deepEqual(await post("{}", { "content-type": "application/json" }), [415, "issuer-request-type"]);
  assert.deepEqual(await post("x", {}), [415, "issuer-request-type"]);
  assert.deepEqual(await answer("/certificates"), [405, "http-method"]);
  // A published file is no request.
  const manifest = new Uint8Array(await (await fetch(`${url}/manifest`)).arrayBuffer());
  assert.deepEqual(await post(manifest), [400, "file-wrong-kind"]);

  for (const path of ["/manifest", "/trust-list", "/"])
    assert.deepEqual(
      await answer(path, { method: "DELETE" }),
      path === "/" ? [404, "http-not-found"] : [405, "http-method"],
    );
  for (const path of [
    "/files/",
    `/files/${"0".repeat(64)}`,
    "/trust/0",
    "/trust/-1",
    "/deltas/x/1",
    "/demo.json/",
    "/keys/root.key",
  ])
    assert.deepEqual(await answer(path), [404, "http-not-found"], path);
  assert.deepEqual(await answer(`/${"a".repeat(3_000)}`), [414, "http-path-too-long"]);
  for (const path of [
    "/../package.json",
    "/package/../package.json",
    "/package/web/../../package.json",
    "/%2e%2e/package.json",
    "/package/web/%2e%2e%2findex.mjs",
  ]) {
    const got = await raw(url, `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
    assert.match(got, /^HTTP\/1\.1 404 /, path);
  }

  // Whose name somebody else has let lead here.
  for (const name of ["evil.example", "127.0.0.1.evil.example", "localhost:1", "", `localhost@${host}`]) {
    const got = await raw(url, `GET /demo.json HTTP/1.1\r\nHost: ${name}\r\nConnection: close\r\n\r\n`);
    assert.match(got, /^HTTP\/1\.1 4(21|00) /, name);
  }
  // Cut in the middle, and endless.
  const head = `POST /certificates HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/cose\r\n`;
  const cut = await new Promise((resolve) => {
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname, () => {
      socket.end(`${head}Content-Length: 300\r\n\r\nshort`);
    });
    socket
      .on("close", () => resolve("closed"))
      .on("data", () => undefined)
      .on("error", () => undefined);
  });
  assert.equal(cut, "closed");
  const endless = await raw(
    url,
    `${head}Transfer-Encoding: chunked\r\n\r\n${`400\r\n${"x".repeat(1_024)}\r\n`.repeat(4)}`,
  );
  assert.match(endless, /^HTTP\/1\.1 413 [\s\S]*issuer-request-too-large/);
  assert.match(
    await raw(url, `GET / HTTP/1.1\r\nHost: ${host}\r\nX: ${"x".repeat(20_000)}\r\n\r\n`),
    /^HTTP\/1\.1 431 /,
  );
  assert.match(await raw(url, "no http at all\r\n\r\n"), /^HTTP\/1\.1 400 /);

  assert.equal((await fetch(`${url}/manifest`)).status, 200);
  assert.equal(child.exitCode, null);
  assert.doesNotMatch(log(), /aaaa|evil|not CBOR/, "what is sent is not repeated");
});

test("unchanged files are not sent again, and pages of this machine may ask, no others", async (t) => {
  const { url } = await demo(t);
  const manifest = await fetch(`${url}/manifest`);
  const tag = manifest.headers.get("etag");
  assert.match(tag, /^"[0-9a-f]{64}"$/);
  assert.equal(manifest.headers.get("content-type"), "application/cose");
  assert.equal((await fetch(`${url}/manifest`, { headers: { "if-none-match": tag } })).status, 304);
  assert.equal((await fetch(`${url}/manifest`, { method: "HEAD" })).status, 200);

  const allowed = async (origin, options = {}) => {
    const reply = await fetch(`${url}/manifest`, { ...options, headers: { origin } });
    return reply.headers.get("access-control-allow-origin");
  };
  for (const origin of ["http://localhost:5173", "http://127.0.0.1:3000", "http://[::1]:8000", url])
    assert.equal(await allowed(origin), origin);
  for (const origin of ["https://evil.example", "http://localhost.evil.example", "null", "http://192.168.1.2:5173"])
    assert.equal(await allowed(origin), null, origin);
  const preflight = await fetch(`${url}/certificates`, {
    method: "OPTIONS",
    headers: {
      origin: "http://localhost:5173",
      "access-control-request-method": "POST",
      "access-control-request-headers": "content-type",
    },
  });
  assert.equal(preflight.status, 204);
  assert.match(preflight.headers.get("access-control-allow-headers"), /content-type/);
  const elsewhere = { origin: "https://evil.example", "content-type": "application/cose" };
  const refused = await fetch(`${url}/certificates`, { method: "POST", headers: elsewhere, body: "x" });
  assert.deepEqual([refused.status, (await refused.json()).code], [403, "http-other-origin"]);
});

test("what it cannot do, it says: a port that is taken, wrong options, a damaged key", async (t) => {
  const first = await demo(t);
  const port = new URL(first.url).port;
  const second = await run(t, folder, ["demo", "--port", port, "--data", "other"]);
  assert.equal(await second.ends, 1);
  assert.match(second.log(), new RegExp(`^error\\[demo-port-taken\\]: port ${port} is taken`));
  for (const args of [
    [],
    ["serve"],
    ["demo", "--prot", "1"],
    ["demo", "--port", "99999"],
    ["demo", "--port", "x"],
    ["demo", "--address", "8.8.8.8"],
  ]) {
    const { ends, log } = await run(t, folder, args);
    assert.equal(await ends, 2, args.join(" "));
    assert.match(log(), /^error\[demo-usage\]: /, args.join(" "));
  }
  const help = await run(t, folder, ["--help"]);
  assert.equal(await help.ends, 0);
  assert.match(help.out(), /--network/);
  for (const [name, spoil, said] of [
    ["damaged", (key) => writeFile(key, "no key"), /root\.key is no key/],
    ["missing", (key) => rm(key), /missing has no root\.key: put it back, or remove the folder/],
  ]) {
    await cp(join(folder, "healthcode-demo"), join(folder, name), { recursive: true });
    await spoil(join(folder, name, "root.key"));
    const spoilt = await demo(t, "--data", name);
    assert.equal(await spoilt.ends, 1);
    assert.match(spoilt.log(), said);
  }
  const nowhere = await demo(t, "--data", "no/such/folder");
  assert.equal(await nowhere.ends, 1);
  assert.match(nowhere.log(), /^error\[demo-folder\]/);
  const file = await demo(t, "--data", "package.json");
  assert.equal(await file.ends, 1);
  assert.match(file.log(), /^error\[demo-folder\]/);
});

const network = Object.values(networkInterfaces())
  .flat()
  .find(({ family, internal }) => family === "IPv4" && !internal)?.address;

test("a phone in the own network can ask, if it is let", { skip: network === undefined && "no network" }, async (t) => {
  const { url, out } = await demo(t, "--address", network);
  const there = `http://${network}:${new URL(url).port}`;
  assert.ok(out().includes(`${there}/`));
  const reply = await fetch(`${there}/demo.json`, { headers: { origin: there } });
  assert.deepEqual([reply.status, (await reply.json()).demo], [200, true]);
  const alone = await demo(t);
  await assert.rejects(
    fetch(`http://${network}:${new URL(alone.url).port}/demo.json`),
    "without it, it is on this machine alone",
  );
  await new Promise((resolve) => {
    const request = ask(`${there}/demo.json`, { headers: { host: "10.255.255.1:80" } }, (reply) => {
      assert.equal(reply.statusCode, 421);
      reply.resume().on("end", resolve);
    });
    request.end();
  });
});

test("its page: a code and what a checkpoint says to it, in both languages", async (t) => {
  const browser = await launch();
  t.after(() => browser.close());
  const { url } = await demo(t, "--data", "page");
  const context = await device(browser, { desktop: true });
  t.after(() => context.close());
  const page = await context.newPage();
  const errors = [];
  page.on("pageerror", (error) => errors.push(error.message));
  // A browser names each list of withdrawn certificates that a gate asks for and this issuer does not keep.
  const isNoList = (message) => / 404 /.test(message.text()) && message.location().url.startsWith(`${url}/status/`);
  page.on("console", (message) => message.type() === "error" && !isNoList(message) && errors.push(message.text()));
  await page.goto(url);
  await page.locator("#gate .main").click();
  await page.locator("#gate .fault", { hasText: "本页还没有健康码" }).waitFor();
  await page.locator("#phone form .main").click();
  await page.locator("healthcode-questionnaire .question").first().waitFor();
  await shoot(page, "demo-questions-zh");
  await fillIn(page);
  await page.locator("healthcode-code img, healthcode-code canvas, healthcode-code svg").first().waitFor();
  const file = join(await scratch(t), "screen.png");
  await page.locator("healthcode-code").screenshot({ path: file });
  assert.match(await zbar(file), /^JK1:/);
  await page.locator("#gate .main").click();
  await page.locator('healthcode-checkpoint[data-sign="green"]').waitFor();
  await shoot(page, "demo-zh", { fullPage: true });
  await page.locator("#language").click();
  await page.locator("#gate .main", { hasText: "Verify" }).click();
  await page.locator('healthcode-checkpoint[data-sign="green"]', { hasText: "genuine code" }).waitFor();
  await shoot(page, "demo-en", { fullPage: true });
  // Everything is stored, and opens again.
  await page.reload();
  await page.locator("healthcode-code", { hasText: "Green" }).waitFor();
  const narrow = await device(browser);
  t.after(() => narrow.close());
  const phone = await narrow.newPage();
  await phone.goto(url);
  await phone.locator("#phone form").waitFor();
  await phone.locator("healthcode-checkpoint", { hasText: "信任名单第" }).waitFor();
  await shoot(phone, "demo-narrow-zh", { fullPage: true });
  assert.ok(await phone.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "nothing is cut off");
  assert.deepEqual(errors, []);
});

/** Somebody with a code, on a page of a demo. */
async function coded(url, context) {
  const page = await context.newPage();
  await page.goto(url);
  await page.locator("#phone form .main").click();
  await page.locator("healthcode-questionnaire .question").first().waitFor();
  await fillIn(page);
  await page.locator("healthcode-code canvas").waitFor();
  return page;
}

test("its page starts over after a question, and with it the page in another tab", async (t) => {
  const browser = await launch();
  t.after(() => browser.close());
  const { url } = await demo(t, "--data", "over");
  const context = await device(browser, { desktop: true });
  t.after(() => context.close());
  const page = await coded(url, context);
  const other = await context.newPage();
  await other.goto(url);
  await other.locator("healthcode-code canvas").waitFor();
  const asked = [];
  page.once("dialog", (dialog) => {
    asked.push(dialog.message());
    return dialog.dismiss();
  });
  await page.getByRole("button", { name: "从头开始" }).click();
  assert.equal(asked.length, 1);
  assert.match(asked[0], /清除/);
  assert.equal(await page.locator("healthcode-code canvas").count(), 1, "nothing is deleted without a word");
  page.once("dialog", (dialog) => dialog.accept());
  await page.getByRole("button", { name: "从头开始" }).click();
  for (const tab of [page, other]) await tab.locator("#phone form .main").waitFor();
});

test("its page says that the issuer is another one, and how to go on", async (t) => {
  const browser = await launch();
  t.after(() => browser.close());
  const first = await demo(t, "--data", "first");
  const { port } = new URL(first.url);
  const context = await device(browser, { desktop: true });
  t.after(() => context.close());
  const page = await coded(first.url, context);
  first.child.kill("SIGINT");
  await first.ends;
  await run(t, folder, ["demo", "--port", port, "--data", "second"]);
  await page.reload();
  await page.getByRole("alert").filter({ hasText: "与上次不是同一个" }).waitFor();
  await shoot(page, "demo-another-zh");
  await page.getByRole("button", { name: "从头开始" }).click();
  await page.locator("#phone form .main").click();
  await page.locator("healthcode-questionnaire .question").first().waitFor();
});
