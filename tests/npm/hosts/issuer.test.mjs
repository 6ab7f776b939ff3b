// The sample issuer, installed from the packed tarball: what an integrator's own backend starts from.
import assert from "node:assert/strict";
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { cp, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { scratch } from "../../browser/readers.mjs";
import { examples } from "./places.mjs";
import { install } from "./prepare.mjs";

const root = fileURLToPath(new URL("../../../", import.meta.url));

const WELL = {
  residence: "resident",
  home: "330106",
  temperature: 36.5,
  symptoms: ["none"],
  household_ill: false,
  contact: false,
  been_away: false,
};
const NAME = "测试员";
const NUMBER = "330106190001010000";

/** The rules, whose days are moved to this year. */
const thisYear = (toml) => {
  const days = Math.floor(Date.now() / 86_400_000) - 10 - Math.floor(Date.parse("2020-02-11") / 86_400_000);
  return toml.replace(/\b2020-\d\d-\d\d/g, (day) =>
    new Date(Date.parse(day) + days * 86_400_000).toISOString().slice(0, 10),
  );
};

async function started(t) {
  const folder = await scratch(t);
  await cp(join(examples, "issuer"), folder, { recursive: true });
  await install(folder);
  const rules = await readFile(join(root, "rules/packs/hangzhou/pack.toml"), "utf8");
  await writeFile(join(folder, "rules.toml"), thisYear(rules));
  await writeFile(
    join(folder, "risk.json"),
    JSON.stringify([{ place: "4201", level: "high", from: "2026-01-01T00:00:00+08:00" }]),
  );
  const made = execFileSync(process.execPath, ["keys.js"], { cwd: folder, encoding: "utf8" });
  const away = { ...process.env, PORT: "0" };
  await rename(join(folder, "rules.toml"), join(folder, "kept.toml"));
  const { stderr } = spawnSync(process.execPath, ["issuer.js"], { cwd: folder, env: away, encoding: "utf8" });
  assert.match(stderr, /rules\.toml cannot be read \(ENOENT\): docs\/issuing\.md/);
  await rename(join(folder, "kept.toml"), join(folder, "rules.toml"));
  assert.throws(
    () => execFileSync(process.execPath, ["keys.js"], { cwd: folder, stdio: "pipe" }),
    "keys are not replaced",
  );
  const child = spawn(process.execPath, ["issuer.js"], { cwd: folder, env: { ...process.env, PORT: "0" } });
  t.after(() => child.kill("SIGKILL"));
  let out = "";
  child.stderr.pipe(process.stderr);
  await new Promise((resolve, reject) => {
    child.on("exit", (code) => reject(new Error(`it ended with ${code}: ${out}`)));
    child.stdout.on("data", (data) => {
      out += data;
      if (/phones ask .*[\s\S]*the backend enrols at /.test(out)) resolve();
    });
  });
  const [, phones] = /phones ask (\S+)/.exec(out);
  const [, backend] = /enrols at (\S+)/.exec(out);
  const roots = JSON.parse(/^apps pin (.*)$/m.exec(out)[1]);
  assert.ok(made.includes(roots.keys[0]));
  const entry = (name) => import(join(folder, "node_modules/healthcode/node", `${name}.mjs`));
  return {
    child,
    phones,
    backend,
    roots,
    log: () => out,
    ...(await entry("index")),
    ...(await entry("checkpoint")),
    entry,
  };
}

test("a phone that the backend has enrolled gets a certificate, and no other; a checkpoint takes its code", async (t) => {
  const { child, phones, backend, roots, log, entry } = await started(t);
  const { openPhone, memoryStorage } = await entry("index");
  const { openCheckpoint } = await entry("checkpoint");
  const options = () => ({ server: phones, roots, adaptors: { storage: memoryStorage() } });
  const phone = await openPhone(options());
  await assert.rejects(phone.enrol(NAME, NUMBER), { code: "issuer-not-enrolled" });

  const enrol = (body) => fetch(backend, { method: "POST", body });
  const key = phone.holder.publicKey();
  assert.equal((await enrol(JSON.stringify({ key, name: NAME, number: NUMBER }))).status, 204);
  assert.equal((await enrol("{")).status, 400);
  await phone.enrol(NAME, NUMBER);
  assert.equal((await phone.report(WELL)).result, "accepted");
  const shown = await phone.show();
  assert.equal(shown.code?.colour, "green");

  const desk = await openCheckpoint(options());
  assert.deepEqual(await desk.refresh(), []);
  const verdict = desk.verify(shown.code.text);
  assert.deepEqual([verdict.verdict, verdict.colour], ["accepted", "green"]);

  // In another name the same phone gets none.
  await assert.rejects(phone.enrol("别人", "110101190001011111"), { code: "issuer-not-enrolled" });
  const other = await openPhone(options());
  await assert.rejects(other.enrol(NAME, NUMBER), { code: "issuer-not-enrolled" });
  const junk = { method: "POST", headers: { "content-type": "application/cose" }, body: "junk" };
  assert.equal((await fetch(`${phones}/certificates`, junk)).status, 400);
  assert.equal((await fetch(`${phones}/manifest`)).headers.get("access-control-allow-origin"), "*");
  assert.doesNotMatch(log(), /测试|0000"|junk/);
  child.removeAllListeners("exit");
  const ended = new Promise((resolve) => child.on("exit", resolve));
  child.kill("SIGTERM");
  assert.equal(await ended, 0);
});
