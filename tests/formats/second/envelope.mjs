// COSE envelopes.

import { decode, encode } from "./cbor.mjs";
import { need } from "./refused.mjs";
import { isBytes, isInt, isMap, KINDS } from "./structures.mjs";

const EMPTY = Buffer.alloc(0);
function headers(bytes) {
  const map = decode(bytes);
  const has = isMap({}, { 1: (value) => Number.isInteger(value), 3: isInt(0, Infinity), 4: isBytes(8) });
  need(has(map), "envelope-shape");
  need(!map.has(3) || KINDS.has(map.get(3)), "envelope-unknown-kind");
  return { algorithm: map.get(1), kind: KINDS.get(map.get(3)), id: map.get(4) };
}

export function parse(bytes) {
  need(bytes.length <= 8388608, "envelope-too-large");
  const { tag, item } = decode(bytes) ?? {};
  const begins = (part, length) =>
    need(
      Array.isArray(part) && part.length === length && isBytes(0, Infinity)(part[0]) && isMap({})(part[1]),
      "envelope-shape",
    );
  need(tag === 18 || tag === 98, "envelope-shape");
  begins(item, 4);
  const [outer, , payload, last] = item;
  need(isBytes(0, Infinity)(payload), "envelope-shape");
  const { algorithm, kind, id } = headers(outer);
  need(kind && kind.tag === tag, "envelope-shape");
  if (tag === 18) {
    need(algorithm === -8, "envelope-algorithm");
    need(isBytes(64)(last), "envelope-shape");
    return {
      kind,
      payload,
      signatures: [{ id, signature: last, message: encode(["Signature1", outer, EMPTY, payload]) }],
    };
  }
  need(Array.isArray(last) && last.length > 0 && algorithm === undefined && id === undefined, "envelope-shape");
  need(last.length <= 8, "envelope-too-many-signatures");
  const signatures = last.map((part) => {
    begins(part, 3);
    const [own, , signature] = part;
    const { algorithm, kind, id } = headers(own);
    need(algorithm === -8, "envelope-algorithm");
    need(!kind && id && isBytes(64)(signature), "envelope-shape");
    return { id, signature, message: encode(["Signature", outer, own, EMPTY, payload]) };
  });
  return { kind, payload, signatures };
}

export const expect = (envelope, name) => {
  need(envelope.kind.name === name, "file-wrong-kind");
  return envelope;
};
