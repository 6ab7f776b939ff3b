// Whatever a server answers, in whatever order, between restarts and with whatever clock: a phone and a checkpoint say what is
// wrong by a code, keep what they had, and decide as by something that was published.
//
// Each run tries other answers, for as long as SECONDS says. What failed says its seed: SEED=… tries the same again.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { test } from "node:test";
import fc from "fast-check";
import * as authority from "./authority.mjs";
import { both, bytes, hex, vectors } from "./installed.mjs";
import { clockAt, options, tracedStorage } from "./phone.mjs";

const healthcode = both("healthcode");
await healthcode.init();
const { openCheckpoint, openPhone } = healthcode;
const attacks = vectors("attacks");
const files = Object.fromEntries(Object.entries(attacks.files).map(([name, file]) => [name, bytes(file)]));
const roots = attacks.cases[0].roots;
const start = Date.parse(attacks.now);
const MINUTE = 60_000;
const SECONDS = Number(process.env.SECONDS ?? 10);
const known = new Set(healthcode.knownCodes());

/** What was published: the first of these was withdrawn before anything here begins, and by it alone a traveller is red. */
const states = attacks.states.map(({ list, manifest, files: [pack, table] }) => ({
  "/trust-list": files[list],
  "/trust/5": files[list],
  "/manifest": files[manifest],
  pack: files[pack],
  table: files[table],
}));
const newest = states.length - 1;
const byHash = new Map(
  states.flatMap(({ pack, table }) => [pack, table]).map((file) => [`/files/${authority.sha256(file)}`, file]),
);
/** Files that some key has signed, and that are not in force: everything but lists and manifests of other stories. */
const leading = new Set(
  attacks.cases.flatMap(({ before, rounds }) =>
    [before, ...rounds.map(({ served }) => served)].flatMap(({ list, manifest }) => [list, manifest]),
  ),
);
const others = [
  ...Object.keys(files)
    .filter((name) => !leading.has(name))
    .map((name) => files[name]),
  ...Object.values(attacks.loaded).map(bytes),
  ...states.map((state) => state["/manifest"]),
];

const TEXTS = [
  "",
  "<!doctype html><title>Sign in</title>",
  "null",
  "[]",
  '"issuer-not-here"',
  ...["toString", "__proto__", "constructor", "storage-damaged", "file-expired", "phone-forgotten", 7, null].map(
    (code) => JSON.stringify({ code, message: "x" }),
  ),
  '{"__proto__":{"code":"file-expired","message":"x"}}',
  JSON.stringify({ code: "file-expired", message: { toString: 1 } }),
  JSON.stringify({ code: "file-expired", message: "\u202e\u0000".repeat(900) }),
  JSON.stringify({ code: "x".repeat(5_000), message: "x" }),
  "[".repeat(2_000),
];

const answer = fc.record({
  act: fc.oneof(
    { arbitrary: fc.constant({ kind: "honest" }), weight: 6 },
    { arbitrary: fc.record({ kind: fc.constant("cut"), percent: fc.nat(100) }), weight: 2 },
    { arbitrary: fc.record({ kind: fc.constant("torn"), percent: fc.nat(100) }), weight: 1 },
    { arbitrary: fc.record({ kind: fc.constant("altered"), bit: fc.nat(1 << 20) }), weight: 2 },
    { arbitrary: fc.record({ kind: fc.constant("other"), which: fc.nat(others.length - 1) }), weight: 3 },
    { arbitrary: fc.record({ kind: fc.constant("noise"), noise: fc.uint8Array({ maxLength: 300 }) }), weight: 1 },
    { arbitrary: fc.record({ kind: fc.constant("text"), text: fc.constantFrom(...TEXTS) }), weight: 2 },
    { arbitrary: fc.record({ kind: fc.constant("huge"), announced: fc.boolean() }), weight: 1 },
    { arbitrary: fc.constant({ kind: "dropped" }), weight: 1 },
  ),
  /** Out of which of the states that were published. */
  state: fc.nat(newest),
  status: fc.oneof(
    { arbitrary: fc.constant(200), weight: 8 },
    {
      arbitrary: fc.constantFrom(201, 203, 206, 300, 304, 400, 401, 403, 404, 409, 410, 429, 500, 502, 503),
      weight: 3,
    },
  ),
  length: fc.oneof({ arbitrary: fc.constant(undefined), weight: 6 }, fc.constantFrom("0", "1", "99999999999", "-1")),
  etag: fc.oneof({ arbitrary: fc.constant("own"), weight: 4 }, fc.constantFrom("held", "none", '"', "W/")),
  date: fc.oneof(
    { arbitrary: fc.constant("right"), weight: 4 },
    fc.constantFrom("none", "Thu, 01 Jan 1970 00:00:00 GMT", "Fri, 31 Dec 9999 23:59:59 GMT", "today", "NaN"),
    fc.integer({ min: -86_400, max: 86_400 }),
  ),
});
const step = fc.oneof(
  { arbitrary: fc.record({ does: fc.constant("refresh"), list: answer, manifest: answer, file: answer }), weight: 8 },
  { arbitrary: fc.record({ does: fc.constant("certify"), answer }), weight: 1 },
  { arbitrary: fc.record({ does: fc.constant("restart") }), weight: 3 },
  {
    arbitrary: fc.record({ does: fc.constant("clock"), minutes: fc.constantFrom(-120, -20, 0, 10, 300, 1_200, 4_000) }),
    weight: 3,
  },
  { arbitrary: fc.record({ does: fc.constant("report") }), weight: 2 },
  {
    arbitrary: fc.record({ does: fc.constant("visit"), place: fc.constantFrom("330106", "420106", "110101") }),
    weight: 2,
  },
);

