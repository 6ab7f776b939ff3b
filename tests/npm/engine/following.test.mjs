// What a phone and a checkpoint come to believe through `refresh`, from a server that is behind, ahead, broken or hostile.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { createServer } from "node:http";
import { test } from "node:test";
import { crc32 } from "node:zlib";
import * as authority from "./authority.mjs";
import { all } from "./expected.mjs";
import { both, bytes } from "./installed.mjs";
import { clockAt, enrolled, now, options, person, place, published, server, tracedStorage } from "./phone.mjs";

const healthcode = both("healthcode");
const { openCheckpoint, openPhone } = healthcode;
await healthcode.init();
const { journey } = all;
const HOUR = 3_600_000;
const at = (moment) => new Date(moment).toISOString();
const codes = (problems) => problems.map(({ code }) => code);
const challenge = new TextEncoder().encode("gate 7.1");

/** A trust list for two weeks, unless it says something else. */
const list = (version, more = {}) =>
  authority.trustList(version, { issued: at(now - HOUR), expires: at(now + 14 * 24 * HOUR), ...more });

/** How the manifest of the vectors names its files, by kind. */
const NAMED = (() => {
  const holder = new healthcode.Holder(journey.roots);
  for (const file of [journey.trust_list, journey.manifest]) holder.load(bytes(file), now);
  const { length } = journey.trust_list;
  const all = Object.fromEntries(holder.missing().map((named) => [named.kind, named]));
  holder.free();
  assert.ok(length > 0 && all["rule-pack"] && all["risk-table"]);
  return all;
})();
const RULES = NAMED["rule-pack"];
const RISK = NAMED["risk-table"];
const namedList = (version, file) => authority.named(file, { kind: "trust-list", version });
/** A table that a manifest can name; no server has it. */
const NEXT_RISK = { kind: "risk-table", id: "", version: 8, length: 100, digest: "ab".repeat(32) };

test("row 8: a revocation is taken although the server has lost the rules, and each file by itself", async () => {
  const network = server();
  const phone = await enrolled(healthcode, options(tracedStorage(), { network }));
  await phone.report(person.reports[0].answers);
  const { text } = (await phone.show()).code;
  const checkpoint = await openCheckpoint(options(tracedStorage(), { network }));
  assert.deepEqual(await checkpoint.refresh(), []);
  assert.equal(checkpoint.verify(text).verdict, "accepted");

  const revoking = list(6, { without: ["certificate"] });
  const lost = { ...RULES, version: RULES.version + 1, digest: "cd".repeat(32) };
  network.answers["/trust-list"] = revoking;
  network.answers["/manifest"] = authority.manifest(10, at(now), [namedList(6, revoking), lost, NEXT_RISK, RISK]);
  assert.deepEqual(codes(await phone.refresh()), ["network-status", "network-status"]);
  assert.equal(phone.file("trust-list").version, 6);
  assert.equal(phone.file("day-certificate").problem, "file-unknown-key");
  assert.equal((await phone.show()).result, "unavailable");
  assert.deepEqual([phone.file("rule-pack").version, phone.file("risk-table").version], [RULES.version, RISK.version]);
  assert.deepEqual(await checkpoint.refresh(), []);
  assert.equal(checkpoint.verify(text).code, "file-unknown-key");

  // Without a manifest there may still be a trust list.
  delete network.answers["/manifest"];
  network.answers["/trust-list"] = list(7);
  assert.deepEqual(codes(await phone.refresh()), Array(3).fill("network-status"));
  assert.deepEqual(codes(await checkpoint.refresh()), ["network-status"]);
  assert.deepEqual([phone.file("trust-list").version, checkpoint.trust.version], [7, 7]);
  assert.equal((await phone.show()).result, "shown");
  assert.equal(checkpoint.verify(text).verdict, "accepted");
});

