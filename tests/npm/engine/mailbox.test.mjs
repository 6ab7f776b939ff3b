// Mailboxes: a phone hears between its certificates what the issuer says of its person, and what it asks for tells nobody who that is.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { answerWith, certificate, mailbox } from "./authority.mjs";
import { all } from "./expected.mjs";
import { both } from "./installed.mjs";
import { clockAt, options, person, randomOf, server, tracedStorage } from "./phone.mjs";

const HOUR = 3_600_000;
const BITS = 4;
const [GREEN, RED] = [0, 3];
const healthcode = both("healthcode");
const { openPhone } = healthcode;
const { journey } = all;

/** An issuer with mailboxes: `said` has what it says of whom, by a person's secret. */
function issuer(clock, secret) {
  const network = server({ clock });
  const { ask } = network;
  const said = [];
  const state = { said, network, sent: [], secret, altered: (bytes) => bytes };
  network.ask = async (request) => {
    state.sent.push(request);
    const answer = await ask(request);
    if (request.url === "/certificates") {
      // A certificate says the same of the person as the mailboxes do.
      const { floor, ground } = said.find((one) => one.secret === secret) ?? {};
      return { ...answer, body: answerWith(certificate(request.body, clock.now(), { floor, ground }), secret, BITS) };
    }
    const [, number] = /^\/mailboxes\/4\/(\d+)$/.exec(request.url) ?? [];
    if (number === undefined) return answer;
    const body = state.altered(mailbox(state.at ?? clock.now(), BITS, Number(number), said));
    return { status: 200, body };
  };
  return state;
}

const secretOf = (name) => createHash("sha256").update(name).digest();

/** A phone in good health that has a certificate. */
async function phoneOf(name, clock) {
  const issuing = issuer(clock, secretOf(name));
  const storage = tracedStorage();
  const phone = await openPhone(options(storage, { network: issuing.network, clock, random: randomOf() }));
  await phone.enrol(journey.name, journey.number);
  await phone.report(person.reports[0].answers);
  return { phone, issuing, storage };
}

const floorOf = (phone) => {
  const { colour, reasons } = phone.assess();
  const floor = reasons.find(({ fact }) => fact.kind === "floor");
  return [colour, floor?.fact.ground];
};

const contact = (secret, clock) => ({ secret, floor: RED, until: clock.now() + 24 * HOUR, ground: "close-contact" });
const lifted = (secret, clock) => ({ secret, floor: GREEN, until: clock.now() + 24 * HOUR });

test("one phone hears of what was confirmed with its ground, another does not, and both ask for the same", async () => {
  const clock = clockAt();
  const [own, other] = [await phoneOf("own", clock), await phoneOf("other", clock)];
  for (const { phone } of [own, other]) assert.deepEqual(await phone.renew(true), []);
  const [before] = floorOf(own.phone);
  clock.at += 60_000;
  for (const { issuing } of [own, other]) {
    issuing.said.push(contact(own.issuing.secret, clock));
    issuing.sent.length = 0;
  }
  for (const { phone } of [own, other]) assert.deepEqual(await phone.renew(true), []);
  assert.deepEqual(floorOf(own.phone), ["red", "close-contact"]);
  assert.deepEqual(floorOf(other.phone), [before, undefined]);
  // What is sent has no body, and differs in the number of the mailbox at most.
  const shapes = [own, other].map(({ issuing }) =>
    issuing.sent.map((request) => [
      request.url.replace(/(mailboxes\/4\/)\d+$/, "$1N"),
      Object.keys(request).sort().join(),
      request.body,
    ]),
  );
  assert.deepEqual(shapes[0], shapes[1]);
  assert.deepEqual(
    shapes[0].map(([url]) => url),
    ["/manifest", "/mailboxes/4/N"],
  );
  // Code and page say the same, also after a restart without a network.
  const network = server({ offline: true });
  const again = await openPhone(options(own.storage, { network, clock }));
  assert.deepEqual(floorOf(again), ["red", "close-contact"]);
  assert.equal((await again.show()).code.colour, "red");
});

