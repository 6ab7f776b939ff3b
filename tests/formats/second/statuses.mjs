// Lists of withdrawn certificates.

import { inflateSync } from "node:zlib";
import { decode, encode } from "./cbor.mjs";
import { isSignedBy, same } from "./keys.mjs";
import { need, Refused, refuse } from "./refused.mjs";
import { isBytes, isInt, isMap, isMoment } from "./structures.mjs";

const DAY = 86400;
const LARGEST = 4194304;
const dayOf = (moment) => new Date(moment * 1000).toISOString().slice(0, 10);
const has = (map, keys) => map instanceof Map && String([...map.keys()]) === String(keys);

// What a list says, and who is said to say it; nothing if it does not have the structure.
function parse(bytes) {
  try {
    const { tag, item } = decode(bytes) ?? {};
    if (tag !== 18 || !Array.isArray(item) || item.length !== 4) return undefined;
    const [outer, unprotected, payload, signature] = item;
    if (!isMap({})(unprotected) || !isBytes(64)(signature)) return undefined;
    const headers = decode(outer);
    const claims = decode(payload, false);
    if (!isMap({ 1: isInt(-8, -8), 4: isBytes(8), 16: (type) => type === "application/statuslist+cwt" })(headers))
      return undefined;
    if (!has(claims, [2, 4, 6, 65533, 65534])) return undefined;
    const [subject, expires, issued, statuses, after] = [...claims.values()];
    if (!isMoment(expires) || !isMoment(issued) || issued > expires || !isInt(0, 4294967295)(after)) return undefined;
    if (!has(statuses, ["bits", "lst"])) return undefined;
    const [bits, compressed] = [...statuses.values()];
    if (![1, 2, 4, 8].includes(bits) || !isBytes(0, Infinity)(compressed)) return undefined;
    const key = headers.get(4);
    const [, day] = /^status\/[0-9a-f]{16}\/(\d{4}-\d\d-\d\d)$/.exec(subject) ?? [];
    const named = day !== undefined && !Number.isNaN(Date.parse(day)) && dayOf(Date.parse(day) / 1000) === day;
    if (!named || subject !== `status/${key.toString("hex")}/${day}`) return undefined;
    const message = encode(["Signature1", outer, Buffer.alloc(0), payload]);
    return { key, day, issued, expires, bits, compressed, message, signature };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return undefined;
  }
}

function inflate(compressed) {
  try {
    return inflateSync(compressed, { maxOutputLength: LARGEST });
  } catch (error) {
    return refuse(error.code === "ERR_BUFFER_TOO_LARGE" ? "status-too-large" : "status-malformed");
  }
}

export function openStatuses(bytes, trust, now) {
  need(bytes.length <= 524288, "status-too-large");
  const list = parse(bytes) ?? refuse("status-malformed");
  const may = (entry) => entry.get(2).includes(65007) && entry.get(4) <= list.issued && list.issued < entry.get(5);
  const claimed = trust.keys.filter(([own, entry]) => same(own, list.key) && may(entry));
  need(claimed.length > 0, "file-unknown-key");
  need(
    claimed.some(([, entry]) => isSignedBy(entry.get(0), list.message, list.signature)),
    "file-bad-signature",
  );
  need(list.issued <= now + 120, "file-not-yet-issued");
  const array = inflate(list.compressed);
  const each = 8 / list.bits;
  const status = (number) =>
    (array[Math.floor(number / each)] >> ((number % each) * list.bits)) & ((1 << list.bits) - 1);
  const numbers = array.length * each;
  let withdrawn = 0;
  for (let number = 0; number < numbers; number += 1) if (status(number) !== 0) withdrawn += 1;
  need(withdrawn <= 262144, "status-too-large");
  const expires = Math.min(list.expires, list.issued + DAY);
  return { ...list, expires, status: (number) => (number < numbers ? status(number) : undefined) };
}

// The list that says whether a certificate stands, and what it says; nothing if there is none.
export function standing(certificate, signer, lists) {
  const day = dayOf(certificate.get(4));
  const own = lists.filter(({ key }) => same(key, signer)).sort((one, other) => other.issued - one.issued);
  const list = own.find((one) => one.day === day);
  if (list !== undefined) {
    const status = list.status(certificate.get(7));
    return status === undefined ? undefined : { isWithdrawn: status !== 0, expires: list.expires };
  }
  const before = own[0] !== undefined && own[0].issued < Date.parse(day) / 1000 ? own[0] : undefined;
  return before && { isWithdrawn: false, expires: before.expires };
}
