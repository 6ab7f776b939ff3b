// What is stored outlives the page, any power cut and any other page, and nothing outlives `forget`.
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { all } from "./expected.mjs";
import { both, hex, required } from "./installed.mjs";
import { clockAt, enrolled, now, options, person, published, randomOf, server, tracedStorage } from "./phone.mjs";

const healthcode = both("healthcode");
const { openPhone, openFamily, openCheckpoint } = healthcode;
/** How long whatever must come may take on a slow machine, in milliseconds. */
const PATIENCE = 30_000;
const [report] = person.reports;
const [visit] = person.diary;
const FILES = Object.fromEntries(Object.entries(published()).filter(([path]) => /^\/(files|trust-list)/.test(path)));
/** What a phone stores first. */
const FIRST = published()["/trust-list"];
const reports = (phone) => phone.holder.reports().length;

/** Everything in a storage that could be read of what base64 hides, too. */
function readable(storage) {
  const texts = [...storage.values.values()];
  return texts.join() + texts.map((text) => Buffer.from(text, "base64").toString("latin1")).join();
}

test("what changes is there again when the phone is opened again", async () => {
  const storage = tracedStorage();
  const phone = await enrolled(healthcode, options(storage));
  assert.equal((await phone.report(report.answers)).result, "accepted");
  assert.equal((await phone.addVisit(visit)).result, "added");
  const shown = await phone.show(person.here);
  assert.equal(shown.result, "shown");
  const again = await openPhone(options(storage, { network: server({ offline: true }) }));
  assert.deepEqual(again.holder.reports(), phone.holder.reports());
  assert.deepEqual(again.holder.diary(), phone.holder.diary());
  assert.deepEqual(again.identity, phone.identity);
  assert.equal((await again.show(person.here)).code.text, shown.code.text);
  assert.equal(again.storageProblem, undefined);
});

test("without WebAssembly a phone is opened and refreshed in steps, each of them in a task of its own", async (t) => {
  const translated = required("healthcode/anywhere");
  const storage = tracedStorage();
  const before = await enrolled(translated, options(storage));
  const { Holder } = translated;
  const { setTimeout } = globalThis;
  let task = 0;
  const steps = [];
  const noted = (method) => {
    const act = Holder.prototype[method];
    t.mock.method(Holder.prototype, method, function (...given) {
      steps.push(`${method} ${task}`);
      return act.apply(this, given);
    });
  };
  ["openNext", "load", "assess"].forEach(noted);
  t.mock.method(globalThis, "setTimeout", (act, after) =>
    setTimeout(() => {
      task += 1;
      act();
    }, after),
  );
  // By this clock everything takes long.
  let moment = Date.now();
  t.mock.method(Date, "now", () => (moment += 20));
  const phone = await translated.openPhone(options(storage));
  phone.assess();
  assert.deepEqual(
    steps,
    ["openNext 1", "openNext 2", "openNext 3", "openNext 4", "openNext 5", "openNext 6", "openNext 7", "assess 7"],
    "the key, five files, no more",
  );
  assert.deepEqual(phone.holder.files(), before.holder.files());
  steps.length = 0;
  assert.deepEqual(await phone.refresh(), []);
  assert.deepEqual(steps, [], "nothing is new");
  const empty = await translated.openPhone(options(tracedStorage()));
  steps.length = 0;
  assert.deepEqual(await empty.refresh(), []);
  const loads = steps.filter((step) => step.startsWith("load"));
  assert.deepEqual([loads.length, new Set(loads).size], [5, 5], "the manifest again, once there is a trust list");
});

test("what another page stores while the engine comes is not missed", async () => {
  const storage = tracedStorage();
  const phone = await enrolled(healthcode, options(storage));
  const file = required.resolve("healthcode");
  const { [file]: loaded } = required.cache;
  delete required.cache[file];
  const opening = required("healthcode").openPhone(options(storage));
  required.cache[file] = loaded;
  await phone.addVisit(visit);
  assert.equal(phone.holder.diary().length, 1);
  assert.deepEqual((await opening).holder.diary(), phone.holder.diary());
});

test("files are opened again after a refresh that failed only where that can change anything", async (t) => {
  const storage = tracedStorage();
  const clock = clockAt();
  const network = server();
  const phone = await enrolled(healthcode, options(storage, { network, clock }));
  const { unopened } = healthcode.Holder;
  let reopened = 0;
  let memory = true;
  t.mock.method(healthcode.Holder, "unopened", (roots, saved) => {
    reopened += 1;
    if (!memory) throw Object.assign(new Error("no memory"), { code: "engine-out-of-memory" });
    return unopened.call(healthcode.Holder, roots, saved);
  });
  network.ask = () => Promise.reject(Object.assign(new Error("offline"), { code: "network-unreachable" }));
  assert.deepEqual(
    (await phone.refresh()).map(({ code }) => code),
    ["network-unreachable"],
  );
  assert.equal(reopened, 0);
  // Whoever reads a certificate or a manifest looks at the time.
  for (const kind of ["day-certificate", "manifest"]) {
    clock.at = Date.parse(phone.file(kind).expires);
    await phone.refresh();
    assert.deepEqual([reopened, phone.file(kind).problem], [0, undefined], kind);
  }
  clock.at = Date.parse(phone.file("trust-list").expires);
  await phone.refresh();
  assert.equal(reopened, 1);
  assert.notEqual(phone.file("rule-pack").problem, undefined);
  clock.at = now;
  // Where there is no memory for both, what is in use stays so, and that is said.
  memory = false;
  assert.deepEqual(
    (await phone.refresh()).map(({ code }) => code),
    ["engine-out-of-memory", "network-unreachable"],
  );
  assert.notEqual(phone.file("rule-pack").problem, undefined);
  memory = true;
  await phone.refresh();
  assert.equal(reopened, 3);
  assert.equal(phone.file("rule-pack").problem, undefined);
});