/** A server that answers as it is told to. */
async function loopback(t, clock) {
  const server = { plan: undefined };
  const web = createServer(async (request, response) => {
    response.sendDate = false;
    response.on("error", () => undefined);
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const { url, headers } = request;
    const { list, manifest, file, answer } = server.plan;
    const told = { c: answer, m: manifest, t: list, f: file }[url[1]] ?? answer;
    const state = states[told.state];
    const honest =
      url === "/certificates"
        ? authority.certificate(Buffer.concat(chunks), clock.now())
        : (state[url] ?? byHash.get(url));
    const whole = Buffer.from(honest ?? []);
    const { act } = told;
    const body = {
      honest: () => whole,
      cut: () => whole.subarray(0, (whole.length * act.percent) / 100),
      torn: () => whole,
      altered: () => {
        const bytes = Buffer.from(whole);
        if (bytes.length > 0) bytes[(act.bit >> 3) % bytes.length] ^= 1 << (act.bit & 7);
        return bytes;
      },
      other: () => Buffer.from(others[act.which]),
      noise: () => Buffer.from(act.noise),
      text: () => Buffer.from(act.text),
      huge: () => Buffer.alloc(9 << 20, 0xd8),
      dropped: () => undefined,
    }[act.kind]();
    if (body === undefined) return request.socket.destroy();
    const tag = {
      own: `"${authority.sha256(body)}"`,
      held: headers["if-none-match"],
      none: undefined,
    };
    const etag = told.etag in tag ? tag[told.etag] : told.etag;
    const date = { right: 0, none: undefined }[told.date] ?? told.date;
    const moment = typeof date === "number" ? new Date(clock.now() + date * 1_000).toUTCString() : date;
    const length = told.length ?? (act.kind === "huge" && !act.announced ? undefined : String(body.length));
    const same = told.status === 200 && etag !== undefined && etag === headers["if-none-match"];
    response.writeHead(honest === undefined && act.kind === "honest" ? 404 : same ? 304 : told.status, {
      ...(etag === undefined ? {} : { etag }),
      ...(moment === undefined ? {} : { date: moment }),
      ...(length === undefined ? {} : { "content-length": length }),
    });
    if (act.kind === "torn") {
      response.write(body.subarray(0, (body.length * act.percent) / 100));
      return setImmediate(() => request.socket.destroy());
    }
    // What was announced to be longer than it is would be waited for.
    return response.end(body, () => length !== String(body.length) && setImmediate(() => request.socket.destroy()));
  });
  await new Promise((resolve) => web.listen(0, "127.0.0.1", resolve));
  t.after(() => new Promise((resolve) => web.close(resolve).closeAllConnections()));
  return Object.assign(server, { url: `http://127.0.0.1:${web.address().port}` });
}

const HONEST = { act: { kind: "honest" }, status: 200, length: undefined, etag: "own", date: "right" };
const honest = (state) => {
  const one = { ...HONEST, state };
  return { list: one, manifest: one, file: one, answer: one };
};

/** Fails unless the code is one of those that people have a text for, and not that of a fault of the package itself. */
function told({ code, message }, here) {
  assert.ok(known.has(code) && code !== "package-fault", `${here}: ${code}: ${message}`);
  assert.equal(typeof message, "string");
  return code;
}

const coded = (act, here) =>
  Promise.resolve()
    .then(act)
    .catch((thrown) => void told(thrown, here));

