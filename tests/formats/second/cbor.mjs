// CBOR.

import { need, refuse } from "./refused.mjs";

// Exactly one item, in deterministic encoding, but for the order of keys if `ordered` is false. Maps become Map, tags {tag, item}.
export function decode(bytes, ordered = true) {
  let at = 0;
  const take = (length) => {
    need(length <= bytes.length - at, "cbor-truncated");
    at += Number(length);
    return bytes.subarray(at - Number(length), at);
  };
  const item = (depth) => {
    const [first] = take(1);
    const [major, info] = [first >> 5, first & 31];
    need(info < 28 || info === 31, "cbor-unsupported");
    need(info !== 31, "cbor-not-canonical");
    const wide = info < 24 ? [] : take(1 << (info - 24));
    const number = info < 24 ? BigInt(info) : wide.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
    need(major !== 7 || (info >= 20 && info <= 22), "cbor-unsupported");
    need(info < 24 || number >= [24n, 1n << 8n, 1n << 16n, 1n << 32n][info - 24], "cbor-not-canonical");
    const integer = major === 1 ? -1n - number : number;
    if (major < 2) return Number.isSafeInteger(Number(integer)) ? Number(integer) : integer;
    if (major === 2) return take(number);
    if (major === 3) return utf8(take(number));
    if (major === 7) return [false, true, null][info - 20];
    need(depth > 0, "cbor-too-deep");
    if (major === 6) return { tag: Number(number), item: item(depth - 1) };
    const items = [];
    const map = new Map();
    let before = Buffer.alloc(0);
    for (let count = 0n; count < number; count += 1n) {
      const start = at;
      const key = item(depth - 1);
      if (major === 5) {
        const written = bytes.subarray(start, at);
        const order = Buffer.compare(before, written);
        before = written;
        need(order !== 0, "cbor-duplicate-key");
        need(!ordered || order < 0, "cbor-key-order");
        map.set(key, item(depth - 1));
      } else {
        items.push(key);
      }
    }
    return major === 5 ? map : items;
  };
  const read = item(112);
  need(at === bytes.length, "cbor-trailing-bytes");
  return read;
}

function utf8(bytes) {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return refuse("cbor-not-utf8");
  }
}

// An array of texts and byte strings, which is all that is ever signed over.
export const encode = (parts) => Buffer.concat([Buffer.from([0x80 + parts.length]), ...parts.map(string)]);
function string(part) {
  const content = Buffer.from(part);
  const head =
    content.length < 24 ? [0] : content.length < 256 ? [24, 0] : content.length < 65536 ? [25, 0, 0] : [26, 0, 0, 0, 0];
  const bytes = Buffer.from(head);
  if (bytes.length > 1) bytes.writeUIntBE(content.length, 1, bytes.length - 1);
  bytes[0] = (typeof part === "string" ? 0x60 : 0x40) + (bytes.length > 1 ? bytes[0] : content.length);
  return Buffer.concat([bytes, content]);
}

// Whole numbers, byte strings, arrays, maps whose keys are in order, and tags.
export function write(value) {
  const head = (major, number) => {
    const big = BigInt(number);
    const width = big < 24n ? 0 : big < 256n ? 1 : big < 65536n ? 2 : big < 1n << 32n ? 4 : 8;
    const bytes = Buffer.alloc(1 + width);
    bytes[0] = (major << 5) | (width === 0 ? Number(big) : 23 + [1, 2, 4, 8].indexOf(width) + 1);
    for (let at = width, left = big; at > 0; at -= 1, left >>= 8n) bytes[at] = Number(left & 255n);
    return bytes;
  };
  if (typeof value === "number") return value < 0 ? head(1, -1 - value) : head(0, value);
  if (value instanceof Uint8Array) return Buffer.concat([head(2, value.length), value]);
  if (Array.isArray(value)) return Buffer.concat([head(4, value.length), ...value.map(write)]);
  if (value instanceof Map)
    return Buffer.concat([head(5, value.size), ...[...value].flatMap(([key, item]) => [write(key), write(item)])]);
  return Buffer.concat([head(6, value.tag), write(value.item)]);
}
