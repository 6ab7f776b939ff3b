// Phones whose host keeps their keys: what the package asks of such a host, and what it does when the host fails.
import assert from "node:assert/strict";
import { test } from "node:test";
import { both } from "./installed.mjs";
import { enrolled, options, person, randomOf, server, tracedStorage } from "./phone.mjs";

const healthcode = both("healthcode");
const { subtle } = globalThis.crypto;
const [report] = person.reports;

/** A host that keeps keys, of which a test can take some away. */
function hostKeys() {
  const kept = new Map();
  const named = (owner, key) => `${owner}.${key}`;
  return {
    kept,
    make: async (owner) => {
      const { publicKey, privateKey } = await subtle.generateKey("Ed25519", false, ["sign", "verify"]);
      const key = Buffer.from(await subtle.exportKey("raw", publicKey)).toString("hex");
      kept.set(named(owner, key), privateKey);
      return key;
    },
    sign: async (owner, key, bytes) => {
      const secret = kept.get(named(owner, key));
      return secret && new Uint8Array(await subtle.sign("Ed25519", secret, bytes));
    },
    keep: async (owner, keys) => {
      for (const name of [...kept.keys()])
        if (name.startsWith(named(owner, "")) && !keys.some((key) => name === named(owner, key))) kept.delete(name);
    },
  };
}

function withKeys(storage, keys, more) {
  const opened = options(storage, more);
  Object.assign(opened.adaptors, { keys });
  return opened;
}

async function checked(phone) {
  if (phone.holder.reports().length === 0) await phone.report(report.answers);
  const shown = await phone.show(person.here);
  assert.equal(shown.result, "shown", shown.problem?.code);
  const desk = await healthcode.openCheckpoint(options(tracedStorage()));
  assert.deepEqual(await desk.refresh(), []);
  assert.equal(desk.verify(shown.code.text).verdict, "accepted");
}

const all = ({ kept }) => [...kept.keys()].sort();
const names = (phone) =>
  phone.holder
    .hostKeys()
    .map((key) => `person-${phone.person}.${key}`)
    .sort();

test("the host makes the keys, signs requests and codes, and no random bytes make any", async () => {
  const [storage, keys, random] = [tracedStorage(), hostKeys(), randomOf()];
  const opened = withKeys(storage, keys, { random });
  const phone = await enrolled(healthcode, opened);
  assert.deepEqual(random.given, []);
  assert.deepEqual(all(keys), names(phone));
  assert.equal(phone.holder.hostKeys()[0], phone.holder.publicKey());
  await checked(phone);
  const again = await healthcode.openPhone(opened);
  await checked(again);
  assert.equal(phone.holder.show(phone.now()).problem.code, "holder-host-key", "the core alone has no key");
});

test("keys that are no longer needed go, also those of requests that came to nothing", async () => {
  const [keys, network] = [hostKeys(), server()];
  const phone = await enrolled(healthcode, withKeys(tracedStorage(), keys, { network }));
  const [, first] = phone.holder.hostKeys();
  const { ask } = network;
  network.ask = async () => ({ status: 503, body: new Uint8Array() });
  for (let tries = 0; tries < 6; tries += 1) await assert.rejects(phone.certify(phone.identity));
  network.ask = ask;
  assert.ok(keys.kept.size <= 7, "no more than the phone still knows of");
  await checked(phone);
  for (let day = 0; day < 2; day += 1) await phone.certify(phone.identity);
  assert.ok(!phone.holder.hostKeys().includes(first));
  await phone.certify(phone.identity);
  assert.ok(!keys.kept.has(`person-1.${first}`));
  await checked(phone);
});

test("a key is stored before its request goes out, whatever another page does meanwhile", async () => {
  const [storage, keys, network] = [tracedStorage(), hostKeys(), server()];
  const opened = withKeys(storage, keys, { network });
  const phone = await enrolled(healthcode, opened);
  const { ask } = network;
  let asked = 0;
  network.ask = async (request) => {
    if (request.url === "/certificates" && asked++ === 0) {
      const other = await healthcode.openPhone(opened);
      const requested = names(other);
      assert.deepEqual(all(keys), requested, "the other page knows of the key");
      await other.certify(other.identity);
      for (const key of requested) assert.ok(keys.kept.has(key), "and does not remove it");
    }
    return ask(request);
  };
  await phone.certify(phone.identity);
  assert.equal(asked, 2);
  await checked(phone);
});

test("no key goes while it is not known what another page has stored", async () => {
  const [storage, keys, network] = [tracedStorage(), hostKeys(), server()];
  const opened = withKeys(storage, keys, { network });
  const phone = await enrolled(healthcode, opened);
  const other = await healthcode.openPhone(opened);
  for (let times = 0; times < 3; times += 1) await other.certify(other.identity);
  const newest = names(other);
  const { get } = storage;
  storage.get = async () => {
    throw Object.assign(new Error("busy"), { code: "storage-unavailable" });
  };
  await phone.certify(phone.identity).catch(() => undefined);
  storage.get = get;
  assert.deepEqual(
    newest.filter((name) => !keys.kept.has(name)),
    [],
  );
  await checked(await healthcode.openPhone(opened));
});

test("what signs wrong is not believed, and what fails is told", async () => {
  const keys = hostKeys();
  const opened = withKeys(tracedStorage(), keys);
  const phone = await enrolled(healthcode, opened);
  const before = phone.holder.save();
  const { sign } = keys;
  keys.sign = async () => new Uint8Array(64);
  assert.equal((await phone.show()).problem.code, "holder-host-signature");
  await assert.rejects(phone.certify(phone.identity), { code: "holder-host-signature" });
  assert.deepEqual(phone.holder.save(), before);
  keys.sign = async () => {
    throw Object.assign(new Error("no"), { code: "storage-unavailable" });
  };
  assert.equal((await phone.show()).problem.code, "storage-unavailable");
  await assert.rejects(phone.certify(phone.identity), { code: "storage-unavailable" });
  assert.equal(phone.certificateDue(), false);
  keys.sign = sign;
  await checked(phone);
});