test("showing a code asks nobody", async () => {
  const network = server();
  const phone = await enrolled(healthcode, options(tracedStorage(), { network }));
  await phone.report(report.answers);
  const before = network.asked.length;
  await phone.show();
  phone.assess();
  await phone.foresee();
  assert.equal(network.asked.length, before);
  assert.deepEqual(network.asked.sort(), ["/certificates", "/manifest", ...Object.keys(FILES)].sort());
});

test("a report that is rejected, and a visit that is refused, are not stored", async () => {
  const storage = tracedStorage();
  const phone = await enrolled(healthcode, options(storage));
  const { changes } = storage;
  assert.equal((await phone.report({})).result, "rejected");
  assert.equal(
    (await phone.addVisit({ ...visit, arrive: "2030-01-01T00:00:00Z", leave: undefined })).result,
    "refused",
  );
  assert.equal(storage.changes, changes);
});

for (const most of [1_000_000, 200_000, 1_000]) {
  test(`pieces of at most ${most} characters, and a power cut at every change: the old state or the new`, async () => {
    const trial = tracedStorage({ most });
    const first = await enrolled(healthcode, options(trial));
    const before = hex(first.holder.save());
    const start = new Map(trial.values);
    const from = trial.changes;
    await first.report(report.answers);
    const after = hex(first.holder.save());
    const steps = trial.changes - from;
    assert.ok(steps >= 3, `only ${steps} changes`);
    let kept = 0;
    for (let power = 0; power <= steps; power += most < 10_000 && power > 4 && power < steps - 4 ? 5 : 1) {
      const storage = tracedStorage({ most });
      for (const [key, value] of start) storage.values.set(key, value);
      const phone = await openPhone(options(storage));
      storage.power = power;
      await phone.report(report.answers);
      assert.equal(phone.storageProblem?.code, power < steps ? "power" : undefined, "what is not stored is told");
      storage.power = Infinity;
      const again = await openPhone(options(storage));
      const found = hex(again.holder.save());
      assert.ok(found === before || found === after, `at change ${power} of ${steps}`);
      assert.equal(again.recovered, false);
      kept += found === after ? 1 : 0;
      // And it goes on from there.
      if (found === before) await again.report(report.answers);
      assert.equal(again.storageProblem, undefined);
      assert.equal(reports(await openPhone(options(storage))), 1);
    }
    assert.equal(kept, 1, "only the last change makes the new state count");
  });
}

test("a power cut at every change of forgetting: all is there, or nothing is read again", async () => {
  const trial = tracedStorage({ most: 5_000 });
  const phone = await enrolled(healthcode, options(trial));
  await phone.report(report.answers);
  const start = new Map(trial.values);
  const from = trial.changes;
  await phone.forget();
  const steps = trial.changes - from;
  assert.equal(trial.values.size, 0);
  let there = 0;
  for (let power = 0; power < steps; power += 1) {
    const storage = tracedStorage({ most: 5_000 });
    for (const [key, value] of start) storage.values.set(key, value);
    const gone = await openPhone(options(storage));
    storage.power = power;
    await gone.forget().catch((thrown) => assert.equal(thrown.code, "power"));
    storage.power = Infinity;
    const again = await openPhone(options(storage));
    if (reports(again) === 1) there += 1;
    else assert.equal(storage.values.size, 0, `after ${power} of ${steps} changes, opening finishes the forgetting`);
  }
  assert.equal(there, 1, "once it has begun, nothing is read again");
});

test("nothing is readable after forgetting, also of what was put aside", async () => {
  const storage = tracedStorage();
  const phone = await enrolled(healthcode, options(storage));
  await phone.report(report.answers);
  const saved = hex(phone.holder.save());
  assert.ok(readable(storage).includes(phone.identity.name), "before, it can be read");
  await healthcode.setAside(options(storage));
  const kept = [...storage.values.keys()];
  assert.ok(kept.length > 0 && kept.every((key) => key.startsWith("healthcode.aside.")), kept.join());
  const anew = await openPhone(options(storage));
  assert.equal(anew.holder.publicKey(), undefined);
  await anew.refresh();
  await anew.forget();
  assert.equal(storage.values.size, 0);
  assert.deepEqual(anew.holder.files(), []);
  assert.equal(anew.identity, undefined);
  assert.notEqual(hex(anew.holder.save()), saved);
});

test("a full storage keeps what was there, and says so", async () => {
  const storage = tracedStorage();
  const phone = await enrolled(healthcode, options(storage));
  const before = hex((await openPhone(options(storage))).holder.save());
  storage.room = [...storage.values].reduce((sum, [key, text]) => sum + key.length + text.length, 0) - 2_000;
  await phone.report(report.answers);
  assert.equal(phone.storageProblem.code, "storage-full");
  assert.equal((await phone.show()).result, "shown", "it goes on working");
  assert.equal(hex((await openPhone(options(storage))).holder.save()), before);
  storage.room = Infinity;
  await phone.addVisit(visit);
  assert.equal(phone.storageProblem, undefined);
  assert.equal(reports(await openPhone(options(storage))), 1, "once there is room, all of it is stored");
  storage.room = 0;
  await phone.forget();
  assert.equal(storage.values.size, 0, "forgetting needs no room");
});

