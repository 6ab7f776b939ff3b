// Day certificates, and requests for them.

import { decode } from "./cbor.mjs";
import { expect, parse } from "./envelope.mjs";
import { isSignedBy, keyId, same } from "./keys.mjs";
import { need } from "./refused.mjs";
import { signers } from "./trust.mjs";

// Fillers are letters in Unicode, and nobody sees them.
const UNSEEN = String.raw`[\p{Default_Ignorable_Code_Point}\u{fff0}-\u{fffb}\u{2800}\u{1d159}]`;
const MARK = String.raw`(?!${UNSEEN})[\p{M}\u{1161}-\u{11ff}\u{d7b0}-\u{d7fb}]`;
const LETTER = String.raw`(?!${UNSEEN}|${MARK})\p{Alphabetic}(?:${MARK})*`;
const HIDDEN = new RegExp(String.raw`^\*{1,3}(?![A-Za-z])${LETTER}$`, "u");
const INITIALS = new RegExp(String.raw`^${LETTER}\*( ${LETTER}\*){0,2}$`, "u");
const isMasked = (identity) =>
  Buffer.byteLength(identity.get(0)) <= 12 &&
  (HIDDEN.test(identity.get(0)) || INITIALS.test(identity.get(0))) &&
  letters(identity.get(0)).every((letter) => Buffer.byteLength(letter) <= 9) &&
  /^[0-9A-Z]{4}$/.test(identity.get(1));

// The letters of a text, each with its marks.
const letters = (text) => text.match(new RegExp(LETTER, "gu")) ?? [];

// As many marks as there is room for.
function cut(letter) {
  const signs = [...letter];
  while (Buffer.byteLength(signs.join("")) > 9) signs.pop();
  return signs.join("");
}

// What of a name and a number leaves the phone.
export function mask(name, number) {
  const white = /^\p{White_Space}+|\p{White_Space}+$/gu;
  const seen = (text) => text.normalize("NFKC").replace(white, "").replace(new RegExp(UNSEEN, "gu"), "");
  need(
    /^[A-Za-z '(),\-./\u{a0}-\u{2027}\u{202a}-\u{10ffff}]*$/u.test(name.normalize("NFKC").replace(white, "")),
    "certificate-name",
  );
  const own = seen(name)
    .replace(/[(（][^)）]*[)）]?/gu, " ")
    .replace(/[)）]/gu, "");
  need(letters(own).length > 0, "certificate-name");
  const written = seen(number)
    .replace(/[ \-/()（）]/gu, "")
    .toUpperCase();
  need(/^(?=.*[0-9])[0-9A-Z]{4,}$/.test(written), "certificate-number");
  return { name: /[A-Za-z]/.test(own) ? initials(own) : last(letters(own)), digits: written.slice(-4) };
}

function initials(name) {
  const words = name.split(/\p{White_Space}+/u).filter((word) => letters(word).length > 0);
  let masked = "";
  for (const word of words.slice(0, 3)) {
    const longer = `${masked}${masked && " "}${cut(letters(word)[0])}*`;
    if (Buffer.byteLength(longer) > 12) break;
    masked = longer;
  }
  return masked;
}

const last = (all) => `${"*".repeat(Math.min(Math.max(all.length, 2), 4) - 1)}${cut(all.at(-1))}`;

// A floor other than green has a ground, and green has none.
export const isGrounded = (floor, ground) =>
  floor === 0 ? ground === undefined : ground !== undefined && /^[a-z0-9-]{1,18}$/.test(ground);

export function openCertificate(bytes, trust) {
  const envelope = expect(parse(bytes), "day-certificate");
  const certificate = decode(envelope.payload);
  need(envelope.kind.has(certificate), "certificate-malformed");
  [certificate.signer] = signers(trust, envelope, certificate.get(1), certificate.get(4));
  need(certificate.get(5) <= 48, "certificate-long-lived");
  need(isMasked(certificate.get(3)), "certificate-not-masked");
  need(isGrounded(certificate.get(2), certificate.get(6)), "certificate-ground");
  return certificate;
}

export const ends = (certificate) => certificate.get(4) + certificate.get(5) * 3600;
export const certificateHolds = (certificate, now) => {
  need(certificate.get(4) <= now + 120, "certificate-not-yet-valid");
  need(now < ends(certificate), "certificate-expired");
};

export function openRequest(bytes, now) {
  const envelope = expect(parse(bytes), "certificate-request");
  const request = decode(envelope.payload);
  need(envelope.kind.has(request), "certificate-malformed");
  const keys = [request.get(1), request.get(0)];
  const made = envelope.signatures;
  const byBoth =
    !same(...keys) &&
    made.length === 2 &&
    keys.every((key, at) => same(keyId(key), made[at].id) && isSignedBy(key, made[at].message, made[at].signature));
  need(byBoth, "certificate-request-signature");
  need(now - request.get(4) <= 300 && request.get(4) <= now + 120, "certificate-request-age");
  need(isMasked(request.get(3)), "certificate-not-masked");
}
