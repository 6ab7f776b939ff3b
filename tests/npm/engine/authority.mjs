// The authority of the vectors, as tests/authority/mod.rs makes it: keys by name, and what they sign, by RFC 9052. The
// certificates that a server gives for requests, and trust lists and manifests that a test makes as it needs them.
import {
  createCipheriv,
  createHash,
  createPrivateKey,
  createPublicKey,
  hkdfSync,
  randomBytes,
  sign,
} from "node:crypto";
import { decode } from "../../formats/second/cbor.mjs";

const KINDS = {
  "trust-list": 65_000,
  "rule-pack": 65_001,
  "risk-table": 65_002,
  record: 65_006,
  "day-certificate": 65_007,
  manifest: 65_010,
  mailbox: 65_014,
  "certificate-answer": 65_015,
};
const DAY = 86_400;

/** A head of CBOR (RFC 8949): major type and argument. */
function head(major, argument) {
  const first = major << 5;
  if (argument < 24) return Buffer.of(first | argument);
  if (argument < 0x100) return Buffer.of(first | 24, argument);
  const long = argument < 0x10000 ? 2 : argument < 0x100000000 ? 4 : 8;
  const bytes = Buffer.alloc(1 + long);
  bytes[0] = first | { 2: 25, 4: 26, 8: 27 }[long];
  if (long === 8) bytes.writeBigUInt64BE(BigInt(argument), 1);
  else bytes.writeUIntBE(argument, 1, long);
  return bytes;
}

/** A map with these values under 0, 1, 2 and so on; what is undefined is left out. */
class Fields {
  constructor(...values) {
    this.entries = [...values.entries()].filter(([, value]) => value !== undefined);
  }
}

/** A map of the headers of COSE, in their order. */
const headers = (given) => Object.assign(new Fields(), { entries: given });

function cbor(value) {
  if (typeof value === "number") return value < 0 ? head(1, -1 - value) : head(0, value);
  if (typeof value === "boolean") return Buffer.of(value ? 0xf5 : 0xf4);
  if (typeof value === "string") return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)]);
  if (value instanceof Uint8Array) return Buffer.concat([head(2, value.length), value]);
  if (Array.isArray(value)) return Buffer.concat([head(4, value.length), ...value.map(cbor)]);
  if (value instanceof Map) return cbor(headers([...value]));
  return Buffer.concat([head(5, value.entries.length), ...value.entries.flatMap((entry) => entry.map(cbor))]);
}

const tagged = (tag, value) => Buffer.concat([head(6, tag), cbor(value)]);

/** A key that has no other secret than its name. */
export function key(name) {
  const seed = createHash("sha512").update(`healthcode test key: ${name}`).digest().subarray(0, 32);
  const der = Buffer.concat([Buffer.from("302e020100300506032b657004220420", "hex"), seed]);
  const secret = createPrivateKey({ key: der, format: "der", type: "pkcs8" });
  const bytes = Buffer.from(createPublicKey(secret).export({ format: "jwk" }).x, "base64url");
  const id = createHash("sha512").update(bytes).digest().subarray(0, 8);
  return { secret, bytes, id, hex: bytes.toString("hex") };
}

/** Roots as an app pins them. */
export const roots = (names, signers = 1) => ({ keys: names.map((name) => key(name).hex), signers });

const seconds = (moment) => Math.floor(Date.parse(moment) / 1000);

/** A signed file of several signers. */
function signed(kind, { version, issued, expires, place }, body, names) {
  const header = new Fields(version, seconds(issued), seconds(expires), place);
  const payload = cbor(new Fields(header, body));
  const outer = cbor(headers([[3, KINDS[kind]]]));
  const signatures = names.map((name) => {
    const { secret, id } = key(name);
    const own = cbor(
      headers([
        [1, -8],
        [4, id],
      ]),
    );
    const signature = sign(null, cbor(["Signature", outer, own, Buffer.alloc(0), payload]), secret);
    return [own, new Fields(), signature];
  });
  return new Uint8Array(tagged(98, [outer, new Fields(), payload, signatures]));
}