/** A storage that takes nothing more once it is `bad`. */
function failing() {
  const storage = tracedStorage();
  const { set, remove } = storage;
  const unlessBad = (act) => async (key, value) => {
    if (storage.bad) throw new Error("disk");
    return act(key, value);
  };
  return Object.assign(storage, { bad: false, set: unlessBad(set), remove: unlessBad(remove) });
}

test("what a change came to says that it is not stored, of every change; the code of this session stays", async () => {
  const storage = failing();
  const phone = await enrolled(healthcode, options(storage));
  await phone.report(report.answers);
  await phone.addVisit(visit);
  const { colour } = phone.assess(person.here);
  const [first] = phone.holder.diary();
  storage.bad = true;
  const fever = { ...report.answers, temperature: 38.5 };
  const identity = healthcode.maskIdentity(all.journey.name, all.journey.number);
  const changes = {
    report: () => phone.report(fever),
    correct: () => phone.change({ answers: fever, corrects: phone.holder.reports()[0] }),
    remove: () => phone.change({ remove: first }),
    addVisit: () => phone.addVisit(visit),
    load: () => phone.load(FIRST),
    certify: () => phone.certify(identity),
    enrol: () => phone.enrol(all.journey.name, all.journey.number),
    note: () => phone.note(),
    dropRules: () => phone.dropRules("3302"),
  };
  for (const [name, change] of Object.entries(changes)) {
    const came = await change();
    assert.equal(came.unstored?.code, "storage-unavailable", `${name}: ${JSON.stringify(came)}`);
    assert.deepEqual(came.unstored, phone.storageProblem, name);
  }
  assert.deepEqual(
    (await phone.choose()).map(({ code }) => code),
    ["storage-unavailable"],
  );
  const { code } = await phone.show(person.here);
  assert.notEqual(code.colour, colour, "it counts as long as the phone is open");
  // What changes nothing has nothing to store.
  assert.deepEqual(Object.keys(await phone.report({})), ["result", "faults"]);

  storage.bad = false;
  const again = await openPhone(options(storage));
  assert.equal((await again.show(person.here)).code.colour, colour, "as was said, it was lost");
  assert.deepEqual(await again.report(fever), { result: "accepted" });
  assert.deepEqual(await again.note(), {});
  assert.equal((await openPhone(options(storage))).assess(person.here).colour, code.colour);
});

test("more than the host can hold twice is refused before anything is touched", async () => {
  const storage = tracedStorage({ most: 1_000, total: 2_000 });
  const phone = await openPhone(options(storage));
  await phone.refresh();
  assert.equal(phone.storageProblem.code, "storage-too-large");
  assert.equal(storage.changes, 0);
});

test("without storage a phone works as long as it is open", async () => {
  const unavailable = async () => {
    throw Object.assign(new Error("private"), { code: "storage-unavailable" });
  };
  const none = {
    most: 1_000,
    total: 1_000_000,
    get: unavailable,
    set: unavailable,
    remove: unavailable,
    keys: unavailable,
  };
  const phone = await enrolled(healthcode, options(none));
  assert.equal(phone.storageProblem.code, "storage-unavailable");
  await phone.report(report.answers);
  assert.equal((await phone.show()).result, "shown");
});

test("what could not be read at first is not written over, and is taken up once it can be", async () => {
  for (const code of ["storage-unavailable", "storage-full"]) {
    const storage = tracedStorage();
    await (await enrolled(healthcode, options(storage))).report(report.answers);
    const before = new Map(storage.values);
    const { get } = storage;
    storage.get = async () => {
      throw Object.assign(new Error("private"), { code });
    };
    const phone = await openPhone(options(storage));
    assert.equal(phone.storageProblem.code, code);
    assert.equal((await phone.refresh()).length, 0, "it works as long as it is open");
    assert.deepEqual([phone.storageProblem.code, phone.identity, reports(phone)], [code, undefined, 0]);
    assert.deepEqual(storage.values, before);
    storage.get = get;
    await phone.addVisit(visit);
    assert.deepEqual([reports(phone), phone.holder.diary().length, phone.storageProblem], [1, 1, undefined]);
    assert.equal(reports(await openPhone(options(storage))), 1);
  }
});

test("one damaged copy is made good by the other, two are told and kept", async () => {
  const storage = tracedStorage();
  const phone = await enrolled(healthcode, options(storage));
  await phone.report(report.answers);
  const newest = ["a", "b"].sort((one, other) => {
    const generation = (slot) => Number(storage.values.get(`healthcode.person-1.${slot}`).split(" ")[1]);
    return generation(other) - generation(one);
  });
  const damage = (slot) => {
    const key = `healthcode.person-1.${slot}.0`;
    const text = storage.values.get(key);
    storage.values.set(key, `${text.slice(0, 400)}${text[400] === "A" ? "B" : "A"}${text.slice(401)}`);
  };
  damage(newest[0]);
  const recovered = await openPhone(options(storage));
  assert.equal(recovered.recovered, true);
  assert.equal(reports(recovered), 0);
  damage(newest[1]);
  const kept = new Map(storage.values);
  await assert.rejects(openPhone(options(storage)), { code: "storage-damaged" });
  assert.deepEqual(storage.values, kept, "what cannot be read stays");
  const copy = JSON.parse(await healthcode.storedCopy(options(storage)));
  assert.deepEqual(
    Object.keys(copy)
      .map((key) => [`healthcode.person-1.${key}`, copy[key].length])
      .sort(),
    [...kept].map(([key, text]) => [key, text.length]).sort(),
  );
});

