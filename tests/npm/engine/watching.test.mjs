// What an app has in place of code of its own: enrolment by name and number, whether there is a report, a code that is kept up to
// date, and errors of one class.
import assert from "node:assert/strict";
import { test } from "node:test";
import { all } from "./expected.mjs";
import { both, required } from "./installed.mjs";
import { clockAt, enrolled, now, options, person, server, tracedStorage } from "./phone.mjs";

const healthcode = both("healthcode");
const { openPhone, HealthcodeError, maskIdentity } = healthcode;
const { journey } = all;
const { answers } = person.reports[0];

/** Lets whatever needs no timer come to its end. */
async function settled() {
  for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate);
}

/** Waits for something that takes turns with the page. */
async function until(holds) {
  while (!holds()) await new Promise((later) => setTimeout(later, 5));
}

test("enrol takes name and number as in the document, and hands on what maskIdentity leaves of them", async () => {
  const network = server();
  const phone = await openPhone(options(tracedStorage(), { network }));
  assert.deepEqual([phone.identity, phone.reported], [undefined, false]);
  await phone.enrol(journey.name, journey.number);
  assert.deepEqual(phone.identity, maskIdentity(journey.name, journey.number));
  assert.ok(network.asked.includes("/certificates"));
  assert.equal(phone.reported, false);
  await phone.report(answers);
  assert.equal(phone.reported, true);
  await phone.forget();
  assert.deepEqual([phone.identity, phone.reported], [undefined, false]);
  await assert.rejects(phone.enrol("", journey.number), { code: "certificate-name" });
  await assert.rejects(phone.enrol(journey.name, ""), { code: "certificate-number" });
  phone.close();
  await assert.rejects(phone.enrol(journey.name, journey.number), { code: "phone-closed" });
  assert.throws(() => phone.reported, { code: "phone-closed" });
});

test("whoever watches a phone gets a code now, every half minute and after each change, until it is stopped", async (t) => {
  t.mock.timers.enable({ apis: ["setInterval"] });
  const clock = clockAt();
  const storage = tracedStorage();
  const phone = await enrolled(healthcode, options(storage, { clock }));
  const seen = [];
  const stop = phone.watch((shown) => seen.push(shown.result === "shown" ? shown.code : shown.problem.code));
  const pass = async (seconds) => {
    for (let second = 0; second < seconds; second += 1) {
      clock.at += 1_000;
      t.mock.timers.tick(1_000);
    }
    await settled();
  };
  await settled();
  assert.equal(seen.length, 1);
  assert.equal(seen[0].colour, "grey", "there is no report");
  await phone.report(answers);
  await settled();
  const [, reported] = seen;
  assert.equal(reported.colour, phone.assess().colour);
  assert.equal(seen.length, 2);

  await pass(29);
  assert.equal(seen.length, 2);
  await pass(1);
  assert.equal(seen.length, 3);
  const expires = ({ expires }) => Date.parse(expires);
  assert.ok(expires(seen[2]) > expires(reported) && expires(reported) > clock.at, "before the last one expires");

  // Another phone of the same person, as on another page.
  const other = await openPhone(options(storage, { clock }));
  await other.addVisit(person.diary[0]);
  await until(() => seen.length > 3);
  assert.equal(phone.holder.diary().length, 1);
  assert.equal(seen.length, 4);

  clock.at -= 3_600_000;
  await pass(1);
  assert.equal(seen.length, 5, "a clock that is set back");
  clock.at += 3_600_000;

  stop();
  stop();
  await pass(90);
  assert.equal(seen.length, 5);

  // Closing ends whatever goes on.
  const told = [];
  phone.watch(({ result }) => told.push(result));
  await settled();
  await phone.forget();
  await settled();
  assert.deepEqual(told, ["shown", "unavailable"]);
  phone.close();
  await pass(60);
  assert.equal(told.length, 2);
  assert.throws(() => phone.watch(() => undefined), { code: "phone-closed" });
  for (const one of [phone, other]) one.close();
});