test("row 4: a server that keeps back the list that the manifest names gets the one that drops a key asked for, or is told of", async () => {
  const network = server();
  const phone = await enrolled(healthcode, options(tracedStorage(), { network }));
  await phone.report(person.reports[0].answers);
  const { text } = (await phone.show()).code;
  const checkpoint = await openCheckpoint(options(tracedStorage(), { network }));
  assert.deepEqual(await checkpoint.refresh(), []);
  const revoking = list(6, { without: ["certificate"] });
  network.answers["/manifest"] = authority.manifest(10, at(now), [namedList(6, revoking), RULES, RISK]);
  // The list before it, that list under the wanted number, an old list under it, and nothing.
  for (const [answer, code] of [
    [undefined, "network-status"],
    [bytes(journey.trust_list), "file-not-in-manifest"],
    [list(4), "file-rollback"],
  ]) {
    network.answers["/trust/6"] = answer;
    network.asked.length = 0;
    assert.deepEqual(codes(await phone.refresh()), [code]);
    assert.deepEqual(network.asked, ["/manifest", "/trust-list", "/trust/6"]);
    assert.deepEqual(codes(await checkpoint.refresh()), [code]);
    assert.deepEqual([phone.file("trust-list").version, checkpoint.trust.version], [5, 5]);
  }
  network.answers["/trust/6"] = revoking;
  assert.deepEqual(await phone.refresh(), []);
  assert.deepEqual(await checkpoint.refresh(), []);
  assert.equal(phone.file("day-certificate").problem, "file-unknown-key");
  assert.equal(checkpoint.verify(text).code, "file-unknown-key");
  network.asked.length = 0;
  assert.deepEqual(await phone.refresh(), []);
  assert.deepEqual(network.asked, ["/manifest"]);

  // The list may come with other roots, and over a manifest that only the newer list lets in.
  const [seven, eight] = [list(7, { names: ["root-b"], by: ["root", "root-b"] }), list(8, { names: ["root-b"] })];
  Object.assign(network.answers, { "/trust/7": seven, "/trust/8": eight });
  network.answers["/manifest"] = authority.manifest(11, at(now), [namedList(8, eight), RULES, RISK]);
  assert.deepEqual(await phone.refresh(), []);
  assert.deepEqual(await checkpoint.refresh(), []);
  assert.deepEqual([phone.file("trust-list").version, checkpoint.trust.version], [8, 8]);
});

test("an app that pins other roots, and the one before it again, come to the newest list and forget nothing", async () => {
  const [six, seven] = [list(6, { names: ["root-b"], by: ["root", "root-b"] }), list(7, { names: ["root-b"] })];
  const network = server();
  for (let version = 1; version < 5; version += 1) network.answers[`/trust/${version}`] = list(version);
  const [storage, desk] = [tracedStorage(), tracedStorage()];
  const [old, other] = [authority.roots(["root"]), authority.roots(["root-b"])];
  const first = await enrolled(healthcode, options(storage, { network, roots: old }));
  await first.report(person.reports[0].answers);
  Object.assign(network.answers, { "/trust/6": six, "/trust/7": seven, "/trust-list": seven });
  network.answers["/manifest"] = authority.manifest(10, at(now), [namedList(7, seven), RULES, RISK]);
  for (const roots of [old, other, old, other, old]) {
    const phone = await openPhone(options(storage, { network, roots }));
    assert.deepEqual(await phone.refresh(), []);
    assert.equal(phone.file("trust-list").version, 7);
    assert.equal((await phone.show()).result, "shown");
    // Opening alone stores nothing.
    await phone.note();
    const checkpoint = await openCheckpoint(options(desk, { network, roots }));
    assert.deepEqual(await checkpoint.refresh(), []);
    assert.equal(checkpoint.trust.version, 7);
  }
  // What it saw before keeps out what is older.
  const another = { ...network.answers };
  Object.assign(network.answers, { "/trust-list": six, "/manifest": bytes(journey.manifest) });
  const phone = await openPhone(options(storage, { network, roots: other }));
  assert.deepEqual(codes(await phone.refresh()), ["file-rollback"]);
  Object.assign(network.answers, another);
  assert.deepEqual(await phone.refresh(), []);
});

test("row 2: a server with rules of several regions wants to know which, and says so", async () => {
  const network = server();
  const other = { ...RULES, place: "3302", digest: "ab".repeat(32) };
  network.answers["/manifest"] = authority.manifest(10, at(now), [RULES, other, RISK]);
  const phone = await openPhone(options(tracedStorage(), { network }));
  const [problem] = await phone.refresh();
  assert.equal(problem.code, "holder-no-region");
  assert.match(healthcode.problemText(problem, "en"), /several regions/);
  const who = healthcode.maskIdentity(journey.name, journey.number);
  await assert.rejects(phone.certify(who), { code: "holder-no-region" });
  const settled = await openPhone(options(tracedStorage(), { network, region: RULES.place }));
  assert.deepEqual(await settled.refresh(), []);
  assert.notEqual(settled.holder.rules(), undefined);
});

