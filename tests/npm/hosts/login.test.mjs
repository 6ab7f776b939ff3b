// The worked example of a login: a mini-program's code, exchanged by the app's backend, enrols the phone with the project's issuer.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { appendFile, cp, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { scratch } from "../../browser/readers.mjs";
import { fakeAlipay, fakeWechat } from "./fake-hosts.mjs";
import { examples, work } from "./places.mjs";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const binary = process.env.HEALTHCODE_BIN ?? join(root, "target/release/healthcode");
const DAY = 86_400_000;
const day = (from) => new Date(Date.now() + from * DAY).toISOString().slice(0, 10);

const WELL = {
  residence: "resident",
  home: "330106",
  temperature: 36.5,
  symptoms: ["none"],
  household_ill: false,
  contact: false,
  been_away: false,
};
/** Two made-up people: 9999 is no year of anybody's birth. */
const PEOPLE = {
  one: { name: "测试员", number: "330106999901010000" },
  two: { name: "试验者", number: "33010699990202000X" },
};

/** Begins a server, and gives what its first lines say by this pattern. */
async function begin(t, command, args, options, pattern) {
  const child = spawn(command, args, options);
  t.after(() => child.kill("SIGKILL"));
  const said = { text: "" };
  await new Promise((resolve, reject) => {
    child.on("exit", (code) => reject(new Error(`${command} ended with ${code}: ${said.text}`)));
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (data) => {
        said.text += data;
        if (pattern.test(said.text)) resolve();
      });
  });
  return { at: pattern.exec(said.text)[1], said };
}

/** The issuer of docs/issuer.md, with keys of its own; its settings take the tokens of the app. */
async function issuer(t, keys) {
  const folder = await scratch(t);
  const tool = (...args) => execFileSync(binary, args, { cwd: folder, encoding: "utf8" });
  const key = (name) => /^public-key (\S+)/m.exec(tool("keys", "new", "--out", `${name}.key`))[1];
  const [from, until] = [`${day(-20)}T00:00:00Z`, `${day(60)}T00:00:00Z`];
  const rootKey = key("root");
  const kinds = {
    "rules-1": "rule-pack",
    "rules-2": "rule-pack",
    publisher: "manifest",
    certificates: "day-certificate",
  };
  const listed = Object.entries(kinds).map(
    ([name, kind]) =>
      `[[keys]]\nkey = "${key(name)}"\nsigner = "${name}"\nkinds = ["${kind}"]\nfrom = "${from}"\nuntil = "${until}"\n`,
  );
  await writeFile(join(folder, "list.toml"), `[roots]\nkeys = ["${rootKey}"]\nsigners = 1\n${listed.join("")}`);
  const issued = ["--issued", `${day(-1)}T00:00:00Z`];
  tool(
    "trust",
    "build",
    "list.toml",
    "--key",
    "root.key",
    "--version",
    "1",
    ...issued,
    "--valid",
    "30d",
    "--out",
    "trust",
  );
  // February's rules, whose days are moved to this year; they hold without risk data.
  const ahead = Math.floor(Date.now() / DAY) - 10 - Math.floor(Date.parse("2020-02-11") / DAY);
  const moved = (text) => new Date(Date.parse(text) + ahead * DAY).toISOString().slice(0, 10);
  const rules = await readFile(join(root, "rules/packs/hangzhou/pack.toml"), "utf8");
  await writeFile(join(folder, "pack.toml"), rules.replace(/\b2020-\d\d-\d\d/g, moved));
  await writeFile(join(folder, "risk.csv"), "place,level,from,until\n");
  tool("sign", "rule-pack", "pack.toml", ...issued, "--key", "rules-1.key", "--out", "pack-1");
  tool("countersign", "pack-1", "--key", "rules-2.key", "--out", "pack");
  tool("publish", "site", "trust", "pack", "--key", "publisher.key", "--root", rootKey);
  key("people");
  await writeFile(join(folder, "app-keys.json"), keys);
  await writeFile(
    join(folder, "issuer.toml"),
    `name = "test-cdc"\nlisten = "127.0.0.1:0"\ndatabase = "issuer.db"\nsite = "site"\ncertificates = "certificates.key"\n` +
      `people = "people.key"\nroots = { keys = ["${rootKey}"], signers = 1 }\n` +
      `identity = { login = { issuer = "https://app.example", audience = "hangzhou-cdc", keys = "app-keys.json" } }\n` +
      `[[officers]]\nname = "Test One"\nkey = "${key("one")}"\n[[officers]]\nname = "Test Two"\nkey = "${key("two")}"\n`,
  );
  tool("issuer", "--init");
  const { at } = await begin(t, binary, ["issuer"], { cwd: folder }, /(http:\/\/127\.0\.0\.1:\d+)/);
  return { server: at, roots: { keys: [rootKey], signers: 1 } };
}

