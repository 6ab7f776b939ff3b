// What a hostile server can answer, through the packed package's `refresh()`: the faults that were found, by the rows of
// SECURITY.md's table, and the attacks that The Update Framework names. The files are signed by real keys, natively:
// tests/vectors/attacks.rs makes them, and says what a phone must make of each.
//
// Rows 4, 8 and the roots are in following.test.mjs too, row 12, the floods of row 14 and slow retrieval in outside.test.mjs, row 14's lack of
// memory in memory.test.mjs, rows 18 and 19 in storage.test.mjs. Row 16 is about the demonstration's server.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { test } from "node:test";
import * as authority from "./authority.mjs";
import { both, bytes, hex, vectors } from "./installed.mjs";
import { clockAt, options, tracedStorage } from "./phone.mjs";

const healthcode = both("healthcode");
const { openCheckpoint, openPhone } = healthcode;
await healthcode.init();
const attacks = vectors("attacks");
const files = Object.fromEntries(Object.entries(attacks.files).map(([name, file]) => [name, bytes(file)]));
const start = Date.parse(attacks.now);
const codes = (problems) => problems.map(({ code }) => code);

/** What a server has, by path. */
function paths({ list, manifest, files: there, instead = {} }) {
  const byHash = there.map((name) => [`/files/${authority.sha256(files[name])}`, files[instead[name] ?? name]]);
  return Object.fromEntries([
    ["/trust-list", files[list]],
    ...(manifest ? [["/manifest", files[manifest]]] : []),
    ...byHash,
  ]);
}

/** A server on this machine; what it has and how it certifies can be changed. */
async function loopback(t, clock) {
  const server = { answers: {}, asked: [], certificate: authority.certificate };
  const web = createServer(async (request, response) => {
    server.asked.push(request.url);
    // The vectors' clock is not today's, and phones would notice.
    response.sendDate = false;
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const file =
      request.url === "/certificates"
        ? server.certificate(Buffer.concat(chunks), clock.now())
        : server.answers[request.url];
    return file === undefined ? response.writeHead(404).end() : response.end(file);
  });
  await new Promise((resolve) => web.listen(0, "127.0.0.1", resolve));
  t.after(() => new Promise((resolve) => web.close(resolve).closeAllConnections()));
  return Object.assign(server, { url: `http://127.0.0.1:${web.address().port}` });
}

/** A phone and a checkpoint of an app, and the server that they follow. */
async function town(t, { roots, before, traveller }) {
  const clock = clockAt(start);
  const server = await loopback(t, clock);
  server.answers = paths(before);
  const { network } = healthcode.hostAdaptors();
  const given = (storage) => ({ ...options(storage, { network, clock }), roots, server: server.url });
  const [own, desk] = [tracedStorage(), tracedStorage()];
  const open = () => openPhone({ ...given(own), region: "3301" });
  const phone = await open();
  assert.deepEqual(await phone.refresh(), []);
  await phone.certify(attacks.identity);
  await phone.report(attacks.answers);
  if (traveller) assert.equal((await phone.addVisit(attacks.visit)).result, "added");
  const checkpoint = await openCheckpoint(given(desk));
  assert.deepEqual(await checkpoint.refresh(), []);
  return { clock, server, phone, open, checkpoint };
}

for (const attack of attacks.cases) {
  test(attack.name, async (t) => {
    const { clock, server, phone, open, checkpoint } = await town(t, attack);
    for (const [index, round] of attack.rounds.entries()) {
      const here = `round ${index + 1}`;
      clock.at = Date.parse(round.now);
      server.answers = paths(round.served);
      server.asked.length = 0;
      assert.deepEqual(codes(await phone.refresh()), round.problems, here);
      await checkpoint.refresh();
      for (const name of round.unasked ?? [])
        assert.ok(!server.asked.includes(`/files/${authority.sha256(files[name])}`), `${here}: ${name}`);
      // As it decides now, and as it does when it is opened again.
      for (const one of [phone, await open()]) {
        const { colour, rules } = one.assess();
        assert.deepEqual([colour, rules.version], [round.colour, round.rules], here);
        const shown = await one.show();
        // A day certificate ends with its day.
        if (clock.at - start >= 24 * 3_600_000) continue;
        assert.equal(shown.result, "shown", here);
        const verdict = checkpoint.verify(shown.code.text);
        if (round.colour === "grey") assert.equal(verdict.code, "code-grey");
        else assert.deepEqual([verdict.verdict, verdict.colour], ["accepted", round.colour], here);
      }
    }
    // What was in force is in force: an honest server is followed again.
    clock.at = start;
    assert.equal(hex(phone.holder.save()), hex((await open()).holder.save()));
  });
}

const [{ roots, before, rounds }] = attacks.cases;

test("row 1: the key of one province certifies in another", async (t) => {
  const { server, phone } = await town(t, { roots, before });
  server.answers = paths(rounds[0].served);
  assert.deepEqual(codes(await phone.refresh()), rounds[0].problems);
  server.certificate = (request, now) => authority.certificate(request, now, { by: "hubei-1" });
  await assert.rejects(phone.certify(attacks.identity), { code: "file-unknown-key" });
  assert.equal((await phone.show()).result, "shown");
});

test("row 11 and the wrong person: records that somebody hands over", async (t) => {
  const { phone } = await town(t, { roots, before });
  const saved = hex(phone.holder.save());
  for (const [code, file] of Object.entries(attacks.loaded)) {
    const loaded = await phone.load(bytes(file));
    assert.equal(loaded.problem?.code, code);
    assert.equal(phone.assess().colour, "green");
  }
  assert.equal(hex(phone.holder.save()), saved);
});

test("row 15: a certificate carries more than a masked name", async (t) => {
  const { server, phone } = await town(t, { roots, before });
  for (const identity of [
    { name: "张三丰*", digits: "1234" },
    { name: "\u202e*三", digits: "1234" },
    { name: "🟢*PASS", digits: "1234" },
    { name: "*三", digits: "" },
    { name: "*三", digits: "12345" },
  ]) {
    server.asked.length = 0;
    await assert.rejects(phone.certify(identity), { code: "certificate-not-masked" });
    assert.deepEqual(server.asked, [], "nobody is asked for it");
    server.certificate = (request, now) => authority.certificate(request, now, { identity });
    await assert.rejects(phone.certify(attacks.identity), { code: "certificate-not-masked" });
    assert.deepEqual(server.asked, ["/certificates"]);
    assert.deepEqual((await phone.show()).code.identity, attacks.identity);
  }
});