test("a report that comes while the host signs is in the code", async () => {
  const keys = hostKeys();
  const phone = await enrolled(healthcode, withKeys(tracedStorage(), keys));
  assert.equal((await phone.report(report.answers)).result, "accepted");
  const { sign } = keys;
  let times = 0;
  keys.sign = async (...given) => {
    times += 1;
    if (times === 1) await phone.addVisit({ place: "420106", arrive: "2020-02-08T08:00:00+08:00" });
    return sign(...given);
  };
  const shown = await phone.show();
  assert.equal(times, 2);
  assert.equal(shown.code.colour, phone.assess().colour);
});

test("without the certificate's key there is no code until another certificate has come", async () => {
  const keys = hostKeys();
  const phone = await enrolled(healthcode, withKeys(tracedStorage(), keys));
  const enrolment = phone.holder.publicKey();
  keys.kept.delete(`person-1.${phone.holder.hostKeys()[1]}`);
  assert.equal(phone.certificateDue(), false, "nobody has noticed yet");
  assert.equal((await phone.show()).problem.code, "host-key-gone");
  assert.equal(phone.certificateDue(), true);
  assert.deepEqual(await phone.renew(), []);
  assert.equal(phone.certificateDue(), false);
  assert.equal(phone.holder.publicKey(), enrolment);
  await checked(phone);
  keys.kept.clear();
  assert.equal((await phone.show()).problem.code, "host-key-gone");
  assert.deepEqual(await phone.renew(), []);
  assert.notEqual(phone.holder.publicKey(), enrolment, "the issuer learns of another phone");
  await checked(phone);
});

test("a host that has stopped making keys, and one that only cannot make any now", async () => {
  const [keys, random] = [hostKeys(), randomOf()];
  const opened = withKeys(tracedStorage(), keys, { random });
  const phone = await enrolled(healthcode, opened);
  const enrolment = phone.holder.publicKey();
  const { make } = keys;
  keys.make = async () => {
    throw Object.assign(new Error("full"), { code: "storage-full" });
  };
  await assert.rejects(phone.certify(phone.identity), { code: "storage-full" });
  assert.equal(phone.holder.publicKey(), enrolment, "a key that is there is not given up for that");
  await checked(phone);
  const other = await enrolled(healthcode, { ...withKeys(tracedStorage(), keys), person: "2" });
  assert.deepEqual(other.holder.hostKeys(), [], "a phone without any makes its own");
  await checked(other);
  keys.make = async () => undefined;
  await phone.certify(phone.identity);
  assert.deepEqual([phone.holder.hostKeys(), random.given.length], [[], 2]);
  await checked(phone);
  // And the other way: an own enrolment key stays.
  keys.make = make;
  const own = phone.holder.publicKey();
  await phone.certify(phone.identity);
  assert.deepEqual([phone.holder.publicKey(), phone.holder.hostKeys().length], [own, 1]);
  await checked(phone);
});

test("a phone that is closed while the host signs says so", async () => {
  const keys = hostKeys();
  const opened = withKeys(tracedStorage(), keys);
  (await enrolled(healthcode, opened)).close();
  const { sign } = keys;
  for (const act of [(phone) => phone.show(), (phone) => phone.certify({ name: "**丰", digits: "0000" })]) {
    for (const signs of [sign, () => Promise.reject(new Error("no")), async () => undefined]) {
      const phone = await healthcode.openPhone(opened);
      keys.sign = (...given) => {
        phone.close();
        return signs(...given);
      };
      await assert.rejects(act(phone), { code: "phone-closed" });
    }
  }
  keys.sign = sign;
  await checked(await healthcode.openPhone(opened));
});

test("forgetting removes the keys of that person, and of a family everybody's", async () => {
  const [storage, keys] = [tracedStorage(), hostKeys()];
  const opened = withKeys(storage, keys);
  const phone = await enrolled(healthcode, opened);
  const child = await enrolled(healthcode, { ...opened, person: "2" });
  await phone.forget();
  assert.deepEqual(all(keys), names(child));
  await checked(child);
  await enrolled(healthcode, opened);
  const family = await healthcode.openFamily(opened);
  await family.forget();
  assert.deepEqual([keys.kept.size, storage.values.size], [0, 0]);
});

test("forgetting has begun before the first key goes, and goes on if none can be removed", async () => {
  const [storage, keys] = [tracedStorage(), hostKeys()];
  const opened = withKeys(storage, keys);
  const phone = await enrolled(healthcode, opened);
  const { keep } = keys;
  let begun;
  keys.keep = async () => {
    begun = [...storage.values.keys()].filter((key) => key.endsWith(".forgotten"));
    throw Object.assign(new Error("busy"), { code: "storage-unavailable" });
  };
  await assert.rejects(phone.forget(), { code: "storage-unavailable" });
  assert.deepEqual([begun, storage.values.size], [["healthcode.person-1.forgotten"], 0]);
  keys.keep = keep;
  await phone.forget();
  assert.equal(keys.kept.size, 0);
});

test("a host's own keys are not used with another storage", async () => {
  assert.equal(healthcode.hostAdaptors().keys, undefined, "Node keeps none");
  const phone = await enrolled(healthcode, options(tracedStorage()));
  assert.deepEqual(phone.holder.hostKeys(), []);
});