/** The example, as an app would begin from it, with two accounts whose documents were checked. */
async function example(t) {
  const folder = await scratch(t);
  await cp(join(examples, "login"), folder, { recursive: true });
  await symlink(join(root, "tests/npm/hosts/node_modules"), join(folder, "node_modules"));
  await appendFile(
    join(folder, "accounts.js"),
    `checked("wechat:one", ${JSON.stringify(PEOPLE.one)});\nchecked("alipay:two", ${JSON.stringify(PEOPLE.two)});\n`,
  );
  const npm = (script) => execFileSync(process.execPath, [script], { cwd: folder, stdio: "pipe", encoding: "utf8" });
  npm("keys.js");
  assert.throws(() => npm("keys.js"), /app-key\.json is there already/);
  const keys = await readFile(join(folder, "app-keys.json"), "utf8");
  assert.doesNotMatch(keys, /"d"/);
  const start = (env) =>
    begin(
      t,
      process.execPath,
      ["backend.js"],
      { cwd: folder, env: { ...process.env, PORT: "0", ...env } },
      /(http\S+\/enrol)/,
    );
  return { keys, start };
}

test("whoever is logged in to WeChat or Alipay enrols their phone, and nobody else does", async (t) => {
  const [wechat, alipay, app] = [await fakeWechat(t), await fakeAlipay(t), await example(t)];
  const { server, roots } = await issuer(t, app.keys);
  const env = {
    ENROLMENTS: `${server}/enrolments`,
    WECHAT_APP_ID: wechat.app.appId,
    WECHAT_SECRET: wechat.app.secret,
    WECHAT_SERVER: wechat.server,
    ALIPAY_GATEWAY: alipay.gateway,
    ...alipay.keys,
  };
  const { at, said } = await app.start(env);
  const send = async (body, to = at) => {
    const response = await fetch(to, { method: "POST", body: typeof body === "string" ? body : JSON.stringify(body) });
    return [response.status, (await response.json()).code];
  };
  const { openPhone, memoryStorage } = await import(join(work, "node/node_modules/healthcode/node/index.mjs"));
  const opened = () => openPhone({ server, roots, adaptors: { storage: memoryStorage() } });
  /** What a mini-program does: it asks for a certificate, which makes its key, logs in, and asks again. */
  const enrol = async ({ name, number }, host, code) => {
    const phone = await opened();
    await assert.rejects(phone.enrol(name, number), { code: "issuer-not-enrolled" });
    const answer = await send({ host, code, key: phone.holder.publicKey() });
    if (answer[0] === 200) await phone.enrol(name, number);
    return { phone, answer };
  };

  for (const [person, host, fake] of [
    [PEOPLE.one, "wechat", wechat],
    [PEOPLE.two, "alipay", alipay],
  ]) {
    const user = host === "wechat" ? "one" : "two";
    const code = fake.login(user);
    const { phone, answer } = await enrol(person, host, code);
    assert.deepEqual(answer, [200, "enrolled"], said.text);
    assert.equal((await phone.report(WELL)).result, "accepted");
    assert.equal(phone.identity.digits, person.number.slice(-4));
    // The same code does not hold a second time, nor for anybody else's phone.
    assert.deepEqual((await enrol(person, host, code)).answer, [401, "login-code-refused"]);
    assert.deepEqual((await enrol(person, host, "made-up")).answer, [401, "login-code-refused"]);
    // Somebody whose document was not checked, and somebody who says that they are another.
    assert.deepEqual((await enrol(person, host, fake.login("nobody"))).answer, [403, "document-unchecked"]);
    const other = person === PEOPLE.one ? PEOPLE.two : PEOPLE.one;
    await assert.rejects(enrol(other, host, fake.login(user)), { code: "issuer-not-enrolled" });
  }
  assert.deepEqual(Object.keys(wechat.state.asked[0]).sort(), [
    "appid",
    "grant_type",
    "js_code",
    "method",
    "path",
    "secret",
  ]);

  // A host that is away, does not know the app, or whose answer somebody else has signed.
  const key = "0".repeat(64);
  for (const down of [
    { status: 502, body: "<html>" },
    { body: '{"errcode":-1,"errmsg":"system error"}' },
    { body: '{"openid":7}' },
  ]) {
    wechat.state.down = down;
    assert.deepEqual(await send({ host: "wechat", code: wechat.login("one"), key }), [502, "unavailable"]);
  }
  alipay.state.forged = true;
  assert.deepEqual(await send({ host: "alipay", code: alipay.login("two"), key }), [502, "unavailable"]);
  alipay.state.forged = false;
  // A key that is none is refused by the issuer, whatever the app believes.
  assert.deepEqual(await send({ host: "alipay", code: alipay.login("two"), key: `01${"00".repeat(31)}` }), [
    502,
    "issuer-refuses",
  ]);
  for (const body of [
    "{",
    "null",
    "[]",
    { host: "toString", code: "1", key },
    { host: "wechat", code: 1, key },
    { host: "wechat", code: "", key },
    { host: "wechat", code: "1", key: "00" },
    " ".repeat(100_000),
  ])
    assert.deepEqual(await send(body), [400, "malformed"]);
  assert.deepEqual(await send({}, at.replace("/enrol", "/")), [404, "not-here"]);
  // Of all that, nothing of anybody was written down.
  assert.doesNotMatch(said.text, /测试|试验|01010000|2000X|\b(?:one|two)\b|made-up|openid/);
  assert.match(said.text, /^POST 200 enrolled$/m);
  assert.match(said.text, /^WeChat answers with errcode -1$/m);
  assert.match(said.text, /^Alipay does not answer, or not with its signature$/m);
});