test("row 2: whoever moves to another county of the region gets a certificate there", async () => {
  const network = server();
  let county = 330106;
  const { ask } = network;
  network.ask = async (request) =>
    request.url === "/certificates"
      ? { status: 200, body: authority.certificate(request.body, now, { at: county }) }
      : ask(request);
  const phone = await enrolled(healthcode, options(tracedStorage(), { network }));
  assert.equal(phone.holder.region(), "330106");
  county = 330108;
  await phone.certify(healthcode.maskIdentity(journey.name, journey.number));
  assert.equal(phone.holder.region(), "330108");
  await phone.report(person.reports[0].answers);
  assert.equal((await phone.show()).result, "shown");
});

test("a clock that was ahead takes no log away, and what was told by it counts once it is right", async () => {
  const clock = clockAt();
  const network = server({ clock });
  const phone = await enrolled(healthcode, options(tracedStorage(), { network, clock }));
  const { answers } = person.reports[0];
  await phone.report(answers);
  assert.equal(phone.assess().colour, "green");
  clock.at = now + 62 * 24 * HOUR;
  assert.equal((await phone.addVisit({ place: "330106", arrive: at(clock.at - HOUR), mode: "stay" })).result, "added");
  assert.equal((await phone.report(answers)).result, "accepted");
  clock.at = now + HOUR;
  assert.equal(phone.holder.reports().length, 2);
  assert.equal(phone.assess().colour, "grey");
  assert.deepEqual(await phone.refresh(), []);
  assert.equal(phone.assess().colour, "green");
  assert.equal((await phone.show()).code.colour, "green");
  assert.deepEqual(
    phone.holder.reports().map((report) => Date.parse(report.at)),
    [now, clock.at],
  );
  assert.equal(Date.parse(phone.holder.diary()[0].arrive), clock.at);
});

test("while the clock is known to be ahead no report and no visit is taken", async () => {
  const clock = clockAt();
  const network = server({ clock });
  const phone = await enrolled(healthcode, options(tracedStorage(), { network, clock }));
  const { ask } = network;
  let served = now;
  network.ask = async (request) => {
    const answer = await ask(request);
    return { ...answer, header: (name) => (name === "date" ? new Date(served).toUTCString() : undefined) };
  };
  const { answers } = person.reports[0];
  const visit = { place: "330106", arrive: at(now - HOUR), mode: "stay" };
  clock.at = now + 2 * HOUR;
  for (let times = 0; times < 2; times += 1) await phone.refresh();
  assert.equal(phone.clockProblem.code, "clock-off");
  await assert.rejects(phone.report(answers), { code: "clock-off" });
  assert.equal((await phone.addVisit(visit)).problem.code, "clock-off");
  assert.deepEqual([phone.holder.reports(), phone.holder.diary()], [[], []]);
  // One that is behind dates nothing into the future.
  served = clock.at + 2 * HOUR;
  for (let times = 0; times < 2; times += 1) await phone.refresh();
  assert.equal(phone.clockProblem.code, "clock-off");
  assert.equal((await phone.report(answers)).result, "accepted");
  assert.equal((await phone.addVisit(visit)).result, "added");
});

test("bytes that the manifest does not name are refused, and no more of them are taken than it says", async () => {
  const network = server();
  const [rules, risk] = [bytes(journey.rules), bytes(journey.risk)];
  const asked = [];
  const { ask } = network;
  network.ask = (request) => {
    asked.push([request.url, request.most]);
    return ask(request);
  };
  network.answers[place(rules)] = risk;
  network.answers[place(risk)] = Buffer.concat([risk, Buffer.alloc(1)]);
  const phone = await openPhone(options(tracedStorage(), { network }));
  assert.deepEqual(codes(await phone.refresh()), ["file-not-in-manifest"]);
  assert.equal(phone.file("risk-table").version, RISK.version, "whatever the name under which it came");
  assert.equal(phone.holder.rules(), undefined);
  assert.equal(asked.find(([url]) => url === place(risk))[1], risk.length);
  network.answers[place(rules)] = rules;
  assert.deepEqual(await phone.refresh(), []);
  assert.notEqual(phone.holder.rules(), undefined);
});