/** Who may sign what: as in the vectors. */
const TRUSTED = [
  ["rules-1", "health commission", "rule-pack", 33],
  ["rules-2", "disease control", "rule-pack", 33],
  ["risk", "disease control", "risk-table"],
  ["risk-2", "health commission", "risk-table"],
  ["manifest", "publisher", "manifest"],
  ["certificate", "health commission", "day-certificate", 3301],
];

/**
 * A trust list. It names `roots` for the next one; `without` are keys that it leaves out, `by` the roots that sign it, `log` the name of
 * the public log that phones ask for proofs.
 */
export function trustList(version, { issued, expires, names = ["root"], signers = 1, by = names, without = [], log }) {
  const trusted = TRUSTED.filter(([name]) => !without.includes(name)).map(
    ([name, signer, kind, place]) =>
      new Fields(
        key(name).bytes,
        signer,
        [KINDS[kind]],
        place,
        seconds("2020-01-01T00:00:00Z"),
        seconds("2021-01-01T00:00:00Z"),
      ),
  );
  const next = new Fields(
    names.map((name) => key(name).bytes),
    signers,
  );
  const asked = log && new Fields([new Fields(log, key(log).bytes)], 0);
  return signed("trust-list", { version, issued, expires }, new Fields(trusted, [], next, asked), by);
}

/** A manifest that names these files, as `named` says them, for three days; for a place, if it is given. */
export function manifest(version, issued, files, place) {
  const expires = new Date(Date.parse(issued) + 3 * DAY * 1000).toISOString();
  const entries = files.map(
    ({ kind, place, id, version, length, digest, deltas, purpose }) =>
      new Fields(KINDS[kind], place && Number(place), id, version, length, Buffer.from(digest, "hex"), deltas, purpose),
  );
  return signed("manifest", { version, issued, expires, place }, new Fields(entries), ["manifest"]);
}

/** The same rules as these for a purpose of another name, and only with those of their rules that are named. */
export function rulesFor(pack, { version, issued, expires, id, purpose, rules }) {
  const [, body] = decode(decode(Buffer.from(pack)).item[2]).values();
  const changed = new Map(body);
  changed.set(0, id);
  changed.set(
    16,
    body.get(16).filter((rule) => rules.includes(rule.get(0))),
  );
  changed.set(21, purpose);
  return signed("rule-pack", { version, issued, expires, place: body.get(1) }, changed, ["rules-1", "rules-2"]);
}

/** A risk table of so many communities of one county, for two weeks. */
export function riskTable(version, { rows, issued }) {
  const community = (at) => 650_101_000_000 + (1 + Math.floor(at / 999)) * 1_000 + 1 + (at % 999);
  // Twelve digits, and then that all of them count.
  const keys = Array.from({ length: rows }, (_, at) => community(at) * 16 + 12);
  const deltas = keys.map((key, at) => key - (keys[at - 1] ?? 0));
  // Numbers in groups of seven bits; medium four times a byte.
  const numbers = (column) =>
    column.flatMap((number) => {
      const groups = [];
      for (; number > 127; number = Math.floor(number / 128)) groups.push((number % 128) + 128);
      return [...groups, number];
    });
  const levels = Buffer.alloc(Math.ceil(rows / 4), 0b10101010);
  if (rows % 4 > 0) levels[levels.length - 1] &= (1 << (2 * (rows % 4))) - 1;
  const none = Buffer.alloc(rows);
  const places = Buffer.from(numbers(deltas));
  const body = new Fields(seconds("2020-01-23T00:00:00Z"), DAY, rows, places, levels, none, none);
  const expires = new Date(Date.parse(issued) + 14 * DAY * 1000).toISOString();
  return signed("risk-table", { version, issued, expires }, body, ["risk", "risk-2"]);
}

