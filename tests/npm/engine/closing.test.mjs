// What is closed says so, whenever and however often it is closed, and breaks nothing that is stored.
import assert from "node:assert/strict";
import { test } from "node:test";
import { all } from "./expected.mjs";
import { both, bytes, required } from "./installed.mjs";
import { enrolled, options, person, server, tracedStorage } from "./phone.mjs";

const healthcode = both("healthcode");
const { openPhone, openFamily, openCheckpoint } = healthcode;
const CLOSED = { code: "phone-closed" };
const identity = { name: "**丰", digits: "0000" };

/** A storage with what is in another. */
function copyOf(storage) {
  const copy = tracedStorage();
  for (const [key, value] of storage.values) copy.values.set(key, value);
  return copy;
}

/** A storage in which somebody has enrolled and reported. */
async function prepared() {
  const storage = tracedStorage();
  const phone = await enrolled(healthcode, options(storage));
  await phone.report(person.reports[0].answers);
  phone.close();
  return storage;
}

/** Closes what is opened after more and more turns of what it does, until that is done before; lists what came of it. */
async function closedInTheMiddle(open, act) {
  const outcomes = [];
  for (let turns = 0; ; turns += 3) {
    const opened = await open();
    let done = false;
    const outcome = Promise.resolve(act(opened)).then(
      () => "done",
      (thrown) => thrown.code ?? String(thrown),
    );
    outcome.then(() => {
      done = true;
    });
    for (let turn = 0; turn < turns && !done; turn += 1) await undefined;
    const before = done;
    opened.close();
    outcomes.push(await outcome);
    if (before) return outcomes;
  }
}

const ON_A_PHONE = {
  refresh: (phone) => phone.refresh(),
  "refresh of a new phone": (phone) => phone.refresh(),
  renew: (phone) => phone.renew(),
  certify: (phone) => phone.certify(identity),
  load: (phone) => phone.load(bytes(all.journey.risk)),
  report: (phone) => phone.report(person.reports[0].answers),
  addVisit: (phone) => phone.addVisit(person.diary[0]),
  change: (phone) => phone.change({ add: person.diary[0] }),
  note: (phone) => phone.note(),
  reopen: (phone) => phone.reopen(),
};

test("a phone that is closed in the middle of anything ends it with a code, and what is stored stays whole", async () => {
  const storage = await prepared();
  for (const [what, act] of Object.entries(ON_A_PHONE)) {
    let copy;
    const open = () => {
      copy = /new/.test(what) ? tracedStorage() : copyOf(storage);
      return openPhone(options(copy));
    };
    const outcomes = await closedInTheMiddle(open, act);
    assert.deepEqual([...new Set(outcomes)], ["phone-closed", "done"], what);
    assert.equal(outcomes.at(-1), "done", what);
    assert.equal((await openPhone(options(copy))).storageProblem, undefined, what);
  }
});

test("without WebAssembly too, where files are opened and loaded in turns", async () => {
  const translated = required("healthcode/anywhere");
  await translated.init();
  const phone = await translated.openPhone(options(tracedStorage()));
  const refreshing = phone.refresh();
  setTimeout(() => phone.close(), 0);
  await assert.rejects(refreshing, CLOSED);
});

test("a closed phone throws a code, whatever is asked of it, and closing it again does nothing", async () => {
  const storage = await prepared();
  const phone = await openPhone(options(storage));
  const { holder } = phone;
  assert.equal(phone.closed, false);
  phone.close();
  phone.close();
  assert.equal(phone.closed, true);
  for (const ask of [
    () => phone.holder,
    () => phone.assess(),
    () => phone.compare(),
    () => phone.questions({}),
    () => phone.file("rule-pack"),
    () => phone.staleSince,
    () => phone.clockProblem,
    () => phone.certificateDue(),
  ])
    assert.throws(ask, CLOSED, String(ask));
  for (const [what, act] of Object.entries(ON_A_PHONE)) await assert.rejects(act(phone), CLOSED, what);
  for (const act of [() => phone.forget(), () => phone.show(), () => phone.foresee()])
    await assert.rejects(act(), CLOSED, String(act));
  assert.equal((await openPhone(options(storage))).holder.reports().length, 1, "nothing is forgotten");
  assert.throws(() => holder.reports(), { code: "misuse-freed" }, "what was kept of it");
  for (const language of ["zh-Hans", "en"]) assert.ok(healthcode.problemText(CLOSED, language).length > 6);
});

test("what is to be forgotten is forgotten, whoever closes the phone meanwhile", async () => {
  const storage = await prepared();
  const phone = await openPhone(options(storage));
  const forgotten = phone.forget();
  phone.close();
  await forgotten;
  assert.equal(storage.values.size, 0);
});

test("a family closes the phones that it opened, and itself", async () => {
  const storage = await prepared();
  const family = await openFamily(options(storage));
  const [one, other] = [await family.open("1"), await family.open("2")];
  other.close();
  const opening = family.open("3");
  const looking = family.people();
  family.close();
  family.close();
  assert.deepEqual([one.closed, other.closed], [true, true]);
  await assert.rejects(opening, CLOSED);
  await assert.rejects(looking, CLOSED);
  for (const act of [() => family.people(), () => family.free(), () => family.open("1"), () => family.forget()])
    await assert.rejects(act(), CLOSED, String(act));
  assert.equal((await (await openFamily(options(storage))).people()).length, 1);
});

test("a checkpoint that is closed, before or in the middle of anything, says so", async () => {
  const acts = {
    refresh: (desk) => desk.refresh(),
    scan: (desk) => desk.scan(),
    ask: (desk) => desk.ask(),
  };
  const scan = { scan: async () => person.text };
  const open = (storage = tracedStorage()) => {
    const given = options(storage);
    return openCheckpoint({ ...given, adaptors: { ...given.adaptors, scan } });
  };
  for (const [what, act] of Object.entries(acts)) {
    const outcomes = await closedInTheMiddle(open, act);
    assert.deepEqual([...new Set(outcomes)], ["phone-closed", "done"], what);
  }
  const storage = tracedStorage();
  const desk = await open(storage);
  await desk.refresh();
  desk.close();
  desk.close();
  assert.equal(desk.closed, true);
  for (const ask of [() => desk.verify(person.text), () => desk.trust, () => desk.manifest, () => desk.clockProblem])
    assert.throws(ask, CLOSED, String(ask));
  for (const [what, act] of Object.entries(acts)) await assert.rejects(act(desk), CLOSED, what);
  await assert.rejects(desk.forget(), CLOSED);
  assert.ok(
    (await openCheckpoint(options(storage, { network: server({ offline: true }) }))).trust,
    "what it believed stays",
  );
});

test("a drawing of the core that is used after it was freed has a code", async () => {
  const qr = new healthcode.Qr("A");
  qr.free();
  assert.throws(() => qr.width, { code: "misuse-freed" });
});
