// Venues' codes, seeds and tags, and what an exposure list says of a visit.

import { createHash } from "node:crypto";
import { fromBase45 } from "./checkpoint.mjs";
import { expect, parse } from "./envelope.mjs";
import { need } from "./refused.mjs";
import { checkContent, file, holds, signers } from "./trust.mjs";

// A scanned text, as a phone takes it at a moment.
export function openVenueCode(scanned, trust, now) {
  const text = scanned.trim();
  need(text.startsWith("HCV1:") && Buffer.byteLength(text) <= 5 + 512, "venue-not-a-venue");
  const bytes = fromBase45(text.slice(5), "venue-damaged");
  holds(trust.header, now);
  const envelope = expect(parse(bytes), "venue-code");
  const { header, content } = file(envelope);
  signers(trust, envelope, header.get(3), header.get(1));
  need(header.get(1) <= now + 120, "file-not-yet-issued");
  const code = content();
  checkContent("venue-code", header, code);
  need(now < header.get(2), "venue-code-expired");
  return code;
}

const eight = (number) => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(number));
  return bytes;
};
const first = (length, ...parts) => {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest().subarray(0, length);
};

/** The seed of a day: so many days since 1970. */
export const seedOf = (master, day) => first(16, "HCV1 seed", master, eight(day));

/** The tag of a quarter of an hour, by its number since 1970. */
export const tagOf = (seed, quarter) => first(8, "HCV1", seed, eight(quarter));

/** The level of each quarter of an hour of a visit that a list has. */
export function exposures(list, seed, arrive, leave) {
  const tags = list.get(0).toString("hex").match(/.{16}/g) ?? [];
  const [begin, end] = [arrive, Math.max(leave - 1, arrive)].map((second) => Math.floor(second / 900));
  const found = [];
  for (let quarter = begin; quarter <= Math.min(end, begin + 191); quarter += 1) {
    const at = tags.indexOf(tagOf(seed, quarter).toString("hex"));
    if (at >= 0) found.push([quarter, (list.get(1)[at >> 2] >> (2 * (at % 4))) & 3]);
  }
  return found;
}