test("what an app's own function throws is logged, ends no process and stops nothing", async (t) => {
  const logged = [];
  t.mock.method(console, "error", (...told) => logged.push(told));
  const phone = await enrolled(healthcode, options(tracedStorage()));
  let seen = 0;
  phone.watch(() => {
    seen += 1;
    throw new Error("of the app");
  });
  phone.listen(async () => {
    throw new Error("of the app, later");
  });
  for (let turn = 0; seen === 0 && turn < 100; turn += 1) await new Promise((soon) => setTimeout(soon, 10));
  await phone.forget();
  for (let turn = 0; logged.length < 2 && turn < 100; turn += 1) await new Promise((soon) => setTimeout(soon, 10));
  const messages = logged.map(([, thrown]) => thrown.message);
  assert.ok(messages.includes("of the app") && messages.includes("of the app, later"), messages.join());
  phone.close();
  assert.throws(() => phone.listen(() => undefined), { code: "phone-closed" });
});

test("with a clock that is far behind, that is what is wrong, and not the rules", async () => {
  const clock = clockAt();
  const date = new Date(now).toUTCString();
  const { ask } = server();
  const network = {
    ask: async (request) => ({ ...(await ask(request)), header: (name) => (name === "date" ? date : undefined) }),
  };
  clock.at = now - 365 * 86_400_000;
  const phone = await healthcode.openPhone(options(tracedStorage(), { clock, network }));
  await phone.refresh();
  assert.throws(() => phone.questions({}), { code: "clock-off" });
  await assert.rejects(phone.report(person.reports[0].answers), { code: "clock-off" });
});

test("a code that cannot be made again is not left standing, whatever keeps the host from it", async (t) => {
  t.mock.timers.enable({ apis: ["setInterval"] });
  const clock = clockAt();
  let fails = false;
  const phone = await enrolled(
    healthcode,
    options(tracedStorage(), {
      clock: {
        now: () => {
          if (fails) throw new Error("no time");
          return clock.now();
        },
      },
    }),
  );
  const seen = [];
  phone.watch((shown) => seen.push(shown.problem?.code ?? shown.result));
  await settled();
  fails = true;
  t.mock.timers.tick(1_000);
  await settled();
  fails = false;
  t.mock.timers.tick(1_000);
  await settled();
  assert.deepEqual(seen, ["shown", "misuse-argument", "shown"]);
  phone.close();
});

test("a host that does not come back with a signature leaves no code standing that has expired", async (t) => {
  t.mock.timers.enable({ apis: ["setInterval"] });
  const clock = clockAt();
  const phone = await enrolled(healthcode, options(tracedStorage(), { clock }));
  const { show } = phone;
  const seen = [];
  phone.watch((shown) => seen.push(shown.problem?.code ?? shown.result));
  await settled();
  phone.show = () => new Promise(() => undefined);
  for (let second = 0; second < 70; second += 1) {
    clock.at += 1_000;
    t.mock.timers.tick(1_000);
  }
  await settled();
  assert.deepEqual(seen, ["shown", "code-expired"]);
  phone.show = show;
  phone.close();
});

test("whatever is thrown with a code is a HealthcodeError, of the engine, the package or an app's own adaptor", async () => {
  await healthcode.init();
  for (const entry of ["healthcode", "healthcode/alipay", "healthcode/anywhere", "healthcode/wechat"]) {
    const { HealthcodeError, Qr, problemOf } = required(entry);
    const thrown = [];
    for (const act of [() => new healthcode.Qr(""), () => healthcode.challengeOf(5), () => new Qr("")]) {
      try {
        act();
      } catch (error) {
        thrown.push(error);
      }
    }
    const own = new HealthcodeError({ code: "network-unreachable", message: "no way there" });
    const adaptor = Object.assign(new Error("offline"), { code: "of-an-adaptor" });
    for (const one of [...thrown, own, adaptor]) assert.ok(one instanceof HealthcodeError, `${entry}: ${one}`);
    assert.equal(thrown.length, 3);
    assert.ok(own instanceof Error);
    assert.deepEqual(problemOf(own), { code: "network-unreachable", message: "no way there" });
    assert.match(own.stack, /watching\.test/);
    const others = [new Error("none"), Object.assign(new Error("of Node"), { code: "ENOENT" }), { code: "a" }, null, 5];
    for (const other of others) assert.ok(!(other instanceof HealthcodeError), `${entry}: ${other}`);
  }
  const phone = await openPhone(options(tracedStorage()));
  const { faults } = (await phone.report({}).catch((thrown) => assert.ok(thrown instanceof HealthcodeError))) ?? {};
  assert.equal(faults, undefined, "there are no rules yet");
  phone.close();
});