/** Whether 32 bytes are in a text, in any form that anybody would try. */
function within(text, secret) {
  const forms = [hex(secret), hex(secret).toUpperCase(), Buffer.from(secret).toString("latin1")];
  // Base64 at each of the three places where it may begin, without the digits that depend on what is around.
  for (let shift = 0; shift < 3; shift += 1)
    forms.push(
      Buffer.concat([Buffer.alloc(shift), secret])
        .toString("base64")
        .slice(shift === 0 ? 0 : 4, 40),
    );
  const decoded = text.split('"').map((part) => Buffer.from(part, "base64").toString("latin1"));
  return [text, ...decoded].some((one) => forms.some((form) => one.includes(form)));
}

test("row 18: the copy for somebody who is to help has no keys, whole or damaged", async () => {
  const random = randomOf();
  const secrets = random.given;
  const storage = tracedStorage({ most: 5_000 });
  const phone = await enrolled(healthcode, options(storage, { random }));
  await phone.report(report.answers);
  assert.equal(secrets.length, 2, "the phone's key and the certificate's");
  for (const secret of secrets) assert.ok(within(JSON.stringify([...storage.values.values()]), secret), "it is stored");
  const { values } = storage;
  const start = new Map(values);
  const copied = async () => {
    const copy = await healthcode.storedCopy(options(storage));
    for (const secret of secrets) {
      // Half of a key is one too many, and so is a quarter.
      for (let at = 0; at < 32; at += 8) assert.ok(!copy.includes(secret.subarray(at, at + 8).toString("hex")));
      assert.ok(!within(copy, secret));
    }
    return JSON.parse(copy);
  };
  const whole = await copied();
  const joined = (texts, slot) =>
    Object.keys(texts)
      .filter((key) => key.startsWith(`${slot}.`))
      .sort((one, other) => Number(one.slice(2)) - Number(other.slice(2)))
      .map((key) => texts[key])
      .join("");
  const before = Buffer.from(
    joined(Object.fromEntries([...start].map(([key, text]) => [key.slice(20), text])), "a"),
    "base64",
  );
  const after = Buffer.from(joined(whole, "a"), "base64");
  assert.equal(after.length, before.length);
  assert.ok(before.filter((byte, at) => byte !== after[at]).length < before.length / 10, "the rest is there");
  assert.ok(after.includes("identity"));
  for (const damage of [
    (key) => values.set(key, `A${values.get(key).slice(1)}`),
    (key) => values.set(key, `!${values.get(key).slice(1)}`),
    (key) => values.set(key, values.get(key).slice(0, 150)),
    (key) => values.delete(key),
  ]) {
    for (const key of start.keys()) {
      for (const [name, text] of start) values.set(name, text);
      damage(key);
      await copied();
    }
  }
});

test("what a newer version stored is not touched", async () => {
  const storage = tracedStorage();
  await enrolled(healthcode, options(storage));
  for (const slot of ["a", "b"]) storage.values.set(`healthcode.person-1.${slot}`, "2 something else");
  const before = new Map(storage.values);
  await assert.rejects(openPhone(options(storage)), { code: "storage-newer" });
  assert.deepEqual(storage.values, before);
});

test("two phones of one person never undo each other's changes", async () => {
  const storage = tracedStorage();
  const one = await enrolled(healthcode, options(storage));
  const other = await openPhone(options(storage));
  await one.report(report.answers);
  await other.addVisit(visit);
  await Promise.all([one.addVisit({ ...visit, place: "3301" }), other.addVisit({ ...visit, place: "3302" })]);
  const last = await openPhone(options(storage));
  assert.deepEqual([reports(last), last.holder.diary().length], [1, 3]);
  await one.forget();
  await assert.rejects(other.addVisit(visit), { code: "phone-forgotten" });
  assert.equal(storage.values.size, 0, "what was forgotten does not come back");
});

