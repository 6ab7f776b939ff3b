// What an issuer signs: rules, risk data, the list of its keys, certificates.
import { randomBytes } from "node:crypto";
import { isRecord, need, wrong } from "../argument.js";
import * as core from "../engine/issuer/healthcode.js";

/** A moment: milliseconds since 1970 (`Date.now()`), or RFC 3339 text such as `2026-11-30T08:00:00+08:00`. */
export type Moment = number | string;

/** A secret key: 32 bytes. Keep it where nobody else reads it; `publicKey` gives its public half. */
export type SecretKey = Uint8Array;

/** When a signed file holds, and where. */
export interface FileHeader {
  /** Grows whenever its bytes change: phones refuse a lower one than they have seen. */
  readonly version: number;
  /** When it was signed. */
  readonly issued: Moment;
  /** When it expires. */
  readonly expires: Moment;
  /** The place that it is about, `3301`; everywhere, if it is absent. */
  readonly place?: string;
}

/** What a key may sign (docs/formats.md). */
export type SignedKind =
  | "manifest"
  | "rule-pack"
  | "risk-table"
  | "exposure-list"
  | "venue-code"
  | "record"
  | "day-certificate";

/** A key of the trust list. */
export interface TrustedKey {
  /** Its public half, in 64 hexadecimal digits. */
  readonly key: string;
  /** Who has it, in small letters: two keys of one signer count once. */
  readonly signer: string;
  /** What it may sign. */
  readonly kinds: readonly SignedKind[];
  /** Where it may sign; everywhere, if it is absent. */
  readonly place?: string | undefined;
  /** It may sign what is issued from here on, and before `until`. */
  readonly from: Moment;
  /** It may sign nothing that is issued then or later. */
  readonly until: Moment;
}

/** Who may sign what, and who signs the next list. */
export interface TrustList {
  /** The keys. */
  readonly keys: readonly TrustedKey[];
  /** Where a kind needs more signers than it does anyway. */
  readonly needed?: readonly { readonly kind: SignedKind; readonly signers: number }[];
  /** Who signs this list and the next: public keys, and how many of them must. */
  readonly roots: { readonly keys: readonly string[]; readonly signers: number };
  /** What phones ask of the public log: the log and then its witnesses, how many of them must have cosigned, and who signs above a cap. */
  readonly log?: { readonly keys: readonly LogKey[]; readonly needed: number; readonly further?: readonly LogKey[] };
}

/** A key of a public log, a witness or an officer, by its name. */
export interface LogKey {
  /** The name. */
  readonly name: string;
  /** The public key. */
  readonly key: string;
}

/** How risky a place is for some time. */
export interface RiskRow {
  /** The place and all that lies in it, `330106`. */
  readonly place: string;
  /** A part of it that has no code. */
  readonly compound?: string;
  /** The level. */
  readonly level: "low" | "medium" | "high";
  /** When that begins. */
  readonly from: Moment;
  /** When that ends; still so, if it is absent. */
  readonly to?: Moment;
}

/** What rules say of themselves. */
export interface RulesOf {
  /** Their name. */
  readonly id: string;
  /** Their version, which grows with each change. */
  readonly version: number;
  /** The region that they are for, `3301`. */
  readonly region: string;
  /** What they are for, `hospital`; absent for the everyday code of the region. */
  readonly purpose?: string;
  /** Their title, in both languages. */
  readonly title: { readonly "zh-Hans": string; readonly en: string };
  /** From when on they are in force. */
  readonly validFrom: string;
  /** Until when they are in force. */
  readonly validUntil: string;
}

/** Who asks for a certificate, and for what: the two keys have signed it. */
export interface CertificateRequest {
  /** The key to be certified, in hexadecimal digits: a new one for each certificate. */
  readonly key: string;
  /** The phone's enrolment key, by which an issuer knows it again. */
  readonly enrolment: string;
  /** For which region, `3301`. */
  readonly place: string;
  /** The masked name: nobody has checked it. */
  readonly name: string;
  /** The last characters of the document's number: nobody has checked them. */
  readonly digits: string;
  /** When it was made. */
  readonly at: string;
}

/** What the issuer says of a person: their code is this colour or worse, and why. */
export interface Floor {
  /** The colour. */
  readonly colour: "yellow" | "red" | "grey";
  /** 1 to 18 of a-z, 0-9 and -, as in the rules' grounds: `close-contact`. */
  readonly ground: string;
}

/** How a certificate is made. */
export interface Certifying {
  /** The issuer's clock, in milliseconds since 1970. */
  readonly now: number;
  /** For how many hours it holds, 48 at most. */
  readonly hours: number;
  /** The key that signs it. */
  readonly key: SecretKey;
  /** What the issuer says of the person, if anything. */
  readonly floor?: Floor | undefined;
}

