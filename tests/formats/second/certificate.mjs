// Day certificates, and requests for them.

import { decode } from "./cbor.mjs";
import { expect, parse } from "./envelope.mjs";
import { isSignedBy } from "./keys.mjs";
import { need } from "./refused.mjs";
import { signers } from "./trust.mjs";

const isMasked = (identity) =>
  identity.get(0).includes("*") &&
  Buffer.byteLength(identity.get(0)) <= 12 &&
  !/\p{Cc}/u.test(identity.get(0)) &&
  /^[0-9A-Za-z]{0,4}$/.test(identity.get(1));

export function openCertificate(bytes, trust) {
  const envelope = expect(parse(bytes), "day-certificate");
  const certificate = decode(envelope.payload);
  need(envelope.kind.has(certificate), "certificate-malformed");
  signers(trust, envelope, certificate.get(1), certificate.get(4));
  need(certificate.get(5) <= 48, "certificate-long-lived");
  need(isMasked(certificate.get(3)), "certificate-not-masked");
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
  const [{ message, signature }] = envelope.signatures;
  need(isSignedBy(request.get(0), message, signature), "certificate-request-signature");
  need(now - request.get(3) <= 300 && request.get(3) <= now + 120, "certificate-request-age");
  need(isMasked(request.get(2)), "certificate-not-masked");
}
