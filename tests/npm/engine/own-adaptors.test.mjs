// An app's own adaptors, as people write them: what differs from the types is understood, or named with a code.
import assert from "node:assert/strict";
import { test } from "node:test";
import { all } from "./expected.mjs";
import { both } from "./installed.mjs";
import { enrolled, options, person, server, tracedStorage } from "./phone.mjs";

const healthcode = both("healthcode");
const { openCheckpoint, openFamily, openPhone } = healthcode;
const { answers } = person.reports[0];
const { journey } = all;

/** A storage as an app may have written it: what it does in place of a traced one's. */
const written = (as) => {
  const traced = tracedStorage();
  return { traced, storage: { ...traced, ...as(traced) } };
};

for (const [what, as] of [
  ["null where there is nothing, as localStorage", (of) => ({ get: async (key) => (await of.get(key)) ?? null })],
  [
    "an empty text where there is nothing, as mini-programs",
    (of) => ({ get: async (key) => (await of.get(key)) ?? "" }),
  ],
  [
    "plain values, and no promises",
    ({ values }) => ({
      get: (key) => values.get(key) ?? null,
      set: (key, value) => void values.set(key, value),
      remove: (key) => void values.delete(key),
      keys: () => [...values.keys()],
    }),
  ],
]) {
  test(`a storage that gives ${what}, keeps what it is given until it is forgotten`, async () => {
    const { traced, storage } = written(as);
    const given = options(storage);
    const phone = await enrolled(healthcode, given);
    await phone.report(answers);
    assert.equal(phone.storageProblem, undefined);
    const again = await openPhone(given);
    assert.equal(again.holder.reports().length, 1);
    assert.equal((await again.show()).result, "shown");
    assert.equal((await (await openFamily(given)).people()).length, 1);
    const desk = await openCheckpoint(given);
    assert.deepEqual(await desk.refresh(), []);
    assert.equal(desk.storageProblem, undefined);
    await desk.forget();
    await again.forget();
    assert.deepEqual([...traced.values.keys()], []);
  });
}

for (const [what, as, message] of [
  ["values that are no text", () => ({ get: async () => 7 }), /`adaptors\.storage\.get` must be .* text, or nothing/],
  [
    "keys in no array",
    ({ values }) => ({ keys: async () => values.keys() }),
    /`adaptors\.storage\.keys` must be .* array/,
  ],
  ["keys that are no texts", () => ({ keys: async () => [7] }), /`adaptors\.storage\.keys` must be .* array/],
]) {
  test(`a storage that gives ${what} is refused by its name`, async () => {
    const given = options(written(as).storage);
    await assert.rejects(openPhone(given), { code: "misuse-argument", message });
  });
}

test("whatever a storage throws has a code, and the phone works as long as it is open", async () => {
  const fails = async () => {
    throw new Error("the database is closed");
  };
  const sync = () => {
    throw new Error("the database is closed");
  };
  for (const as of [
    { get: fails },
    { get: sync },
    { keys: fails, set: fails },
    { set: sync },
    { set: () => Promise.reject() },
  ]) {
    const phone = await enrolled(healthcode, options(written(() => as).storage));
    await phone.report(answers);
    assert.equal(phone.storageProblem.code, "storage-unavailable", Object.keys(as).join());
    assert.equal((await phone.show()).result, "shown");
  }
  const { storage } = written(() => ({ set: sync }));
  await assert.rejects(healthcode.setAside(options(written(() => ({ keys: sync })).storage)), {
    code: "storage-unavailable",
    message: "the storage failed: the database is closed",
  });
  await (await openPhone(options(storage))).forget();
});

test("whatever an app's keys throw has a code, and a phone that cannot use them makes its own", async () => {
  const closed = () => {
    throw new Error("the key store is closed");
  };
  const coded = { code: "storage-unavailable", message: "what keeps the keys failed: the key store is closed" };
  const { adaptors, ...rest } = options(tracedStorage());
  const phone = await enrolled(healthcode, {
    ...rest,
    adaptors: { ...adaptors, keys: { make: closed, sign: closed, keep: closed } },
  });
  await phone.report(answers);
  assert.equal((await phone.show()).result, "shown");
  await assert.rejects(phone.forget(), coded);
});

test("a clock that throws, or gives no number, is named", async () => {
  const stopped = () => {
    throw new Error("the clock stands still");
  };
  for (const [now, message] of [
    [stopped, "`adaptors.clock.now` failed: the clock stands still"],
    ...["1582972800000", Number.NaN, undefined, new Date(0)].map((time) => [
      () => time,
      "`adaptors.clock.now` must be a function that gives a number of milliseconds",
    ]),
  ]) {
    const { adaptors, ...rest } = options(tracedStorage());
    const given = { ...rest, adaptors: { ...adaptors, clock: { now } } };
    const [phone, desk] = [await openPhone(given), await openCheckpoint(given)];
    for (const asked of [() => phone.assess(), () => phone.show(), () => desk.verify("HC1:")])
      await assert.rejects(async () => asked(), { code: "misuse-argument", message });
  }
});

