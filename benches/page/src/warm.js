// Both stacks in one page, in turns. `bench()` gives the medians in µs by name.

import { ed25519 } from "@noble/curves/ed25519.js";
import encodeQR from "qr";
import initInside, { Checkpoint, Inside, Key } from "../../../target/bench-module/healthcode.js";
import * as healthcode from "./healthcode.js";
import * as javascript from "./javascript.js";
import { enrolled, firstDay, inputs, open, phone, start } from "./journey.js";

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
  const [a, b] = [one, other].map((value) => JSON.stringify(value instanceof Uint8Array ? [...value] : value));
  if (a !== b) throw new Error(`${what}: ${a} with healthcode, ${b} with JavaScript`);
}

const outline = ({ colour, scores: { space, time, personal }, reasons }) => ({
  colour,
  scores: [space, time, personal],
  reasons: reasons.map(({ rule }) => rule).sort(),
});

/** What is timed must be the same journey: both stacks must decide and sign alike. */
function compare(given) {
  const { now, busy } = given;
  const stacks = [healthcode, javascript];
  const requests = stacks.map((stack) => enrolled(stack, given, given.files).request(given));
  same("request", ...requests);
  same("request", requests[0], given.request);
  for (const person of given.people) {
    const [ours, theirs] = stacks.map((stack) => phone(stack, given, person));
    same(person.name, outline(ours.assess(now, person.here)), outline(theirs.assess(now, person.here)));
    const text = ours.show(now, person.here);
    same(person.name, text, theirs.show(now, person.here));
    const verdicts = stacks.map((stack) => new stack.Checkpoint(given).verify(text, now));
    same(person.name, ...verdicts.map(({ verdict, colour, name, digits }) => ({ verdict, colour, name, digits })));
    if (verdicts[0].verdict !== "accepted") throw new Error(`${person.name} is not accepted`);
  }
  for (const stack of stacks) {
    const full = phone(stack, given, busy);
    same("busy", outline(full.assess(now)), outline(busy.assessment));
    same("busy, restored", stack.Phone.restore(given, full.save()).show(now), full.show(now));
  }
}

export async function bench() {
  const given = await inputs();
  const { now, roots, trustList, people } = given;
  await Promise.all([healthcode.ready(), initInside()]);
  compare(given);

  const stacks = { healthcode, javascript };
  const each = (make) => Object.entries(stacks).map(([name, stack]) => [name, make(stack)]);
  const ways = (made, work) => Object.fromEntries(made.map(([name, one]) => [name, () => work(one)]));
  const busy = each((stack) => phone(stack, given, given.busy));
  const inside = Inside.restore(roots.keys, roots.signers, busy[0][1].save(), now);
  const assess = medians({ ...ways(busy, (phone) => phone.assess(now)), inside: () => inside.assess(now) });

  const [person] = people;
  const ordinary = each((stack) => [stack, phone(stack, given, person)]);
  const show = medians(ways(ordinary, ([stack, phone]) => stack.svg(phone.show(now, person.here))));

  const text = ordinary[0][1][1].show(now, person.here);
  const characters = text.slice(0, 300);
  const qr = medians({
    healthcode: () => healthcode.modules(characters),
    qr: () => encodeQR(characters, "raw", { ecc: "medium", encoding: "alphanumeric" }),
    qrcode: () => javascript.modules(characters),
  });

  const checkpoint = new Checkpoint(roots);
  checkpoint.load(trustList, now);
  const message = new Uint8Array(256).fill(7);
  const publicKey = ed25519.getPublicKey(given.random);
  const signature = ed25519.sign(message, given.random);
  const key = new Key(Array.from(publicKey, (byte) => byte.toString(16).padStart(2, "0")).join(""));
  const good = (yes) => {
    if (!yes) throw new Error("a good signature is refused");
  };
  const gates = each((stack) => new stack.Checkpoint(given));
  const verify = medians(ways(gates, (gate) => gate.verify(text, now)));
  const signatures = medians({
    bare: () => good(key.verifies(message, signature)),
    text: () => checkpoint.verify(text, now),
    noble: () => good(ed25519.verify(signature, message, publicKey, { zip215: false })),
  });
  const own = await webCrypto(publicKey, message, signature);

  const saved = each((stack) => [stack, enrolled(stack, given, given.busy.files).save()]);
  const opened = medians(
    ways(saved, ([stack, bytes]) => open(stack, given, bytes)),
    101,
  );
  const full = busy.map(([name, phone]) => [name, [stacks[name], phone.save()]]);
  const started = medians(
    ways(full, ([stack, bytes]) => start(stack, given, bytes)),
    101,
  );
  const first = medians(
    ways(Object.entries(stacks), (stack) => firstDay(stack, given)),
    51,
  );
  return { assess, show, qr, verify, signatures, own, opened, started, first };
}

globalThis.bench = bench;