/** A server on this machine, and how many bytes it has sent and been asked for what. */
async function loopback(t, answers) {
  const asked = [];
  const sockets = [];
  const web = createServer(async (request, response) => {
    asked.push(request.url);
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const file =
      request.url === "/certificates" ? authority.certificate(Buffer.concat(chunks), now) : answers[request.url];
    if (file === undefined) return response.writeHead(404).end();
    const etag = `"${authority.sha256(file)}"`;
    if (request.headers["if-none-match"] === etag) return response.writeHead(304, { etag }).end();
    return response.writeHead(200, { etag, "content-length": file.length }).end(file);
  });
  web.on("connection", (socket) => sockets.push(socket));
  await new Promise((resolve) => web.listen(0, "127.0.0.1", resolve));
  const close = () => new Promise((resolve) => web.close(resolve).closeAllConnections());
  t.after(close);
  const sent = () => sockets.reduce((sum, { bytesWritten }) => sum + bytesWritten, 0);
  return { url: `http://127.0.0.1:${web.address().port}`, asked, sent, close };
}

test("where nothing is new a phone and a checkpoint get a 304, also after a restart, and else what is new", async (t) => {
  const { network } = healthcode.hostAdaptors();
  const answers = published();
  const [storage, desk] = [tracedStorage(), tracedStorage()];
  const first = await loopback(t, answers);
  await enrolled(healthcode, { ...options(storage, { network }), server: first.url });
  await (await openCheckpoint({ ...options(desk, { network }), server: first.url })).refresh();
  await first.close();

  const polled = async (asked, most) => {
    const { url, asked: requests, sent, close } = await loopback(t, answers);
    const phone = await openPhone({ ...options(storage, { network }), server: url });
    const { changes } = storage;
    assert.deepEqual(await phone.refresh(), []);
    const written = storage.changes - changes;
    const checkpoint = await openCheckpoint({ ...options(desk, { network }), server: url });
    assert.deepEqual(await checkpoint.refresh(), []);
    const bytes = sent();
    await close();
    // The issuer has no lists of withdrawn certificates: three short refusals.
    const [lists, others] = [true, false].map((of) => requests.filter((path) => path.startsWith("/status/") === of));
    assert.deepEqual(others, asked);
    assert.equal(lists.length, 3);
    t.diagnostic(`${asked.length} requests of a phone and a checkpoint are answered with ${bytes} bytes`);
    assert.ok(bytes > 0 && bytes < most, `${bytes} bytes`);
    return written;
  };
  assert.equal(await polled(["/manifest", "/manifest"], 1_400), 0, "nothing new is nothing to store");
  const trust = namedList(5, bytes(journey.trust_list));
  answers["/manifest"] = authority.manifest(10, at(now), [trust, RULES, RISK]);
  assert.notEqual(await polled(["/manifest", "/manifest"], 2_300), 0);
  assert.equal(await polled(["/manifest", "/manifest"], 1_400), 0);
});

test("roots that change are followed list by list, over one that has expired, and from old roots to new ones", async () => {
  const two = list(6, { names: ["root-b"], by: ["root", "root-b"], expires: at(now - 60_000) });
  const three = list(7, { names: ["root-c"], by: ["root-b", "root-c"] });
  const network = server();
  Object.assign(network.answers, { "/trust/6": two, "/trust/7": three });
  const storage = tracedStorage();
  const phone = await enrolled(healthcode, options(storage, { network }));
  const checkpoint = await openCheckpoint(options(tracedStorage(), { network }));
  await checkpoint.refresh();
  network.answers["/trust-list"] = three;
  network.answers["/manifest"] = authority.manifest(10, at(now), [namedList(7, three), RULES, RISK]);
  network.asked.length = 0;
  assert.deepEqual(await phone.refresh(), []);
  assert.deepEqual(network.asked, ["/manifest", "/trust-list", "/trust/6", "/trust/7", "/trust/8"]);
  assert.equal(phone.file("trust-list").version, 7);
  assert.deepEqual(await checkpoint.refresh(), []);
  assert.equal(checkpoint.trust.version, 7);
  assert.equal((await phone.show()).result, "shown");
  // Old roots sign nothing more, also for a phone that is opened again.
  network.answers["/trust-list"] = list(8);
  network.answers["/manifest"] = authority.manifest(11, at(now), [namedList(8, list(8)), RULES, RISK]);
  const again = await openPhone(options(storage, { network }));
  assert.deepEqual(codes(await again.refresh()), ["trust-other-roots"]);
  assert.equal(again.file("trust-list").version, 7);
  assert.equal((await again.show()).result, "shown");
});