/**
 * What leads from a risk table to one of that version, by its own word and with no good signature: it adds one row, whose
 * second makes seconds the unit of all others, which take several times as many bytes.
 */
export function swelling(table, version, issued) {
  const header = new Fields(version, seconds(issued), seconds(issued) + 14 * DAY);
  const place = Buffer.from([0x82, 0x80, 0x80, 0x80, 0x80, 0x80, 0x40]);
  const row = new Fields(seconds("0001-01-01T00:00:01Z"), DAY, 1, place, Buffer.of(3), Buffer.of(0), Buffer.of(0));
  const signatures = [new Fields(key("risk").id, Buffer.alloc(64))];
  const base = createHash("sha256").update(table).digest();
  return new Uint8Array(cbor(new Fields(base, header, signatures, Buffer.alloc(0), row)));
}

/** How a manifest names a file. */
export function named(bytes, { kind, version, place, id = "", purpose }) {
  return { kind, place, id, version, purpose, length: bytes.length, digest: sha256(bytes) };
}

export const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");

/** The two keys of a request for a certificate. */
export function requested(request) {
  const asked = decode(decode(Buffer.from(request)).item[2]);
  return { day: asked.get(0).toString("hex"), enrolment: asked.get(1).toString("hex") };
}

/**
 * A day certificate for what a request asks, from that moment on; for another identity, of another place, by another key, or with a
 * floor and its ground, if they are given.
 */
export function certificate(request, issued, { identity, at, by = "certificate", floor = 0, ground } = {}) {
  const asked = decode(decode(Buffer.from(request)).item[2]);
  const masked = identity ? new Fields(identity.name, identity.digits) : asked.get(3);
  const content = new Fields(asked.get(0), at ?? asked.get(2), floor, masked, Math.floor(issued / 1000), 24, ground);
  return sign1("day-certificate", content, by);
}

/** What one key signs alone. */
function sign1(kind, content, by) {
  const { secret, id } = key(by);
  const protectedHeaders = cbor(
    headers([
      [1, -8],
      [3, KINDS[kind]],
      [4, id],
    ]),
  );
  const payload = cbor(content);
  const signature = sign(null, cbor(["Signature1", protectedHeaders, Buffer.alloc(0), payload]), secret);
  return new Uint8Array(tagged(18, [protectedHeaders, new Fields(), payload, signature]));
}

/** What an issuer with mailboxes answers: the certificate, and the person's secret. */
export const answerWith = (certificate, secret, bits) =>
  sign1("certificate-answer", new Fields(certificate, new Fields(secret, bits)), "certificate");

/**
 * A mailbox as it is at a moment: `said` is a list of `{ secret, floor, until, ground }`, and what is left of `entries` is filled up
 * with random bytes.
 */
export function mailbox(issued, bits, number, said, { entries = 16, place = 3301, by = "certificate" } = {}) {
  const moment = Math.floor(issued / 1000);
  const salt = randomBytes(16);
  const eight = Buffer.alloc(8);
  eight.writeBigInt64BE(BigInt(moment));
  const sealed = said.map(({ secret, floor, until, ground }) => {
    const info = Buffer.concat([Buffer.from("entry"), eight, salt]);
    const both = Buffer.from(hkdfSync("sha256", secret, "healthcode mailbox", info, 40));
    const notice = cbor(new Fields(floor, Math.floor(until / 1000), ground));
    const plain = Buffer.alloc(40);
    plain[0] = notice.length;
    notice.copy(plain, 1);
    const cipher = createCipheriv("chacha20-poly1305", both.subarray(8), Buffer.alloc(12), { authTagLength: 16 });
    const body = Buffer.concat([cipher.update(plain), cipher.final()]);
    return Buffer.concat([both.subarray(0, 8), body, cipher.getAuthTag()]);
  });
  while (sealed.length < entries) sealed.push(randomBytes(64));
  sealed.sort(Buffer.compare);
  return sign1("mailbox", new Fields(moment, place, bits, number, salt, Buffer.concat(sealed)), by);
}
