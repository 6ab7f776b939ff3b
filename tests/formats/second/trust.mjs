// Signed files, trust lists, and who has signed.

import { decode } from "./cbor.mjs";
import { expect, parse } from "./envelope.mjs";
import { isSignedBy, keyId, same } from "./keys.mjs";
import { need } from "./refused.mjs";
import { contains, isHeader } from "./structures.mjs";

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

export function openTrustList(bytes, roots, now, seen = 0) {
  need(roots.length > 0, "trust-no-roots");
  const envelope = expect(parse(bytes), "trust-list");
  const byRoot = envelope.signatures.flatMap((made) => {
    const root = roots.find((root) => same(keyId(root), made.id));
    return root ? [[root, made]] : [];
  });
  need(byRoot.length > 0, "file-unknown-key");
  need(
    byRoot.every(([root, { message, signature }]) => isSignedBy(root, message, signature)),
    "file-bad-signature",
  );
  const { header, content } = file(envelope);
  const list = content();
  holds(header, now);
  need(header.get(0) >= seen, "file-rollback");
  const keys = list.get(0).map((entry) => [keyId(entry.get(0)), entry]);
  return { header, keys, needed: list.get(1) };
}

export function signers(trust, { kind, signatures }, place, issued) {
  const counted = new Set();
  for (const { id, message, signature } of signatures) {
    const may = (entry) =>
      entry.get(2).includes(kind.number) &&
      entry.get(4) <= issued &&
      issued < entry.get(5) &&
      (!entry.has(3) || (place !== undefined && contains(entry.get(3), place)));
    const [, entry] = trust.keys.find(([own, entry]) => id && same(own, id) && may(entry)) ?? [];
    if (!entry) continue;
    need(isSignedBy(entry.get(0), message, signature), "file-bad-signature");
    counted.add(entry.get(1));
  }
  need(counted.size > 0, "file-unknown-key");
  const asked = trust.needed.filter((needed) => needed.get(0) === kind.number).map((needed) => needed.get(1));
  need(counted.size >= Math.max(1, ...asked), "file-too-few-signers");
  return counted.size;
}