test("whatever else of an app's own throws has the code of what it is for, and is named", async () => {
  const broken = async () => {
    throw new Error("it broke");
  };
  const opened = async (own, open = openPhone) => {
    const { adaptors, ...rest } = options(tracedStorage());
    return open({ ...rest, adaptors: { ...adaptors, ...own } });
  };
  const failed = (code, called) => ({ code, message: new RegExp(`^\`adaptors\\.${called}\` failed: it broke`) });
  const phone = await opened({ random: { bytes: broken }, location: { where: broken }, canvas: { find: broken } });
  await assert.rejects(phone.enrol(journey.name, journey.number), failed("random-missing", "random.bytes"));
  await assert.rejects(phone.adaptors.location.where(), failed("location-missing", "location.where"));
  await assert.rejects(phone.adaptors.canvas.find("#code"), failed("canvas-missing", "canvas.find"));
  const [problem] = await (await opened({ network: { ask: broken } })).refresh();
  assert.equal(problem.code, "network-unreachable");
  assert.match(problem.message, /^`adaptors\.network\.ask` failed: it broke/);
  for (const [scan, expected] of [
    [{ scan: broken }, failed("scan-failed", "scan.scan")],
    [{ scan: async () => 5 }, { code: "misuse-argument", message: /^`adaptors\.scan\.scan` must be / }],
    [
      { scan: async () => Promise.reject(Object.assign(new Error("no"), { code: "scan-denied" })) },
      { code: "scan-denied" },
    ],
  ])
    await assert.rejects((await opened({ scan }, openCheckpoint)).scan(), expected);
  assert.equal(await (await opened({ screen: { bright: broken } })).adaptors.screen.bright(true), undefined);
  // A scanner stays the one that it is: it can be able or not, and what it has is its own.
  const scanner = {
    able: false,
    seen: [],
    async scan() {
      return this.able ? "text" : "";
    },
    watch(see) {
      this.seen.push(see);
      return () => undefined;
    },
  };
  const { scan } = (await opened({ scan: scanner })).adaptors;
  scanner.able = true;
  const see = () => undefined;
  assert.deepEqual([scan.able, await scan.scan(), typeof scan.watch(see)], [true, "text", "function"]);
  assert.deepEqual(scanner.seen, [see]);
});

test("room for less than one character is none", async () => {
  for (const size of [0, 0.5, Number.NaN, "1000000", 1000n])
    await assert.rejects(openPhone(options(written(() => ({ most: size })).storage)), { code: "misuse-argument" });
});

const body = new Uint8Array();
for (const [what, answer] of [
  ["nothing", undefined],
  ["a text", "<!doctype html>"],
  ["no status", { body }],
  ["a status in a text", { status: "200", body }],
  ["a buffer", { status: 200, body: new ArrayBuffer(8) }],
  ["headers in an object", { status: 200, body, header: { date: "" } }],
]) {
  test(`a network that answers with ${what} is named`, async () => {
    const wrong = { code: "misuse-argument", message: /^`adaptors\.network\.ask` must be .*\{ status, body \}/ };
    const network = server();
    const phone = await openPhone(options(tracedStorage(), { network }));
    const desk = await openCheckpoint(options(tracedStorage(), { network }));
    const { ask } = network;
    network.ask = async () => answer;
    for (const opened of [phone, desk]) {
      const [problem] = await opened.refresh();
      assert.equal(problem.code, wrong.code);
      assert.match(problem.message, wrong.message);
    }
    network.ask = async (request) => (request.body ? answer : ask(request));
    await assert.rejects(phone.certify(healthcode.maskIdentity("测试员", "330106190001010000")), wrong);
  });
}

test("a status alone is an answer", async () => {
  const phone = await openPhone(options(tracedStorage(), { network: { ask: async () => ({ status: 404 }) } }));
  assert.deepEqual([...new Set((await phone.refresh()).map(({ code }) => code))], ["network-status"]);
});

test("bytes that are not random give no challenge, and in time", async () => {
  for (const bytes of [
    async (length) => new Uint8Array(length).fill(255),
    async (length) => new Array(length).fill(1),
    async (length) => "x".repeat(length),
    async () => undefined,
  ]) {
    const desk = await openCheckpoint(options(tracedStorage(), { random: { bytes } }));
    await assert.rejects(desk.ask(), { code: "random-missing" });
  }
});
