// From an old risk table and a delta to the bytes of a new one.

import { createHash } from "node:crypto";
import { decode, write } from "./cbor.mjs";
import { parse } from "./envelope.mjs";
import { need } from "./refused.mjs";
import { isSoundDelta } from "./structures.mjs";
import { columns, compare, numbers, rows } from "./table.mjs";

export function apply(bytes, old) {
  need(bytes.length <= 8388608, "envelope-too-large");
  let delta;
  try {
    delta = decode(bytes);
  } catch {
    need(false, "delta-malformed");
  }
  need(isSoundDelta(delta), "delta-malformed");
  need(old && createHash("sha256").update(old).digest().equals(delta.get(0)), "delta-other-base");
  const before = rows(decode(parse(old).payload).get(1));
  const dropped = new Set();
  let at = -1;
  for (const stay of numbers(delta.get(3))) {
    at += stay + 1;
    dropped.add(at);
  }
  need(at < before.length, "delta-other-base");
  const kept = before.filter((_, index) => !dropped.has(index));
  const table = columns([...kept, ...rows(delta.get(4))].sort(compare));
  const payload = write(
    new Map([
      [0, delta.get(1)],
      [1, table],
    ]),
  );
  const signature = (signed) => [
    write(
      new Map([
        [1, -8],
        [4, signed.get(0)],
      ]),
    ),
    new Map(),
    signed.get(1),
  ];
  const protectedHeaders = write(new Map([[3, 65002]]));
  return write({ tag: 98, item: [protectedHeaders, new Map(), payload, delta.get(2).map(signature)] });
}