/** Pages of one app: each has a storage object of its own over the same values. What one tells, the others hear, if any does. */
function pages(storage, { deaf = false } = {}) {
  const ears = new Map();
  return () => {
    const page = {
      ...storage,
      hear: (heard) => ears.set(page, heard),
      tell: () => deaf || ears.forEach((heard, other) => other !== page && heard()),
    };
    return page;
  };
}
/** Waits until something is so, however slow the machine. */
async function until(so) {
  for (const from = Date.now(); !(await so()); ) {
    assert.ok(Date.now() - from < PATIENCE, `it did not come: ${so}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
/** What a phone has to look at is looked at. */
const looked = (phone) => phone.reopen().catch(() => undefined);
/** The next news of a phone. */
const news = (phone) => new Promise((resolve) => phone.listen(resolve));

/** What two phones of one person do, whatever they hear of each other by; `look` is what makes the first one look. */
async function together(one, two, storage, look = () => undefined) {
  let heard = news(one);
  assert.equal((await two.report(report.answers)).result, "accepted");
  look();
  assert.equal(await heard, "stored");
  assert.equal(reports(one), 1);
  assert.deepEqual(await one.show(person.here), await two.show(person.here), "a code is of what is stored");
  heard = news(one);
  await two.forget();
  look();
  assert.equal(await heard, "forgotten");
  assert.deepEqual((await one.show()).problem.code, "holder-no-key");
  assert.deepEqual(
    [one.identity, one.holder.publicKey(), reports(one), one.holder.files()],
    [undefined, undefined, 0, []],
  );
  for (const phone of [one, two]) {
    await assert.rejects(phone.addVisit(visit), { code: "phone-forgotten" }, "nothing is added to what is not there");
    assert.deepEqual(await phone.refresh(), []);
  }
  assert.equal(storage.values.size, 0, "and nothing is stored of its own accord");
  heard = news(one);
  await two.certify(healthcode.maskIdentity(all.journey.name, all.journey.number));
  look();
  assert.equal(await heard, "stored", "who begins anew does so everywhere");
  // The key was stored first, and the certificate when it came.
  await until(async () => (await one.show(person.here)).result === "shown");
  assert.deepEqual(one.identity, two.identity);
  assert.equal((await one.show(person.here)).result, "shown");
}

test("two phones of one person in one page hear of each other", async () => {
  const storage = tracedStorage();
  await together(await enrolled(healthcode, options(storage)), await openPhone(options(storage)), storage);
});

test("two pages hear of each other by what the storage tells", async () => {
  const storage = tracedStorage();
  const page = pages(storage);
  await together(await enrolled(healthcode, options(page())), await openPhone(options(page())), storage);
});

test("where word of a change does not come, a phone looks each time that it shows a code", async () => {
  const storage = tracedStorage();
  const page = pages(storage, { deaf: true });
  const one = await enrolled(healthcode, options(page()));
  await together(one, await openPhone(options(page())), storage, () => one.show());
});

test("a phone takes no notice of others' changes once it is closed, nor of another person's at all", async () => {
  const storage = tracedStorage();
  const [one, closed, child] = [
    await enrolled(healthcode, options(storage)),
    await openPhone(options(storage)),
    await openPhone(options(storage, { person: "2" })),
  ];
  const heard = [];
  for (const phone of [closed, child]) phone.listen((news) => heard.push(news));
  closed.close();
  // Who hears of it last.
  const heardOf = news(await openPhone(options(storage)));
  await one.report(report.answers);
  assert.equal(await heardOf, "stored");
  assert.deepEqual(heard, ["closed"]);
  assert.equal(reports(child), 0);
});

test("one's own forgetting is told to those who show the phone, once nothing is left", async () => {
  const storage = tracedStorage();
  const phone = await enrolled(healthcode, options(storage));
  const heard = news(phone).then(async (told) => [told, storage.values.size, (await phone.show()).problem.code]);
  let more = 0;
  phone.listen(() => (more += 1))();
  await phone.forget();
  assert.deepEqual(await heard, ["forgotten", 0, "holder-no-key"]);
  assert.equal(more, 0, "who has ended it hears nothing");
});

for (const [what, broken, code] of [
  ["a newer version of the app", "2 something else", "storage-newer"],
  ["something that makes no sense", "garbage", "storage-damaged"],
]) {
  test(`no code is made any more once ${what} stands in the storage`, async () => {
    const storage = tracedStorage();
    const page = pages(storage, { deaf: true });
    const phone = await enrolled(healthcode, options(page()));
    await phone.report(report.answers);
    assert.equal((await phone.show()).result, "shown");
    const heard = news(phone);
    for (const slot of ["a", "b"]) storage.values.set(`healthcode.person-1.${slot}`, broken);
    const before = new Map(storage.values);
    await phone.show();
    assert.equal(await heard, "stored");
    assert.equal((await phone.show()).result, "unavailable");
    assert.equal(phone.storageProblem.code, code);
    await assert.rejects(phone.addVisit(visit), { code });
    await assert.rejects(phone.refresh(), { code });
    await looked(phone);
    assert.deepEqual(storage.values, before, "and nothing is written over");
    // Once it has been put aside, it begins anew.
    for (const key of [...storage.values.keys()]) storage.values.delete(key);
    assert.deepEqual(await phone.refresh(), []);
    await phone.certify(healthcode.maskIdentity(all.journey.name, all.journey.number));
    assert.equal((await (await openPhone(options(storage))).show(person.here)).result, "shown");
  });
}

test("heads that make no sense are no empty phone", async () => {
  const keys = ["healthcode.person-1.a", "healthcode.person-1.b"];
  for (const [broken, both] of [
    ["garbage", "storage-damaged"],
    ["1 2", "storage-damaged"],
    ["1 a b c", "storage-damaged"],
    ["", "storage-damaged"],
    [undefined, "storage-damaged"],
    ["12345", "storage-newer"],
  ]) {
    const storage = tracedStorage();
    const phone = await enrolled(healthcode, options(storage));
    await phone.report(report.answers);
    const [newest, older] = keys.sort((one, other) => {
      const generation = (key) => Number(storage.values.get(key).split(" ")[1]);
      return generation(other) - generation(one);
    });
    const damage = (key) => (broken === undefined ? storage.values.delete(key) : storage.values.set(key, broken));
    damage(newest);
    if (both === "storage-damaged") {
      const recovered = await openPhone(options(storage));
      assert.deepEqual(
        [recovered.recovered, reports(recovered), recovered.identity.name],
        [true, 0, phone.identity.name],
        broken,
      );
    }
    damage(older);
    const kept = new Map(storage.values);
    await assert.rejects(openPhone(options(storage)), { code: both }, broken);
    const [one, ...more] = await (await openFamily(options(storage))).people();
    assert.deepEqual([one.person, one.problem, more], ["1", both, []], broken);
    assert.deepEqual(storage.values, kept, "what cannot be read stays");
  }
});

test("row 19: a first write that left only a part of the first slot is an empty phone, and damage after it is damage", async () => {
  const trial = tracedStorage({ most: 1_000 });
  await (await openPhone(options(trial))).load(FIRST);
  const [head, ...pieces] = [...trial.values.keys()].sort((one, other) => one.length - other.length);
  const opened = async (values) => {
    const storage = tracedStorage({ most: 1_000 });
    for (const [key, value] of values) storage.values.set(key, value);
    return { storage, phone: await openPhone(options(storage)) };
  };
  const text = trial.values.get(head);
  const parts = [
    // Hosts that lose or cut what they wrote last, the head, or write it before the rest.
    pieces.map((key) => [key, trial.values.get(key)]),
    [[pieces[0], "AA"]],
    [[pieces.at(-1), trial.values.get(pieces.at(-1))]],
    ...["", "1", "1 ", text.slice(0, 9), text.split(" ").slice(0, 3).join(" "), "wri", "writing"].map((cut) => [
      [head, cut],
      [pieces[0], "AA"],
    ]),
  ];
  for (const values of parts) {
    const { storage, phone } = await opened(values);
    assert.deepEqual([phone.recovered, phone.storageProblem, phone.holder.files()], [false, undefined, []]);
    assert.deepEqual(await (await openFamily(options(storage))).people(), []);
    assert.deepEqual(await phone.refresh(), []);
    assert.equal((await openPhone(options(storage))).holder.files().length, 4);
  }
  const whole = [...trial.values];
  for (const values of [
    whole.map(([key, value]) => [key, key === pieces[0] ? `B${value.slice(1)}` : value]),
    whole.filter(([key]) => key !== pieces[0]),
    whole.map(([key, value]) => [key, key === head ? "garbage" : value]),
    // The other slot was begun, so the first was whole once.
    [...whole.filter(([key]) => key !== head), ["healthcode.person-1.b", "writing"]],
    [...whole.filter(([key]) => key !== head), ["healthcode.person-1.b.0", "AA"]],
  ]) {
    await assert.rejects(opened(values), { code: "storage-damaged" });
  }
});

test("row 18: what is forgotten is written over before it is removed", async () => {
  for (const swaps of [false, true]) {
    const storage = tracedStorage();
    if (swaps) storage.swap = swapOf(storage);
    const phone = await enrolled(healthcode, options(storage));
    await phone.report(report.answers);
    const before = new Map(storage.values);
    const last = new Map();
    const { set, remove } = storage;
    storage.set = async (key, value) => {
      last.set(key, value);
      return set(key, value);
    };
    storage.remove = async (key) => {
      if (key !== "healthcode.person-1.forgotten") assert.match(last.get(key), /^0+$/, key);
      return remove(key);
    };
    await phone.forget();
    for (const [key, text] of before) assert.equal(last.get(key), "0".repeat(text.length), key);
    assert.equal(storage.values.size, 0);
  }
});

/** `swap` for a storage of this test, by its own `set` and `remove`. */
function swapOf(storage) {
  return async (expected, changes) => {
    for (const [key, value] of Object.entries(expected)) if (storage.values.get(key) !== value) return false;
    await Promise.all(
      Object.entries(changes).map(([key, value]) =>
        value === undefined ? storage.remove(key) : storage.set(key, value),
      ),
    );
    return true;
  };
}

/** A storage each of whose functions takes a while, as with other processes at work. */
function slow(storage) {
  const later =
    (act) =>
    async (...given) => {
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 3));
      return act(...given);
    };
  const page = { ...storage };
  for (const name of ["get", "set", "remove", "keys", "swap"]) if (storage[name]) page[name] = later(storage[name]);
  return page;
}

for (const [what, prepare] of [
  ["compare and swap", (storage) => ({ ...storage, swap: swapOf(storage) })],
  ["take turns, with nothing but keys and values", (storage) => storage],
]) {
  test(`row 19: pages without a lock lose none of 40 visits: they ${what}`, async () => {
    const storage = tracedStorage();
    const shared = prepare(storage);
    const page = () => ({ ...slow(shared), hear: () => undefined });
    const phones = [await enrolled(healthcode, options(page()))];
    while (phones.length < 4) phones.push(await openPhone(options(page())));
    const results = await Promise.all(
      Array.from({ length: 40 }, (_, at) => {
        const place = `33${String(10 + at)}`;
        return phones[at % 4].addVisit({ ...visit, place });
      }),
    );
    assert.deepEqual([...new Set(results.map(({ result }) => result))], ["added"]);
    for (const phone of phones) assert.equal(phone.storageProblem, undefined);
    const last = await openPhone(options(storage));
    assert.equal(last.holder.diary().length, 40);
    assert.equal(last.recovered, false);
    // One forgets while the others go on: nothing comes back.
    const late = phones.slice(1).map((phone) => phone.addVisit({ ...visit, place: "3399" }).catch(({ code }) => code));
    await phones[0].forget();
    for (const result of await Promise.all(late)) assert.ok(result === "phone-forgotten" || result.result === "added");
    await Promise.all(phones.map(looked));
    assert.deepEqual([...storage.values.keys()], []);
  });
}

test("a page that died in its turn, or a clock that was set back, keeps nobody waiting for long", async () => {
  const storage = tracedStorage();
  storage.hear = () => undefined;
  const phone = await enrolled(healthcode, options(storage));
  const dead = "healthcode.turn.dead";
  for (const [number, life, waits] of [
    [1, 500, true],
    [0, 500, true],
    [1, 90_000, false],
    ["garbage", "", false],
  ]) {
    const from = Date.now();
    storage.values.set(dead, `${number} ${from + life}`);
    assert.equal((await phone.addVisit(visit)).result, "added");
    const waited = Date.now() - from;
    // A turn of a minute and a half is nobody's.
    assert.ok((!waits || waited >= 500) && waited < PATIENCE, `${waited} ms`);
    assert.deepEqual(
      [...storage.values.keys()].filter((key) => key.includes("turn")),
      [],
    );
  }
});

test("a first writing that was cut short is nothing stored, and no person", async () => {
  const trial = tracedStorage({ most: 1_000 });
  await (await openPhone(options(trial))).load(FIRST);
  for (const power of [1, 2, trial.changes - 1]) {
    const storage = tracedStorage({ most: 1_000 });
    storage.power = power;
    await (await openPhone(options(storage))).load(FIRST);
    storage.power = Infinity;
    assert.ok(storage.values.size > 0, `after ${power} of ${trial.changes} changes`);
    assert.deepEqual(await (await openFamily(options(storage))).people(), []);
    const phone = await openPhone(options(storage));
    assert.equal(phone.recovered, false);
    assert.deepEqual(await phone.refresh(), []);
    assert.equal(phone.storageProblem, undefined);
  }
});

test("a phone whose last change was not stored does not undo what another has stored since", async () => {
  const storage = tracedStorage();
  const [one, two] = [await enrolled(healthcode, options(storage)), await openPhone(options(storage))];
  storage.room = 0;
  await one.addVisit(visit);
  assert.equal(one.storageProblem.code, "storage-full");
  storage.room = Infinity;
  await two.report(report.answers);
  await one.note();
  assert.equal(reports(one), 1);
  assert.equal(reports(await openPhone(options(storage))), 1);
});

test("files that have just come are not asked for again", async (t) => {
  const network = server();
  const phone = await enrolled(healthcode, options(tracedStorage(), { network }));
  const asked = () => network.asked.filter((url) => url === "/manifest").length;
  assert.deepEqual(await phone.renew(), []);
  assert.equal(asked(), 1);
  const from = Date.now();
  for (const [ahead, times] of [
    [9_000, 1],
    [11_000, 2],
    [5_000, 2],
    [-11_000, 3],
  ]) {
    t.mock.method(Date, "now", () => from + ahead);
    assert.deepEqual(await phone.renew(), []);
    assert.equal(asked(), times, `${ahead} ms later`);
  }
  await phone.forget();
  assert.deepEqual(await phone.renew(), []);
  assert.equal(asked(), 4, "what was forgotten is asked for at once");
  t.mock.restoreAll();
  const offline = { offline: true };
  const failing = server(offline);
  const other = await openPhone(options(tracedStorage(), { network: failing }));
  assert.deepEqual(
    (await other.refresh()).map(({ code }) => code),
    ["network-unreachable"],
  );
  offline.offline = false;
  assert.deepEqual(await other.renew(), [], "what did not come is asked for at once");
  assert.notEqual(other.holder.rules(), undefined);
});

test("a clock that is set back is told, until fresh files show that it is right", async () => {
  const storage = tracedStorage();
  const clock = clockAt();
  const phone = await enrolled(healthcode, options(storage, { clock }));
  assert.equal(phone.clockProblem, undefined);
  clock.at = now + 2 * 86_400_000;
  await phone.report(report.answers);
  clock.at = now;
  const again = await openPhone(options(storage, { clock }));
  assert.equal(again.clockProblem.code, "clock-set-back");
  assert.deepEqual(await again.refresh(), []);
  assert.equal(again.clockProblem, undefined);
  clock.at = Date.parse("2019-01-01T00:00:00Z");
  const behind = await openPhone(options(storage, { clock }));
  assert.equal(behind.clockProblem.code, "clock-set-back");
  assert.equal((await behind.show()).result, "unavailable");
});

test("everybody of a family has a phone of their own", async () => {
  const storage = tracedStorage();
  const family = await openFamily(options(storage));
  assert.deepEqual(await family.people(), []);
  assert.equal(await family.free(), "1");
  await enrolled(healthcode, options(storage));
  const child = await family.open(await family.free());
  assert.equal(child.person, "2");
  await child.refresh();
  const [one, two] = await family.people();
  assert.deepEqual([one.person, two.person, two.identity], ["1", "2", undefined]);
  assert.ok(one.identity.name.includes("*"));
  await child.forget();
  assert.deepEqual(
    (await family.people()).map(({ person }) => person),
    ["1"],
  );
  await healthcode.setAside(options(storage, { person: "1" }));
  assert.deepEqual(await family.people(), []);
  await enrolled(healthcode, options(storage, { person: "2" }));
  await family.forget();
  assert.equal(storage.values.size, 0);
  await assert.rejects(family.open("../1"), { code: "phone-person" });
});

test("a checkpoint keeps its trust list and nothing that it scans", async () => {
  const storage = tracedStorage();
  const text = person.text;
  const checkpoint = await openCheckpoint(options(storage));
  assert.equal(checkpoint.verify(text).verdict, "undecided");
  assert.deepEqual(await checkpoint.refresh(), []);
  const again = await openCheckpoint(options(storage, { network: server({ offline: true }) }));
  assert.deepEqual(
    (await again.refresh()).map(({ code }) => code),
    ["network-unreachable"],
  );
  const challenge = new TextEncoder().encode("gate 7.1");
  assert.equal(again.verify(text, challenge).verdict, "accepted");
  assert.ok(!readable(storage).includes(text.slice(0, 40)));
  await again.forget();
  assert.equal(storage.values.size, 0);
});

test("a folder of files is a storage, readable by its owner only", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "healthcode-folder-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const storage = healthcode.folderStorage(join(folder, "phone"));
  const phone = await enrolled(healthcode, options(storage));
  await phone.report(report.answers);
  for (const name of ["100%", "a b", ".DS_Store~"]) writeFileSync(join(folder, "phone", name), "somebody else's");
  assert.equal(reports(await openPhone(options(healthcode.folderStorage(join(folder, "phone"))))), 1);
  await phone.forget();
  assert.deepEqual(readdirSync(join(folder, "phone")).sort(), [".DS_Store~", "100%", "a b"]);
});

test("the server's reasons are passed on", async () => {
  const phone = await openPhone(options(tracedStorage(), { network: server({ offline: true }) }));
  assert.deepEqual(
    (await phone.refresh()).map(({ code }) => code),
    ["network-unreachable"],
  );
  const network = server();
  const online = await openPhone(options(tracedStorage(), { network }));
  await online.refresh();
  const reason = { code: "certificate-request-signature", message: "…" };
  network.ask = async () => ({ status: 400, body: new TextEncoder().encode(JSON.stringify(reason)) });
  await assert.rejects(online.certify({ name: "*三", digits: "0000" }), { code: reason.code });
});

test("what is no answer of the issuer is told, with its address", async () => {
  const page = new TextEncoder().encode("<!doctype html><title>Sign in</title>");
  const base = "https://health.example/";
  for (const [answer, code] of [
    [{ status: 200, body: page }, "network-not-signed"],
    [{ status: 200, body: new Uint8Array() }, "network-not-signed"],
    [{ status: 200, body: new TextEncoder().encode('{"signed": false}') }, "network-not-signed"],
    [{ status: 200, body: new Uint8Array([0xd2, 0x84]) }, "cbor-truncated"],
    [{ status: 400, body: page }, "network-status"],
    ...[429, 500, 502, 503, 504].map((status) => [{ status, body: page }, "network-busy"]),
  ]) {
    const network = { ask: async () => answer };
    const phone = await openPhone({ ...options(tracedStorage(), { network }), server: base });
    const [problem] = await phone.refresh();
    assert.equal(problem.code, code);
    if (code.startsWith("network"))
      assert.ok(problem.message.endsWith(": https://health.example/manifest"), problem.message);
    const desk = await openCheckpoint({ ...options(tracedStorage(), { network }), server: base });
    assert.deepEqual(
      (await desk.refresh()).map(({ code }) => code),
      [code],
    );
  }
  for (const [thrown, code] of [
    [Object.assign(new Error("no way there"), { code: "network-unreachable" }), "network-unreachable"],
    [new Error("no way there"), "network-unreachable"],
  ]) {
    const network = { ask: () => Promise.reject(thrown) };
    const [problem] = await (await openPhone({ ...options(tracedStorage(), { network }), server: base })).refresh();
    const failed = thrown.code ? "" : "`adaptors.network.ask` failed: ";
    assert.deepEqual(problem, { code, message: `${failed}no way there: https://health.example/manifest` });
  }
  const captive = server();
  const phone = await openPhone(options(tracedStorage(), { network: captive }));
  await phone.refresh();
  captive.ask = async () => ({ status: 200, body: page });
  await assert.rejects(phone.certify(healthcode.maskIdentity(all.journey.name, all.journey.number)), {
    code: "network-not-signed",
  });
});