test("no answers of a server, restarts and clocks lose anything, or lead to what nobody published", async (t) => {
  const clock = clockAt(start);
  const server = await loopback(t, clock);
  const { network } = healthcode.hostAdaptors();
  const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31);
  t.diagnostic(`SEED=${seed}`);
  const before = process.memoryUsage().rss;
  let [most, runs, refreshes] = [before, 0, 0];
  const began = Date.now();

  const property = fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 14 }), async (steps) => {
    // The first is always tried, however slow the machine.
    if (runs > 0 && Date.now() - began > 1_000 * SECONDS) return;
    runs += 1;
    clock.at = start;
    server.plan = honest(1);
    const given = (storage) => ({ ...options(storage, { network, clock }), roots, server: server.url });
    const [own, desk] = [tracedStorage(), tracedStorage()];
    const open = () => openPhone({ ...given(own), region: "3301" });
    let phone = await open();
    let checkpoint = await openCheckpoint(given(desk));
    assert.deepEqual(await phone.refresh(), []);
    assert.deepEqual(await checkpoint.refresh(), []);
    await phone.certify(attacks.identity);
    await phone.addVisit(attacks.visit);
    await phone.report(attacks.answers);
    const key = phone.holder.publicKey();
    const log = { reports: 1, visits: 1 };
    const seen = { phone: 5, checkpoint: 5, rules: 2 };
    for (const [index, one] of steps.entries()) {
      const here = `step ${index + 1}, ${one.does}`;
      if (one.does === "refresh") {
        refreshes += 1;
        server.plan = { ...one, answer: one.file };
        for (const problem of [...(await phone.refresh()), ...(await checkpoint.refresh())]) told(problem, here);
      } else if (one.does === "certify") {
        server.plan = { ...honest(newest), answer: one.answer };
        await coded(() => phone.certify(attacks.identity), here);
      } else if (one.does === "restart") {
        const saved = hex(phone.holder.save());
        phone.close();
        checkpoint.close();
        phone = await open();
        checkpoint = await openCheckpoint(given(desk));
        assert.equal(hex(phone.holder.save()), saved, here);
        assert.deepEqual([phone.recovered, checkpoint.storageProblem], [false, undefined], here);
      } else if (one.does === "clock") {
        clock.at = start + one.minutes * MINUTE;
      } else if (one.does === "report") {
        await coded(async () => {
          if ((await phone.report(attacks.answers)).result === "accepted") log.reports += 1;
        }, here);
      } else {
        const arrive = new Date(clock.at - 60 * MINUTE - log.visits * 1_000).toISOString();
        await coded(async () => {
          const added = await phone.addVisit({ place: one.place, arrive, leave: new Date(clock.at).toISOString() });
          if (added.result === "added") log.visits += 1;
        }, here);
      }
      // Nothing that it had is gone, and nothing is older than it was.
      const { holder } = phone;
      assert.deepEqual([holder.publicKey(), phone.storageProblem], [key, undefined], here);
      assert.deepEqual([holder.reports().length, holder.diary().length], [log.reports, log.visits], here);
      assert.ok(holder.trustList() >= seen.phone, here);
      seen.phone = holder.trustList();
      // What it shows is a code of what was published, or says why it is none.
      await coded(() => {
        const { colour, rules } = phone.assess();
        assert.ok(["green", "yellow", "grey"].includes(colour), `${here}: ${colour} by version ${rules.version}`);
      }, here);
      const shown = await phone.show();
      if (shown.result === "unavailable") told(shown.problem, here);
      else {
        const verdict = checkpoint.verify(shown.code.text);
        if (verdict.verdict === "accepted") assert.notEqual(verdict.colour, "red", here);
        else told(verdict, here);
      }
      most = Math.max(most, process.memoryUsage().rss);
    }
    // An honest server and the right clock are all that it takes: one by which nobody has reported in the future.
    clock.at = Math.max(start, ...phone.holder.reports().map(({ at }) => Date.parse(at)));
    server.plan = honest(newest);
    await checkpoint.refresh();
    await phone.refresh();
    assert.deepEqual(await phone.refresh(), []);
    assert.deepEqual(await checkpoint.refresh(), []);
    const { colour, rules } = phone.assess();
    const wuhan = phone.holder.diary().some(({ place }) => place === "420106");
    assert.deepEqual([wuhan, colour, rules.version], [true, "green", 4]);
    phone.close();
    checkpoint.close();
  });
  await fc.assert(property, { seed, includeErrorInReport: true, numRuns: 10 * SECONDS });
  const grown = (most - before) / 2 ** 20;
  t.diagnostic(`${runs} runs, ${refreshes} refreshes; the process grew by ${grown.toFixed()} MB`);
  // One answer of 9 MB on both ends of a wire, and what the collector has not come to.
  assert.ok(grown < 300, `${grown} MB`);
});