test("a withdrawal lifts it, and a certificate that says otherwise is renewed at once", async () => {
  const clock = clockAt();
  const { phone, issuing } = await phoneOf("own", clock);
  const [before] = floorOf(phone);
  clock.at += 60_000;
  issuing.said.push(contact(issuing.secret, clock));
  await phone.renew(true);
  assert.equal(floorOf(phone)[0], "red");
  clock.at += 60_000;
  issuing.said.splice(0, 1, lifted(issuing.secret, clock));
  issuing.sent.length = 0;
  assert.deepEqual(await phone.renew(true), []);
  assert.deepEqual(floorOf(phone), [before, undefined]);
  assert.ok(
    issuing.sent.every(({ url }) => url !== "/certificates"),
    "the certificate has said nothing of it",
  );
});

test("with a mailbox a certificate is asked for when it is due, and without one each hour", async () => {
  const clock = clockAt();
  const { phone, issuing, storage } = await phoneOf("own", clock);
  // As at its start: what was just fetched is not fetched again.
  phone.close();
  const asks = async (...anew) => {
    issuing.sent.length = 0;
    const opened = await openPhone(options(storage, { network: issuing.network, clock }));
    const problems = await opened.renew(...anew);
    opened.close();
    return [issuing.sent.filter(({ url }) => url === "/certificates").length, problems.map(({ code }) => code)];
  };
  clock.at += HOUR;
  assert.deepEqual(await asks(), [0, []]);
  assert.deepEqual(await asks(true), [1, []], "who presses a button may have been told that it is withdrawn");
  assert.deepEqual(await asks(true), [0, []], "and has a new one then");
  clock.at += HOUR;
  const { ask } = issuing.network;
  issuing.network.ask = async (request) =>
    request.url.startsWith("/mailboxes/") ? { status: 404, body: new Uint8Array() } : ask(request);
  assert.deepEqual(await asks(), [1, ["network-status"]], "who keeps mailboxes back gains nothing");
});

test("a mailbox that is kept back, old, altered or another's is said with its code, and red stays red", async () => {
  const clock = clockAt();
  const { phone, issuing } = await phoneOf("own", clock);
  clock.at += 60_000;
  issuing.said.push(contact(issuing.secret, clock));
  await phone.renew(true);
  const flaws = {
    "mailbox-older": () => (issuing.at = clock.at - 60_000),
    "mailbox-old": () => {
      issuing.at = clock.at + 60_000;
      clock.at += 2 * HOUR;
    },
    "file-bad-signature": () => {
      issuing.at = undefined;
      issuing.altered = (bytes) => bytes.with(bytes.length - 1, bytes.at(-1) ^ 1);
    },
    "network-not-signed": () => (issuing.altered = () => new TextEncoder().encode("<html>")),
    "envelope-too-large": () => (issuing.altered = (bytes) => new Uint8Array([...bytes, ...new Uint8Array(70_000)])),
  };
  for (const [code, flaw] of Object.entries(flaws)) {
    flaw();
    const problems = await phone.renew(true);
    assert.deepEqual(
      problems.map((problem) => problem.code),
      [code],
    );
    assert.deepEqual(floorOf(phone), ["red", "close-contact"], code);
  }
});

test("the secret is in what the phone stores and nowhere else", async () => {
  const clock = clockAt();
  const { phone, issuing, storage } = await phoneOf("own", clock);
  await phone.renew(true);
  const secret = issuing.secret;
  const forms = ["hex", "base64", "base64url", "latin1"].map((form) => secret.toString(form));
  const told = JSON.stringify([phone, phone.files?.(), issuing.sent.map(({ url }) => url), await phone.show()]);
  assert.ok(forms.every((form) => !told.includes(form)));
  assert.ok(storage.values.size > 0);
  await phone.forget();
  issuing.sent.length = 0;
  await phone.refresh();
  assert.ok(
    issuing.sent.every(({ url }) => !url.startsWith("/mailboxes/")),
    "nobody is left whose mailbox it is",
  );
});
