// Both stacks in one page, in turns. `bench()` gives the medians in µs by name.

import { ed25519 } from "@noble/curves/ed25519.js";
import encodeQR from "qr";
import initInside, { Inside, Key, Verifier } from "../../../target/bench-module/healthcode.js";
import * as healthcode from "./healthcode.js";
import * as javascript from "./javascript.js";
import { inputs, journey, phone } from "./journey.js";

/** For how long a way runs before it is timed, in ms. */
const WARM = 400;
/** How long one turn takes at least, in ms: far more than the clock's grain, and less than the system's own turns. */
const TURN = 1;

const median = (list) => list.sort((a, b) => a - b)[list.length >> 1];

/**
 * Of ways that take turns: the median in µs, and the median of how many times as long as the first way each took in the
 * same round, which what else the machine does disturbs least.
 */
function medians(ways, rounds = 201) {
  const turns = Object.entries(ways).map(([name, work]) => {
    const start = performance.now();
    let runs = 0;
    do {
      work();
      runs += 1;
    } while (performance.now() - start < WARM);
    // What it took on average is more than what it takes now: it has got warm.
    const times = Math.ceil(TURN / ((performance.now() - start) / runs));
    return { name, work, times, found: [] };
  });
  for (let round = 0; round < rounds; round += 1) {
    for (const { work, times, found } of turns) {
      const start = performance.now();
      for (let time = 0; time < times; time += 1) work();
      found.push(((performance.now() - start) / times) * 1000);
    }
  }
  const first = [...turns[0].found];
  const of = ({ name, found }) => [
    name,
    { times: median(found.map((time, round) => time / first[round])), us: median(found) },
  ];
  return Object.fromEntries(turns.map(of));
}

/** The median in µs of the browser's own verification, which not every browser or mini-program has. */
async function webCrypto(publicKey, message, signature) {
  const key = await crypto.subtle.importKey("raw", publicKey, "Ed25519", false, ["verify"]).catch(() => undefined);
  const found = [];
  for (let round = 0; key && round < 401; round += 1) {
    const start = performance.now();
    if (!(await crypto.subtle.verify("Ed25519", key, signature, message)))
      throw new Error("a good signature is refused");
    found.push((performance.now() - start) * 1000);
  }
  return median(found);
}

function same(what, one, other) {
  const [a, b] = [one, other].map((value) => JSON.stringify(value));
  if (a !== b) throw new Error(`${what}: ${a} with healthcode, ${b} with JavaScript`);
}

const outline = ({ colour, scores: { space, time, personal }, reasons }) => ({
  colour,
  scores: [space, time, personal],
  reasons: reasons.map(({ rule }) => rule).sort(),
});

/** What is timed must be the same journey: both stacks must decide and sign alike. */
function compare(given) {
  const { now, root, trustList } = given;
  for (const person of given.people) {
    const [ours, theirs] = [healthcode, javascript].map((stack) => phone(stack, given, given.files, person));
    same(person.name, outline(ours.assess(now, person.here)), outline(theirs.assess(now, person.here)));
    const text = ours.show(now, person.here);
    same(person.name, text, theirs.show(now, person.here));
    const verdicts = [healthcode, javascript].map((stack) =>
      new stack.Checkpoint(root, trustList, now).verify(text, now),
    );
    same(person.name, ...verdicts.map(({ verdict, colour, name, digits }) => ({ verdict, colour, name, digits })));
    if (verdicts[0].verdict !== "accepted") throw new Error(`${person.name} is not accepted`);
  }
  const [ours, theirs] = [healthcode, javascript].map((stack) => phone(stack, given, given.busy.files, given.busy));
  same("busy", outline(ours.assess(now)), outline(theirs.assess(now)));
  same("busy", outline(ours.assess(now)), outline(given.busy.assessment));
}

export async function bench() {
  const given = await inputs();
  const { now, root, trustList, people } = given;
  await Promise.all([healthcode.ready(), initInside()]);
  compare(given);

  const stacks = { healthcode, javascript };
  const each = (make) => Object.entries(stacks).map(([name, stack]) => [name, make(stack)]);
  const busy = each((stack) => phone(stack, given, given.busy.files, given.busy));
  const inside = Inside.restore(root, busy[0][1].holder.save(), now);
  const assess = medians({
    ...Object.fromEntries(busy.map(([name, phone]) => [name, () => phone.assess(now)])),
    inside: () => inside.assess(now),
  });

  const [person] = people;
  const ordinary = each((stack) => [stack, phone(stack, given, given.files, person)]);
  const show = medians(
    Object.fromEntries(ordinary.map(([name, [stack, phone]]) => [name, () => stack.svg(phone.show(now, person.here))])),
  );

  const { text } = person;
  const characters = text.slice(0, 300);
  const qr = medians({
    healthcode: () => healthcode.modules(characters),
    qr: () => encodeQR(characters, "raw", { ecc: "medium", encoding: "alphanumeric" }),
    qrcode: () => javascript.modules(characters),
  });

  const verifier = new Verifier([root]);
  verifier.load(trustList, now);
  const message = new Uint8Array(256).fill(7);
  const publicKey = ed25519.getPublicKey(given.random);
  const signature = ed25519.sign(message, given.random);
  const key = new Key(Array.from(publicKey, (byte) => byte.toString(16).padStart(2, "0")).join(""));
  const good = (yes) => {
    if (!yes) throw new Error("a good signature is refused");
  };
  const checkpoints = each((stack) => new stack.Checkpoint(root, trustList, now));
  const verify = medians(
    Object.fromEntries(checkpoints.map(([name, checkpoint]) => [name, () => checkpoint.verify(text, now)])),
  );
  const signatures = medians({
    bare: () => good(key.verifies(message, signature)),
    text: () => verifier.verify(text, now),
    noble: () => good(ed25519.verify(signature, message, publicKey, { zip215: false })),
  });
  const own = await webCrypto(publicKey, message, signature);

  const whole = medians(Object.fromEntries(each((stack) => () => journey(stack, given))), 51);
  return { assess, show, qr, verify, signatures, own, whole };
}

globalThis.bench = bench;
