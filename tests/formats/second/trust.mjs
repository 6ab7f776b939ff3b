// Signed files, trust lists, and who has signed.

import { decode } from "./cbor.mjs";
import { expect, parse } from "./envelope.mjs";
import { isSignedBy, keyId, same } from "./keys.mjs";
import { need } from "./refused.mjs";
import { governs, isHeader, places } from "./structures.mjs";

export const holds = (header, now) => {
  need(header.get(2) > header.get(1), "file-never-valid");
  need(header.get(1) <= now + 120, "file-not-yet-issued");
  need(now < header.get(2), "file-expired");
};

// The header of a file, and its content once that is asked for.
export function file({ kind, payload }) {
  const parts = decode(payload);
  need(
    parts instanceof Map && parts.size === 2 && parts.has(0) && parts.has(1) && isHeader(parts.get(0)),
    "file-malformed",
  );
  const content = () => {
    need(kind.has(parts.get(1)), "file-malformed");
    return parts.get(1);
  };
  return { header: parts.get(0), content };
}

// Which of these roots have signed, and which are said to have.
function byRoots(roots, { signatures }) {
  const good = roots.keys.filter((root) =>
    signatures.some(({ id, message, signature }) => same(keyId(root), id) && isSignedBy(root, message, signature)),
  );
  const claimed = signatures.filter(({ id }) => roots.keys.some((root) => same(keyId(root), id)));
  return { enough: good.length >= roots.signers, good, claimed };
}

// What lies where, and for how long each kind may hold.
const DAY = 86400;
export const emergency = (body) => body.get(2) === 1;
const LIVES = {
  "trust-list": () => 400 * DAY,
  manifest: () => 3 * DAY,
  "rule-pack": (pack) => (emergency(pack) ? 8 : 400) * DAY,
  "risk-table": () => 31 * DAY,
  "exposure-list": () => 31 * DAY,
  "venue-code": () => DAY,
  record: () => 31 * DAY,
};
const PLACES = {
  "trust-list": (list) => list.get(0).map((entry) => entry.get(3) ?? 0),
  manifest: (manifest) =>
    manifest
      .get(0)
      .filter((named) => named.get(0) !== 65000)
      .map((named) => named.get(1) ?? 0),
  "rule-pack": (pack) => [pack.get(1)],
  "risk-table": places,
  "exposure-list": () => [],
  "venue-code": (code) => [code.get(0)],
  record: () => [],
};
export function checkContent(name, header, body) {
  const [issued, expires, place] = [header.get(1), header.get(2), header.get(3) ?? 0];
  need(expires > issued, "file-never-valid");
  need(expires - issued <= LIVES[name](body), "file-long-lived");
  need(
    PLACES[name](body).every((inside) => governs(place, inside)),
    "file-out-of-place",
  );
}

// A trust list that is signed by enough roots, whatever the time.
export function verifyTrustList(bytes, roots) {
  const distinct = new Set(roots.keys.map((key) => key.toString("hex"))).size === roots.keys.length;
  need(roots.keys.length > 0 && distinct && roots.signers > 0 && roots.signers <= roots.keys.length, "trust-no-roots");
  const envelope = expect(parse(bytes), "trust-list");
  const known = byRoots(roots, envelope);
  need(known.enough || known.good.length > 0 || known.claimed.length === 0, "file-bad-signature");
  need(known.enough, "trust-other-roots");
  const { header, content } = file(envelope);
  const list = content();
  checkContent("trust-list", header, list);
  const own = { keys: list.get(2).get(0), signers: list.get(2).get(1) };
  need(byRoots(own, envelope).enough, "trust-own-roots");
  const keys = list.get(0).map((entry) => [keyId(entry.get(0)), entry]);
  return { header, keys, needed: list.get(1), roots: own, list };
}

export function openTrustList(bytes, roots, now) {
  const trust = verifyTrustList(bytes, roots);
  holds(trust.header, now);
  return trust;
}

// With fewer different signers than `least`, or than the list asks for, an envelope is refused; else these are the keys
// that count.
export function signers(trust, { kind, signatures }, place, issued, least = 1) {
  // Whoever may certify signs what comes with certificates and after them.
  const number = [65014, 65015].includes(kind.number) ? 65007 : kind.number;
  const counted = new Map();
  let bad = false;
  for (const { id, message, signature } of signatures) {
    const may = (entry) =>
      entry.get(2).includes(number) &&
      entry.get(4) <= issued &&
      issued < entry.get(5) &&
      (!entry.has(3) || (place !== undefined && governs(entry.get(3), place)));
    const claims = trust.keys.filter(([own, entry]) => id && same(own, id) && may(entry));
    const made = claims.find(([, entry]) => isSignedBy(entry.get(0), message, signature));
    if (made) counted.set(made[1].get(1), made[0]);
    else bad ||= claims.length > 0;
  }
  const asked = trust.needed.filter((needed) => needed.get(0) === number).map((needed) => needed.get(1));
  const enough = counted.size >= Math.max(least, ...asked);
  need(enough || !bad, "file-bad-signature");
  need(counted.size > 0, "file-unknown-key");
  need(enough, "file-too-few-signers");
  return [...counted.values()];
}

// How many different signers the list still has for keys that signed something of this kind then.
export function vouching(trust, number, issued, keys) {
  const may = trust.keys.filter(
    ([own, entry]) =>
      keys.some((key) => same(key, own)) &&
      entry.get(2).includes(number) &&
      entry.get(4) <= issued &&
      issued < entry.get(5),
  );
  return new Set(may.map(([, entry]) => entry.get(1))).size;
}