test("the way to the newest list is walked at most 64 lists at a time, and goes on from there", async () => {
  const answers = published();
  for (let version = 1; version <= 66; version += 1)
    answers[`/trust/${version}`] = list(version, { names: ["root-x"] });
  answers["/trust/67"] = list(67, { names: ["root-y"], by: ["root", "root-y"] });
  const newest = list(68, { names: ["root-y"] });
  Object.assign(answers, { "/trust/68": newest, "/trust-list": newest });
  answers["/manifest"] = authority.manifest(10, at(now), [namedList(68, newest), RULES, RISK]);
  const network = server({ published: answers });
  const phone = await openPhone(options(tracedStorage(), { network }));
  assert.deepEqual(codes(await phone.refresh()), ["trust-other-roots"]);
  assert.equal(network.asked.filter((url) => url.startsWith("/trust/")).length, 64);
  assert.deepEqual(await phone.refresh(), []);
  assert.equal(phone.file("trust-list").version, 68);
});

test("row 4: a checkpoint that starts again forgets no revocation, whatever has expired and whatever its clock says", async () => {
  const storage = tracedStorage();
  const network = server();
  const clock = clockAt();
  const open = () => openCheckpoint(options(storage, { network, clock }));
  const before = await open();
  assert.deepEqual(await before.refresh(), []);
  assert.equal(before.verify(person.text, challenge).verdict, "accepted");
  const old = { ...network.answers };
  const short = list(10, { without: ["certificate"], expires: at(now + HOUR) });
  network.answers["/trust-list"] = short;
  network.answers["/manifest"] = authority.manifest(10, at(now), [namedList(10, short), RULES, RISK]);
  assert.deepEqual(await before.refresh(), []);
  assert.equal(before.verify(person.text, challenge).code, "file-unknown-key");
  Object.assign(network.answers, old);
  for (const moment of [now, now + HOUR, now - 3 * 60_000, now + 24 * HOUR]) {
    clock.at = moment;
    const restarted = await open();
    const [problem] = await restarted.refresh();
    assert.equal(problem?.code, "file-rollback", at(moment));
    assert.notEqual(restarted.verify(person.text, challenge).verdict, "accepted");
    assert.notEqual(restarted.trust?.version, 5);
  }
  // What another page has come to believe in the meantime is not undone either.
  clock.at = now;
  const [one, other] = [await open(), await open()];
  const eleven = list(11);
  network.answers["/trust-list"] = eleven;
  network.answers["/manifest"] = authority.manifest(11, at(now), [namedList(11, eleven), RULES, RISK]);
  assert.deepEqual(await one.refresh(), []);
  Object.assign(network.answers, old);
  assert.deepEqual(codes(await other.refresh()), ["file-rollback"]);
  assert.equal((await open()).trust.version, 11);
});

test("what a checkpoint has stored in another form is left out, and kept if a newer version has stored it", async () => {
  for (const [form, kept] of [
    [undefined, false],
    [99, true],
  ]) {
    const storage = tracedStorage();
    const first = await openCheckpoint(options(storage));
    await first.refresh();
    const sealed = Buffer.of(form ?? 0, 0xa0);
    const checksum = form ? createHash("sha512").update(sealed).digest().subarray(0, 8) : Buffer.alloc(8);
    const stored = Buffer.concat([sealed, checksum]);
    storage.values.set("healthcode.checkpoint.a", `1 ${2 * now} 1 ${crc32(stored)}`);
    storage.values.set("healthcode.checkpoint.a.0", stored.toString("base64"));
    const before = new Map(storage.values);
    const next = await openCheckpoint(options(storage));
    assert.notEqual(next.storageProblem, undefined);
    assert.deepEqual(await next.refresh(), []);
    assert.equal(next.verify(person.text, challenge).verdict, "accepted");
    assert.equal([...storage.values].join() === [...before].join(), kept);
  }
});