/** A new secret key, of Node's secure random source. */
export const newKey = (): SecretKey => Uint8Array.from(randomBytes(32));

/** The public half of a secret key, in 64 hexadecimal digits. Throws `key-malformed` or `key-not-random`. */
export const publicKey = (key: SecretKey): string => core.publicKey(key);

/**
 * How a certificate shows somebody, of the name and the number in their document: what a request has once their phone has masked
 * the same. Throws `certificate-name` or `certificate-number`.
 */
export const maskIdentity = (name: string, number: string): { name: string; digits: string } =>
  core.maskIdentity(name, number);

/** Milliseconds since 1970. */
export function millis(moment: Moment, argument: string): number {
  const found = typeof moment === "string" ? Date.parse(moment) : moment;
  if (typeof found !== "number" || !Number.isFinite(found))
    throw wrong(argument, "a number of milliseconds, or text such as 2026-11-30T08:00:00+08:00");
  return found;
}

/** A moment as the core reads it: to the second. */
const written = (moment: Moment, argument: string) => {
  const at = millis(moment, argument);
  if (Math.abs(at) > 8.64e15) throw wrong(argument, "a moment");
  return new Date(at).toISOString().replace(/\.\d+Z$/, "Z");
};

/** Throws `misuse-argument` for anything but a list of objects: in JavaScript anything may be passed. */
function needRecords(given: unknown, argument: string): void {
  need(Array.isArray(given) && given.every(isRecord), argument, "a list of objects");
}

/** What is passed, as the core reads it. Throws `misuse-argument` for what JSON has no form for. */
function json(given: unknown, argument: string): string {
  try {
    return JSON.stringify(given);
  } catch {
    throw wrong(argument, "of texts, numbers, lists and objects");
  }
}

/** A header as the core reads it. */
export function headerOf(header: FileHeader): string {
  need(isRecord(header), "header", "an object");
  const { issued, expires, ...rest } = header;
  const times = { issued: written(issued, "header.issued"), expires: written(expires, "header.expires") };
  return json({ ...rest, ...times }, "header");
}

/**
 * A trust list that the roots have signed. Throws `misuse-argument` for what it does not know, or the code for which phones would
 * refuse what is in it; whether those are the roots that apps pin, and enough of them, `publish` says.
 */
export function signTrustList(header: FileHeader, list: TrustList, roots: readonly SecretKey[]): Uint8Array {
  need(isRecord(list), "list", "an object");
  needRecords(list.keys, "list.keys");
  const keys = list.keys.map(({ from, until, ...key }, index) => ({
    ...key,
    from: written(from, `list.keys[${index}].from`),
    until: written(until, `list.keys[${index}].until`),
  }));
  return core.signTrustList(headerOf(header), json({ ...list, keys }, "list"), roots as SecretKey[]);
}

/** What rules in TOML (docs/rules.md) say of themselves. Throws the code of the first fault in them. */
export const rulesOf = (toml: string): RulesOf => JSON.parse(core.rulesOf(toml)) as RulesOf;

/**
 * A rule pack of such rules, by two keys of different signers; it holds as long as the rules say. Throws the code of the first
 * fault in them; whether those keys may sign it, and are enough, `publish` says.
 */
export const signRules = (toml: string, issued: Moment, keys: readonly SecretKey[]): Uint8Array =>
  core.signRules(toml, millis(issued, "issued"), keys as SecretKey[]);

/**
 * A risk table, by two keys of different signers. Throws the code for which phones would refuse what is in it; whether those keys
 * may sign it, and are enough, `publish` says.
 */
export function signRiskTable(header: FileHeader, rows: readonly RiskRow[], keys: readonly SecretKey[]): Uint8Array {
  needRecords(rows, "rows");
  const all = rows.map(({ from, to, ...row }, index) => ({
    ...row,
    from: written(from, `rows[${index}].from`),
    ...(to === undefined ? {} : { to: written(to, `rows[${index}].to`) }),
  }));
  return core.signRiskTable(headerOf(header), json(all, "rows"), keys as SecretKey[]);
}

/**
 * Who asks for a certificate, and for what. Throws the code for which a request is refused: `certificate-request-signature`,
 * `certificate-request-age`, …
 */
export const openRequest = (request: Uint8Array, now: number): CertificateRequest =>
  JSON.parse(core.openRequest(request, now)) as CertificateRequest;

/** The day certificate that a request asks for. Throws as `openRequest`, or `certificate-ground` for a floor without its ground. */
export function signCertificate(request: Uint8Array, by: Certifying): Uint8Array {
  need(isRecord(by), "by", "an object");
  const { now, hours, key, floor } = by;
  need(floor === undefined || isRecord(floor), "floor", "an object");
  return core.signCertificate(request, now, hours, key, floor && json(floor, "floor"));
}
