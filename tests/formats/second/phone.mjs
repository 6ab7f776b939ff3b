// What a phone does with a file. `phone` has roots, its enrolment key, the keys that it has asked for certificates with, and
// what it has taken.

import { createHash } from "node:crypto";
import { certificateHolds, openCertificate } from "./certificate.mjs";
import { parse } from "./envelope.mjs";
import { same } from "./keys.mjs";
import { openAnswer, openMailbox } from "./mailbox.mjs";
import { need } from "./refused.mjs";
import { contains, governs } from "./structures.mjs";
import { checkContent, emergency, file, holds, signers, verifyTrustList, vouching } from "./trust.mjs";

export const newPhone = (roots, key) => ({ roots, key, asked: [], seen: [] });

// Versions are compared with those of the same kind, region and lane.
function line(name, header, body) {
  if (name !== "rule-pack") return { name, region: header.get(3) ?? 0, lane: false, from: -Infinity };
  const from = body.get(5) > header.get(1) ? body.get(5) : -Infinity;
  return { name, region: body.get(1), lane: emergency(body), purpose: body.get(21), from };
}

function look(phone, bytes, name, header, body) {
  const own = {
    ...line(name, header, body),
    version: header.get(0),
    digest: createHash("sha256").update(bytes).digest(),
  };
  const compared = phone.seen.filter(
    (seen) =>
      seen.name === name && seen.region === own.region && seen.lane === own.lane && seen.purpose === own.purpose,
  );
  return { own, compared };
}

function notOlder({ own, compared }, now) {
  const begun = (seen) => (seen.heard ? seen.heard === "begun" : seen.from <= now);
  const newer = (seen) =>
    seen.version === own.version ? !same(seen.digest, own.digest) : seen.version > own.version && begun(seen);
  need(!compared.some(newer), "file-rollback");
}

// What the newest manifest says of rule packs that were announced.
function hear({ seen, manifest, header }, now) {
  for (const pack of seen) {
    if (pack.from === -Infinity || !governs(header.get(3) ?? 0, pack.region)) continue;
    if (manifest.get(0).some((file) => same(file.get(5), pack.digest))) {
      if (pack.from <= Math.min(header.get(1), now)) pack.heard = "begun";
      else if (pack.heard === "withdrawn") delete pack.heard;
    } else if (pack.heard === "begun") {
      pack.from = -Infinity;
      delete pack.heard;
    } else pack.heard = "withdrawn";
  }
}

// Remembers a version, once.
function see(phone, seen) {
  const known = phone.seen.find(({ digest }) => same(digest, seen.digest));
  if (known) known.keys = seen.keys;
  else phone.seen.push(seen);
}

const region = (phone) => phone.certificate?.get(1) ?? phone.rules;
const isOurs = (phone, place) =>
  need(region(phone) === undefined || governs(place, region(phone)), "holder-file-elsewhere");

function isNamed(phone, bytes, name, header, body, { own }) {
  need(phone.manifest, "holder-no-manifest");
  const place = own.region === 0 ? undefined : own.region;
  const [number, id] = name === "rule-pack" ? [65001, body.get(0)] : [name === "risk-table" ? 65002 : 65003, ""];
  const expected = [number, place, id, header.get(0), bytes.length];
  const named = phone.manifest
    .get(0)
    .some(
      (file) =>
        same(file.get(5), own.digest) &&
        expected.every((part, at) => file.get(at) === part) &&
        file.get(7) === own.purpose,
    );
  need(named, "file-not-in-manifest");
}

export function load(phone, bytes, now) {
  const envelope = parse(bytes);
  const { name } = envelope.kind;
  need(!["code", "venue-code", "certificate-request"].includes(name), "holder-unwanted-file");
  if (name === "trust-list") {
    const trust = verifyTrustList(bytes, phone.roots);
    const looked = look(phone, bytes, name, trust.header, trust.list);
    notOlder(looked, now);
    phone.roots = trust.roots;
    see(phone, looked.own);
    // What only keys that are dropped now have vouched for is forgotten.
    phone.seen = phone.seen.filter(
      (seen) => seen.name === "trust-list" || vouching(trust, seen.number, seen.issued, seen.keys) >= seen.least,
    );
    holds(trust.header, now);
    phone.trust = trust;
    return;
  }
  need(phone.trust, "holder-no-trust-list");
  if (name === "certificate-answer") {
    const { certificate, mailbox, record } = openAnswer(bytes, phone.trust);
    load(phone, certificate, now);
    if (!same(phone.mailbox?.secret ?? Buffer.alloc(0), mailbox.secret)) phone.heard = undefined;
    phone.mailbox = mailbox;
    if (record) load(phone, record, now);
    return;
  }
  if (name === "mailbox") {
    phone.heard = openMailbox(bytes, phone, now);
    return;
  }
  if (name === "day-certificate") {
    const certificate = openCertificate(bytes, phone.trust);
    need(
      phone.asked.some((key) => same(key, certificate.get(0))),
      "certificate-not-yours",
    );
    certificateHolds(certificate, now);
    need(certificate.get(4) >= (phone.certificate?.get(4) ?? -Infinity), "certificate-older");
    if (region(phone) === undefined || !contains(region(phone), certificate.get(1))) isOurs(phone, certificate.get(1));
    phone.certificate = certificate;
    return;
  }
  holds(phone.trust.header, now);
  const { header, content } = file(envelope);
  const [issued, place] = [header.get(1), header.get(3)];
  signers(phone.trust, envelope, place, issued);
  need(issued <= now + 120, "file-not-yet-issued");
  const body = content();
  const positive = () => (body.get(4) ?? []).some((test) => test.get(2) === 1);
  const restricts =
    name === "record" && ((body.get(3) ?? 0) > 0 || body.get(1).some((status) => status.get(0) !== 5) || positive());
  const least =
    { "rule-pack": 2 + emergency(body), "risk-table": 2, "exposure-list": 2, record: 1 + restricts }[name] ?? 1;
  const keys = signers(phone.trust, envelope, place, issued, least);
  checkContent(name, header, body);
  const looked = look(phone, bytes, name, header, body);
  notOlder(looked, now);
  if (["rule-pack", "risk-table", "exposure-list"].includes(name)) isNamed(phone, bytes, name, header, body, looked);
  if (name === "rule-pack") {
    // What is for a purpose is taken by phones that keep rules for it; this one keeps those of everyday.
    need(!body.has(21), "holder-file-elsewhere");
    isOurs(phone, body.get(1));
  }
  if (name === "record") {
    need(same(body.get(0), phone.key), "holder-record-not-yours");
    isOurs(phone, place ?? 0);
  }
  see(phone, { ...looked.own, number: envelope.kind.number, issued, keys, least });
  if (name === "manifest") [phone.manifest, phone.header] = [body, header];
  if (phone.manifest) hear(phone, now);
  if (name === "rule-pack") phone.rules ??= body.get(1);
}