test("options that nothing can be opened with are refused with a code", async () => {
  const good = options(tracedStorage());
  for (const open of [openPhone, openFamily, openCheckpoint]) {
    for (const [given, code] of [
      [[], "trust-no-roots"],
      [[null], "trust-no-roots"],
      [[{}], "trust-no-roots"],
      [[{ ...good, roots: [] }], "trust-no-roots"],
      [[{ ...good, roots: { keys: [], signers: 1 } }], "trust-no-roots"],
      ...(open === openFamily
        ? []
        : [
            [[{ ...good, roots: { keys: ["key"], signers: 1 } }], "key-malformed"],
            [[{ ...good, roots: { ...good.roots, signers: 2 } }], "trust-no-roots"],
            [[{ ...good, roots: { keys: "key", signers: 1 } }], "misuse-argument"],
            [[{ ...good, roots: { ...good.roots, signers: "1" } }], "misuse-argument"],
          ]),
      [[{ ...good, server: "127.0.0.1:8080" }], "misuse-argument"],
      ...[
        "health.example",
        "http://health.example",
        "HTTP://health.example:8080/",
        "http://192.168.1.2:8080",
        "http://localhost.example",
        "http://localhost@health.example",
        "http://localhost:80@health.example",
        "http://127.0.0.1.example",
        "http://127.0.0.1\\@health.example",
        "ws://localhost",
        "https://",
        "https:///files",
        "https://name@health.example",
        "https://health.example?to=elsewhere",
        "https://health.example#here",
        "https://health.example /",
        new URL("https://health.example"),
        5,
      ].map((server) => [[{ ...good, server }], "misuse-argument"]),
    ]) {
      await assert.rejects(open(...given), { code }, `${open.name} ${JSON.stringify(given)}`);
    }
    for (const server of [
      "",
      undefined,
      "https://health.example",
      "HTTPS://Health.Example:8443/of/hangzhou/",
      "http://127.0.0.1:8080",
      "http://localhost",
      "http://health.localhost:8080/",
      "http://[::1]:8080",
    ])
      await open({ ...good, server });
  }
});
