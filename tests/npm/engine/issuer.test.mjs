// `healthcode/issuer`: values of each type in the place of each argument, and what phones would refuse.
import assert from "node:assert/strict";
import { test } from "node:test";
import { required, text } from "./installed.mjs";

const issuer = required("healthcode/issuer");
await issuer.init();

const DAY = 86_400_000;
const NOW = Date.parse("2020-02-20T08:00:00+08:00");
const toml = text("demo/hangzhou.toml");
const key = (byte) => Uint8Array.from({ length: 32 }, (_, at) => at + byte);
const [root, first, second, manifest] = [1, 2, 3, 4].map(key);
const roots = { keys: [issuer.publicKey(root)], signers: 1 };
const header = { version: 1, issued: NOW - DAY, expires: NOW + DAY };
const trusted = (secret, signer, kind) => ({
  key: issuer.publicKey(secret),
  signer,
  kinds: [kind],
  from: NOW - 30 * DAY,
  until: NOW + 30 * DAY,
});
const list = {
  keys: [
    trusted(first, "one", "rule-pack"),
    trusted(second, "another", "rule-pack"),
    trusted(manifest, "publisher", "manifest"),
  ],
  roots,
};
const trustList = () => ({ version: 1, bytes: issuer.signTrustList(header, list, [root]) });
const published = (files, lists = [trustList()]) => ({ header, trustLists: lists, files, roots, key: manifest });

test("what is published is under its paths, and opened as a phone opens it", () => {
  const rules = issuer.signRules(toml, NOW - DAY, [first, second]);
  const site = issuer.publish(published([rules]));
  const paths = [...site.keys()].map((path) => path.replace(/[0-9a-f]{64}/, "*"));
  assert.deepEqual(paths, ["/trust/1", "/trust-list", "/files/*", "/manifest"]);
  const refused = (files, lists) => assert.throws(() => issuer.publish(published(files, lists)));
  const code = (act, code) => assert.throws(act, { code });
  code(() => issuer.publish(published([issuer.signRules(toml, NOW - DAY, [first])])), "file-too-few-signers");
  code(() => issuer.publish(published([issuer.signRules(toml, NOW - DAY, [first, key(9)])])), "file-too-few-signers");
  code(() => issuer.publish(published([issuer.signRules(toml, NOW - DAY, [key(8), key(9)])])), "file-unknown-key");
  const other = { version: 1, bytes: issuer.signTrustList(header, list, [key(7)]) };
  code(() => issuer.publish(published([rules], [other])), "trust-other-roots");
  refused([new Uint8Array(10)]);
  refused([trustList().bytes.slice(0, -1)]);
});

test("what is wrong is named", () => {
  const misuse = (act, message) => assert.throws(act, { code: "misuse-argument", message });
  misuse(() => issuer.signTrustList(header, { ...list, rots: 1 }, [root]), /`list`.*unknown field `rots`/);
  misuse(() => issuer.signTrustList({ ...header, issued: "yesterday" }, list, [root]), /`header\.issued`/);
  misuse(() => issuer.signTrustList({ ...header, edition: 1 }, list, [root]), /`header`.*unknown field `edition`/);
  misuse(() => issuer.signRiskTable(header, [{ place: "4201", level: "hihg", from: NOW }], [first]), /`rows`.*hihg/);
  assert.throws(
    () => issuer.rulesOf("[pack"),
    (thrown) => thrown instanceof issuer.HealthcodeError,
  );
  assert.throws(() => issuer.rulesOf(toml.replace('id = "residence"', 'id = "Residence!"')), issuer.HealthcodeError);
  assert.throws(() => issuer.publicKey(new Uint8Array(32)), { code: "key-not-random" });
  assert.throws(() => issuer.publicKey(new Uint8Array(31)), { code: "key-malformed" });
  assert.deepEqual(issuer.maskIdentity("测试员", "330106190001010000"), { name: "**员", digits: "0000" });
  assert.throws(() => issuer.maskIdentity("", "1"), { code: "certificate-name" });
});

const JUNK = [
  undefined,
  null,
  true,
  0,
  NaN,
  -1,
  1e300,
  "",
  "text",
  [],
  [[]],
  [null],
  {},
  { keys: null },
  new Uint8Array(3),
  () => 0,
  new Date(),
  10n,
];

test("a value of each type in the place of each argument has a code", () => {
  const right = {
    publicKey: [root],
    signTrustList: [header, list, [root]],
    rulesOf: [toml],
    signRules: [toml, NOW, [first, second]],
    signRiskTable: [header, [{ place: "4201", level: "high", from: NOW }], [first]],
    openRequest: [new Uint8Array(3), NOW],
    signCertificate: [new Uint8Array(3), { now: NOW, hours: 24, key: first }],
    maskIdentity: ["测试员", "330106190001010000"],
    publish: [published([])],
    listener: [{ site: () => new Map(), certify: () => new Uint8Array(1) }],
  };
  let thrown = 0;
  const attempt = (name, args) => {
    try {
      issuer[name](...args);
    } catch (error) {
      thrown += 1;
      assert.ok(error instanceof issuer.HealthcodeError, `${name}: ${error}`);
      assert.notEqual(error.code, "package-fault", `${name}: ${error}`);
    }
  };
  for (const [name, args] of Object.entries(right)) {
    for (const junk of JUNK) {
      for (const at of args.keys()) attempt(name, args.with(at, junk));
      // And inside of what is an object.
      for (const [at, arg] of args.entries()) {
        if (Object.getPrototypeOf(arg) !== Object.prototype) continue;
        for (const field of Object.keys(arg)) attempt(name, args.with(at, { ...arg, [field]: junk }));
      }
    }
  }
  assert.ok(thrown > 300, `${thrown}`);
});

test("whatever an integrator's own functions throw is told, answered as the issuer's fault, and ends nothing", async () => {
  const broken = () => {
    throw Object.assign(new Error("not now"), { code: "file-expired" });
  };
  const right = { site: () => new Map(), certify: () => new Uint8Array(1) };
  const ask = async (more, { method = "GET", url = "/manifest", headers = {} } = {}) => {
    const answered = {};
    const response = {
      writeHead: (status, headers) => Object.assign(answered, { status, headers }),
      end: (body) => Object.assign(answered, { body: body && new TextDecoder().decode(body) }),
    };
    await issuer.listener({ ...right, ...more })(
      { method, url, headers, readableEnded: true, on() {}, pause() {} },
      response,
    );
    return answered;
  };
  const { error } = console;
  const said = [];
  console.error = (thrown) => said.push(thrown.message);
  try {
    const faults = [];
    const { status, body } = await ask({ site: broken, fault: ({ message }) => faults.push(message) });
    assert.deepEqual(
      [status, JSON.parse(body).code, faults],
      [500, "issuer-fault", ["not now"]],
      "and not the request's",
    );
    assert.equal((await ask({ site: broken, fault: broken })).status, 500);
    const denied = { method: "POST", url: "/certificates", headers: { origin: "null" } };
    assert.equal((await ask({ allows: broken }, denied)).status, 403, "who cannot be judged is not let in");
    const page = await ask({ allows: broken }, { headers: { origin: "null" } });
    assert.deepEqual([page.status, page.headers["Access-Control-Allow-Origin"]], [404, undefined]);
    assert.equal((await ask({ now: broken, log: broken })).status, 404);
    assert.ok(said.length >= 5 && said.every((message) => message === "not now"), `${said}`);
  } finally {
    console.error = error;
  }
});
