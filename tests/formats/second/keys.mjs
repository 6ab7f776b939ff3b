// Ed25519 keys and their ids.

import { createHash, createPublicKey, verify as ed25519 } from "node:crypto";

const P = 2n ** 255n - 19n;
const power = (base, exponent) => {
  let result = 1n;
  for (; exponent > 0n; exponent >>= 1n, base = (base * base) % P) if (exponent & 1n) result = (result * base) % P;
  return result;
};
const D = (-121665n * power(121666n, P - 2n)) % P;
const little = (bytes) => bytes.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
const ORDER_8 = ["26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"];
ORDER_8.push("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a");
const SMALL = [0n, 1n, P - 1n, P, P + 1n, ...ORDER_8.map((hex) => little(Buffer.from(hex, "hex")))];
const ordinate = (point) => little(point) & (2n ** 255n - 1n);
const isSmall = (point) => SMALL.includes(ordinate(point));

// Whether 32 bytes are a point of the curve, and not one of small order.
export function isKey(bytes) {
  if (!(bytes instanceof Uint8Array) || bytes.length !== 32 || isSmall(bytes)) return false;
  const y2 = ordinate(bytes) ** 2n % P;
  const x2 = ((y2 - 1n) * power((((D * y2 + 1n) % P) + P) % P, P - 2n)) % P;
  return power((x2 + P) % P, (P - 1n) / 2n) <= 1n;
}

export const keyId = (key) => createHash("sha512").update(key).digest().subarray(0, 8);
export const same = (one, other) => Buffer.compare(one, other) === 0;

export function isSignedBy(key, message, signature) {
  const jwk = { kty: "OKP", crv: "Ed25519", x: Buffer.from(key).toString("base64url") };
  const R = signature.subarray(0, 32);
  return !isSmall(R) && ed25519(null, message, createPublicKey({ key: jwk, format: "jwk" }), signature);
}