test("a manifest that a wrong clock has made invalid comes back beside one in use, without a network", async () => {
  const clock = clockAt();
  const network = server();
  const issued = at(now - 40 * HOUR);
  const old = authority.trustList(6, { issued, expires: at(now + 14 * 24 * HOUR) });
  network.answers["/trust-list"] = old;
  network.answers["/manifest"] = authority.manifest(10, at(now - 30 * HOUR), [namedList(6, old), RULES, RISK]);
  const storage = tracedStorage();
  const given = options(storage, { network, clock });
  const first = await openCheckpoint(given);
  assert.deepEqual(await first.refresh(), []);
  network.answers["/manifest"] = authority.manifest(10, at(now - HOUR), [namedList(6, old), RULES], 33);
  assert.deepEqual(await first.refresh(), []);
  assert.equal(first.manifest.place, "33");
  first.close();

  // A day behind, the later one is of tomorrow.
  clock.at = now - 24 * HOUR;
  const offline = { ...given, adaptors: { ...given.adaptors, network: server({ offline: true }) } };
  const desk = await openCheckpoint(offline);
  assert.deepEqual(codes(await desk.refresh()), ["network-unreachable"]);
  assert.notEqual(desk.manifest.place, "33");
  clock.at = now;
  assert.deepEqual(codes(await desk.refresh()), ["network-unreachable"]);
  assert.equal(desk.manifest.place, "33");
  // Where nothing is gained by that, what is in use stays as it is.
  const { digest } = desk.manifest;
  assert.deepEqual(codes(await desk.refresh()), ["network-unreachable"]);
  assert.equal(desk.manifest.digest, digest);
});

test("two days without publishing leave a phone with a code, and everybody knows how old the data is", async () => {
  const clock = clockAt();
  const network = server({ clock });
  const phone = await enrolled(healthcode, options(tracedStorage(), { network, clock }));
  const checkpoint = await openCheckpoint(options(tracedStorage(), { network, clock }));
  await checkpoint.refresh();
  assert.deepEqual([phone.staleSince, checkpoint.staleSince], [undefined, undefined]);
  const { stale } = phone.file("manifest");
  for (const [moment, since] of [
    [Date.parse(stale) - 1_000, undefined],
    [Date.parse(stale), stale],
    [now + 48 * HOUR, stale],
  ]) {
    clock.at = moment;
    assert.deepEqual(await phone.renew(), []);
    await phone.report(person.reports[0].answers);
    assert.deepEqual(await checkpoint.refresh(), []);
    assert.deepEqual([phone.staleSince, checkpoint.staleSince], [since, since]);
    const shown = await phone.show();
    assert.deepEqual([shown.result, shown.code.colour], ["shown", "green"], at(moment));
    assert.equal(checkpoint.verify(shown.code.text).verdict, "accepted");
  }
  network.answers["/manifest"] = authority.manifest(10, at(clock.at), [
    namedList(5, bytes(journey.trust_list)),
    RULES,
    RISK,
  ]);
  assert.deepEqual(await phone.refresh(), []);
  assert.deepEqual(await checkpoint.refresh(), []);
  assert.deepEqual([phone.staleSince, checkpoint.staleSince], [undefined, undefined]);
});

test("each certificate has a key of its own, which is stored before anybody is asked to certify it", async () => {
  const storage = tracedStorage();
  const clock = clockAt();
  const network = server({ clock });
  const { ask } = network;
  const requests = [];
  let again;
  network.ask = async (request) => {
    if (request.url !== "/certificates") return ask(request);
    requests.push(request.body);
    // The app is killed now; whoever opens it again has the key that the answer is for.
    again = await openPhone(options(storage, { network: server({ offline: true }), clock }));
    return ask(request);
  };
  const phone = await enrolled(healthcode, options(storage, { network, clock }));
  const answer = (await ask({ url: "/certificates", body: requests[0] })).body;
  assert.equal((await again.load(answer)).result, "loaded");
  clock.at += HOUR;
  await phone.certify(phone.identity);
  const keys = requests.map((request) => authority.requested(request));
  assert.equal(keys[0].enrolment, keys[1].enrolment);
  assert.notEqual(keys[0].day, keys[1].day);
  // An older certificate than its own is not taken, whoever brings it.
  const { problem } = await phone.load(answer);
  assert.match(problem.code, /^certificate-(older|not-yours)$/);
});

test("row 2: rules are taken for the region that the app names", async () => {
  const network = server();
  const elsewhere = await openPhone({ ...options(tracedStorage(), { network }), region: "4201" });
  assert.deepEqual(await elsewhere.refresh(), []);
  assert.deepEqual([elsewhere.holder.region(), elsewhere.holder.rules()], ["4201", undefined]);
  const storage = tracedStorage();
  const here = await openPhone({ ...options(storage, { network }), region: "3301" });
  assert.deepEqual(await here.refresh(), []);
  assert.equal(here.holder.rules().region, "3301");
  const moved = await openPhone({ ...options(storage, { network }), region: "4201" });
  assert.equal(moved.holder.rules(), undefined);
  await moved.forget();
  assert.equal(moved.holder.region(), "4201");
  await assert.rejects(openPhone({ ...options(tracedStorage()), region: "33010" }), /place/);
});
