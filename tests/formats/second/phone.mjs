// What a phone does with a file. `phone` has roots, key, and what it has taken: trust, seen.

import { certificateHolds, openCertificate } from "./certificate.mjs";
import { parse } from "./envelope.mjs";
import { same } from "./keys.mjs";
import { need } from "./refused.mjs";
import { file, holds, openTrustList, signers } from "./trust.mjs";

export function load(phone, bytes, now) {
  const envelope = parse(bytes);
  const { name } = envelope.kind;
  need(name !== "code" && name !== "certificate-request", "holder-unwanted-file");
  if (name === "trust-list") {
    phone.trust = openTrustList(bytes, phone.roots, now, phone.seen.get(name));
    phone.seen.set(name, phone.trust.header.get(0));
    return;
  }
  need(phone.trust, "holder-no-trust-list");
  if (name === "day-certificate") {
    const certificate = openCertificate(bytes, phone.trust);
    need(same(certificate.get(0), phone.key), "certificate-not-yours");
    certificateHolds(certificate, now);
    return;
  }
  holds(phone.trust.header, now);
  const { header, content } = file(envelope);
  const [version, issued, expires, place] = [0, 1, 2, 3].map((field) => header.get(field));
  const counted = signers(phone.trust, envelope, place, issued);
  need(issued <= now + 120, "file-not-yet-issued");
  need(expires > issued, "file-never-valid");
  const body = content();
  if (name === "rule-pack") need(counted >= 2 + body.get(2), "file-too-few-signers");
  need(version >= (phone.seen.get(`${name} ${place}`) ?? 0), "file-rollback");
  if (name === "record") need(same(body.get(0), phone.key), "holder-record-not-yours");
  phone.seen.set(`${name} ${place}`, version);
}
