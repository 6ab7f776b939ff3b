// The server for gates that can only send what they scan: installed from the packed tarball, beside a phone and the demo's issuer.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { cp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { scratch } from "../../browser/readers.mjs";
import { serve } from "../../browser/server.mjs";
import { examples } from "./places.mjs";
import { install } from "./prepare.mjs";

const WELL = {
  residence: "resident",
  home: "330106",
  temperature: 36.5,
  symptoms: ["none"],
  household_ill: false,
  contact: false,
  been_away: false,
};

test("a gate that sends what it scans learns what is in the code, and a server that knows nobody refuses the rest", async (t) => {
  const issuer = await serve(t, { folder: null });
  const { roots, clock } = await (await fetch(`${issuer.url}/demo.json`)).json();
  const ahead = Date.parse(clock.now) - Date.now();
  const folder = await scratch(t);
  await cp(join(examples, "gate"), folder, { recursive: true });
  await install(folder);
  // The demo's clock is of another time.
  const config = await readFile(join(folder, "config.js"), "utf8");
  const own = config
    .replace('server: "https://health.example"', `server: ${JSON.stringify(issuer.url)}`)
    .replace("roots: { keys: [], signers: 1 }", `roots: ${JSON.stringify(roots)}`)
    .replace(
      'purpose: "everyday",',
      `purpose: "everyday",\n  adaptors: { clock: { now: () => Date.now() + ${ahead} } },`,
    );
  await writeFile(join(folder, "config.js"), own);
  const begin = (env) =>
    spawn(process.execPath, ["server.js"], { cwd: folder, env: { ...process.env, PORT: "0", ...env } });
  const bare = begin({ GATE_TOKEN: "" });
  assert.notEqual(await new Promise((resolve) => bare.on("exit", resolve)), 0, "it does not begin without a token");
  const child = begin({ GATE_TOKEN: "a token of the gates" });
  t.after(() => child.kill("SIGKILL"));
  let said = "";
  const at = await new Promise((resolve, reject) => {
    child.on("exit", (code) => reject(new Error(`it ended with ${code}: ${said}`)));
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (data) => {
        said += data;
        const [, url] = /gates ask (\S+)/.exec(said) ?? [];
        if (url) resolve(url);
      });
  });
  const authorization = "Bearer a token of the gates";
  const ask = async (path, body, headers = { authorization }) => {
    const response = await fetch(at + path, { method: body === undefined ? "GET" : "POST", headers, body });
    return { status: response.status, ...(await response.json()) };
  };
  const verify = (text, language) => ask("/verify", JSON.stringify({ text, language }));

  const { openPhone, memoryStorage } = await import(join(folder, "node_modules/healthcode/node/index.mjs"));
  const adaptors = { storage: memoryStorage(), clock: { now: () => Date.now() + ahead } };
  const phone = await openPhone({ server: issuer.url, roots, adaptors });
  await phone.refresh();
  await phone.enrol("测试员", "330106999901010000");
  await phone.report(WELL);
  const green = (await phone.show()).code.text;
  const passed = await verify(green, "en");
  assert.deepEqual(
    [passed.status, passed.pass, passed.verdict, passed.colour, passed.name, passed.digits],
    [200, true, "accepted", "green", "**员", "0000"],
  );
  assert.match(passed.says, /^Green\. .*let them through\.$/);
  const twice = await verify(green);
  assert.deepEqual([twice.again, twice.pass], [true, true], "a scanner reads twice");
  await sleep(5_500);
  const passedOn = await verify(green);
  assert.deepEqual([passedOn.verdict, passedOn.pass], ["accepted", false], "somebody else has a picture of it");
  assert.match((await verify(green)).says, /绿码/);
  const reported = await phone.report({ ...WELL, temperature: 39 });
  assert.equal(reported.result, "accepted", JSON.stringify(reported));
  const red = await verify((await phone.show()).code.text, "en");
  assert.deepEqual([red.pass, red.verdict, red.colour], [false, "accepted", "red"]);
  const altered = `${green.slice(0, -5)}${green.at(-5) === "0" ? "1" : "0"}${green.slice(-4)}`;
  for (const text of ["", "https://menu.example/", altered, "JK1:".padEnd(7_000, "0")]) {
    const { status, pass, name } = await verify(text);
    assert.deepEqual([status, pass, name], [200, false, undefined], text.slice(0, 40));
  }

  for (const path of ["/declare", "/trips", "/query", "/make"]) {
    const { status, code, why } = await ask(path, JSON.stringify({ name: "测试员", number: "330106999901010000" }));
    assert.deepEqual([status, code], [501, "not-on-a-server"]);
    assert.ok(why["zh-Hans"] && why.en);
  }
  assert.equal((await ask("/call")).web, "https://health.example/");
  assert.ok((await ask("/correct")).record.en);
  assert.equal((await ask("/")).status, 404);
  assert.equal((await ask("/verify")).status, 404);
  for (const body of ["{", "null", "7", '{"text": 7}', '{"text": "JK1:", "language": []}', " ".repeat(100_000)])
    assert.deepEqual(await ask("/verify", body), { status: 400, code: "malformed" });
  for (const headers of [{}, { authorization: "Bearer" }, { authorization: `${authorization} x` }])
    assert.deepEqual(await ask("/verify", JSON.stringify({ text: green }), headers), {
      status: 401,
      code: "gate-token",
    });
  assert.doesNotMatch(said, /JK1|测试|\*\*员|0000"/);
});
