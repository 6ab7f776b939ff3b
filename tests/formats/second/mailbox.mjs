// Answers with what opens a mailbox, and mailboxes.

import { createDecipheriv, hkdfSync } from "node:crypto";
import { decode } from "./cbor.mjs";
import { isGrounded, openCertificate } from "./certificate.mjs";
import { expect, parse } from "./envelope.mjs";
import { need } from "./refused.mjs";
import { contains, isNotice } from "./structures.mjs";
import { signers } from "./trust.mjs";

const ENTRY = 64;

/** The certificate in an answer, and what opens the mailbox; whoever may certify signs both. */
export function openAnswer(bytes, trust) {
  const envelope = expect(parse(bytes), "certificate-answer");
  const answer = decode(envelope.payload);
  need(envelope.kind.has(answer), "certificate-malformed");
  const certificate = openCertificate(answer.get(0), trust);
  signers(trust, envelope, certificate.get(1), certificate.get(4));
  return {
    certificate: answer.get(0),
    record: answer.get(3),
    mailbox: { secret: answer.get(1).get(0), bits: answer.get(1).get(1) },
  };
}

const derive = (secret, info, length) =>
  Buffer.from(hkdfSync("sha256", secret, "healthcode mailbox", Buffer.concat(info), length));

export function numberOf({ secret, bits }) {
  const first = derive(secret, [Buffer.from("number")], 4).readUInt32BE();
  return bits === 0 ? 0 : first >>> (32 - bits);
}

// What is sealed in an entry; undefined if it is nothing that this key has sealed.
function opened(entry, key) {
  try {
    const cipher = createDecipheriv("chacha20-poly1305", key, Buffer.alloc(12), { authTagLength: 16 });
    cipher.setAuthTag(entry.subarray(48));
    const plain = Buffer.concat([cipher.update(entry.subarray(8, 48)), cipher.final()]);
    const end = 1 + plain[0];
    return plain.subarray(end).every((byte) => byte === 0) ? decode(plain.subarray(1, end)) : undefined;
  } catch {
    return undefined;
  }
}

function noticeOf(mailbox, { secret }) {
  const moment = Buffer.alloc(8);
  moment.writeBigInt64BE(BigInt(mailbox.get(0)));
  const both = derive(secret, [Buffer.from("entry"), moment, mailbox.get(4)], 40);
  const entries = mailbox.get(5);
  for (let at = 0; at < entries.length; at += ENTRY) {
    const entry = entries.subarray(at, at + ENTRY);
    if (!entry.subarray(0, 8).equals(both.subarray(0, 8))) continue;
    const notice = opened(entry, both.subarray(8));
    need(isNotice(notice) && isGrounded(notice.get(0), notice.get(2)), "mailbox-entry");
    return notice;
  }
  return undefined;
}

/** A mailbox that a phone is given at a moment. */
export function openMailbox(bytes, phone, now) {
  need(phone.mailbox, "mailbox-not-yours");
  const envelope = expect(parse(bytes), "mailbox");
  const mailbox = decode(envelope.payload);
  need(envelope.kind.has(mailbox), "mailbox-malformed");
  signers(phone.trust, envelope, mailbox.get(1), mailbox.get(0));
  const own = mailbox.get(2) === phone.mailbox.bits && mailbox.get(3) === numberOf(phone.mailbox);
  need(own, "mailbox-not-yours");
  const notice = noticeOf(mailbox, phone.mailbox);
  need(contains(mailbox.get(1), phone.certificate.get(1)), "mailbox-not-yours");
  need(mailbox.get(0) >= (phone.heard?.issued ?? -Infinity), "mailbox-older");
  need(mailbox.get(0) <= now + 120, "mailbox-not-yet-written");
  need(now - mailbox.get(0) <= 3600, "mailbox-old");
  return { issued: mailbox.get(0), notice };
}
