// Getting a certificate: in whatever order an app does it, and what is there after it failed.
import assert from "node:assert/strict";
import { test } from "node:test";
import { all } from "./expected.mjs";
import { both } from "./installed.mjs";
import { clockAt, enrolled, options, person, server, tracedStorage } from "./phone.mjs";

const HOUR = 3_600_000;

const healthcode = both("healthcode");
const { openPhone, openFamily, maskIdentity } = healthcode;
const { journey } = all;

test("a new phone, and one whose person was forgotten, gets what it needs for a certificate itself", async () => {
  const network = server();
  const phone = await openPhone(options(tracedStorage(), { network }));
  const identity = maskIdentity(journey.name, journey.number);
  for (let times = 0; times < 2; times += 1) {
    await phone.certify(identity);
    await phone.report(person.reports[0].answers);
    assert.equal((await phone.show()).result, "shown");
    await phone.forget();
    assert.equal(phone.identity, undefined);
  }
  network.asked.length = 0;
  await phone.certify(identity);
  await phone.certify(identity);
  assert.deepEqual(
    network.asked.filter((url) => url === "/manifest"),
    ["/manifest"],
    "only while there are no rules",
  );
});

test("without a network, or with files that cannot be used, it says why", async () => {
  const identity = maskIdentity(journey.name, journey.number);
  const offline = await openPhone(options(tracedStorage(), { network: server({ offline: true }) }));
  await assert.rejects(offline.certify(identity), { code: "network-unreachable" });
  const empty = await openPhone(options(tracedStorage(), { network: server({ published: {} }) }));
  await assert.rejects(empty.certify(identity), { code: "network-status" });
  assert.deepEqual([offline.identity, empty.identity], [undefined, undefined]);
});

test("a phone that got no certificate has nobody's identity, and one that had one keeps it", async () => {
  const storage = tracedStorage();
  const network = server();
  const given = options(storage, { network });
  const phone = await openPhone(given);
  await phone.refresh();
  const { ask } = network;
  const refusal = JSON.stringify({ code: "issuer-not-here", message: "no" });
  network.ask = async (request) =>
    request.body ? { status: 403, body: new TextEncoder().encode(refusal) } : ask(request);
  const mistyped = { name: "**峰", digits: "9999" };
  await assert.rejects(phone.certify(mistyped), { code: "issuer-not-here" });
  assert.equal(phone.identity, undefined);
  assert.equal((await openPhone(given)).identity, undefined, "nor is anything stored");
  assert.deepEqual(
    (await (await openFamily(given)).people()).map(({ identity }) => identity),
    [undefined],
  );
  assert.deepEqual(await phone.renew(), [], "nothing is asked for in that name");
  network.ask = ask;
  const identity = maskIdentity(journey.name, journey.number);
  await phone.certify(identity);
  assert.deepEqual((await openPhone(given)).identity, identity);
  network.ask = async (request) => (request.body ? { status: 500, body: new Uint8Array() } : ask(request));
  await assert.rejects(phone.certify(mistyped), { code: "network-busy" });
  assert.deepEqual([phone.identity, (await openPhone(given)).identity], [identity, identity]);
  await phone.report(person.reports[0].answers);
  assert.deepEqual((await phone.show()).code.identity, identity);
});

test("what is asked of a closed phone has a code, its identity too", async () => {
  const phone = await enrolled(healthcode, options(tracedStorage()));
  phone.close();
  for (const ask of [() => phone.identity, () => phone.clockError]) assert.throws(ask, { code: "phone-closed" });
});

test("what a phone or a checkpoint lacks, it says in words of what an app can do", async () => {
  const phone = await openPhone(options(tracedStorage(), { network: server({ offline: true }) }));
  const told = [];
  for (const act of [() => phone.questions({}), () => phone.assess()])
    assert.throws(act, (thrown) => told.push(thrown.message) > 0);
  const shown = async () => (await phone.show()).problem.message;
  told.push(await shown());
  const certified = await openPhone(options(tracedStorage()));
  await certified.refresh();
  told.push((await certified.show()).problem.message);
  for (const message of told) {
    assert.doesNotMatch(message, /load a|create the|rule pack|key first/);
    assert.match(message, /refresh|certify/);
  }
});

test("in Node, where there is no page whose site it could be, a server that was left out is named", async () => {
  const { storage, clock, random } = options(tracedStorage()).adaptors;
  const given = { roots: journey.roots, adaptors: { storage, clock, random } };
  const phone = await openPhone(given);
  const code = "misuse-argument";
  for (const [problem, ...others] of [
    await phone.refresh(),
    await (await healthcode.openCheckpoint(given)).refresh(),
  ]) {
    assert.deepEqual([problem.code, others], [code, []]);
    assert.match(problem.message, /pass `server`/);
  }
  await assert.rejects(phone.certify(maskIdentity(journey.name, journey.number)), { code });
});

test("what the issuer says of somebody is asked for again after an hour, and that it does not answer is no problem yet", async () => {
  const clock = clockAt();
  const network = server({ clock });
  const phone = await openPhone(options(tracedStorage(), { network, clock }));
  await phone.enrol(journey.name, journey.number);
  const asks = async () => {
    network.asked.length = 0;
    const problems = await phone.renew(true);
    return [network.asked.filter((url) => url === "/certificates").length, problems.map(({ code }) => code)];
  };
  clock.at += HOUR - 1_000;
  assert.deepEqual(await asks(), [0, []]);
  clock.at += 1_000;
  assert.equal(phone.certificateDue(), false, "the present one will do");
  assert.deepEqual(await asks(), [1, []]);
  assert.equal(Date.parse(phone.file("day-certificate").issued), clock.at);
  const { ask } = network;
  const refusal = new TextEncoder().encode(JSON.stringify({ code: "issuer-fault", message: "no" }));
  network.ask = async (request) => {
    const answer = await ask(request);
    return request.url === "/certificates" ? { status: 503, body: refusal } : answer;
  };
  const held = phone.file("day-certificate").issued;
  clock.at += HOUR;
  assert.deepEqual(await asks(), [1, []]);
  assert.equal(phone.file("day-certificate").issued, held, "it keeps what it has");
  clock.at += 16 * HOUR;
  assert.deepEqual((await asks())[1].slice(-1), ["issuer-fault"], "now it matters");
});
