// What a checkpoint does with a scanned text.

import { decode } from "./cbor.mjs";
import { certificateHolds, ends, openCertificate } from "./certificate.mjs";
import { parse } from "./envelope.mjs";
import { isSignedBy, same } from "./keys.mjs";
import { need, Refused, refusal } from "./refused.mjs";
import { standing } from "./statuses.mjs";
import { holds } from "./trust.mjs";

const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

/** What follows the prefix, without what scanners, keyboards and copying add; `undefined` if it does not begin as a code. */
function body(scanned) {
  if (Buffer.byteLength(scanned) > 2520) return undefined;
  let text = scanned
    .trim()
    .replace(/^\]Q[0-9]/i, "")
    .trim()
    .replace(/^\\[0-9]{6}/, "")
    .trim();
  if (/^JK1%3A/i.test(text)) {
    if (!/^(?:[^%]|%[0-7][0-9A-F])*$/i.test(text)) return undefined;
    text = decodeURIComponent(text.replaceAll("+", " ")).trim();
  }
  if (!/^JK1:/i.test(text)) return undefined;
  return text
    .slice(4)
    .replace(/[\r\n\t]/g, "")
    .replaceAll("\u00a0", " ")
    .replace(/[a-z]/g, (letter) => letter.toUpperCase());
}

function fromText(scanned) {
  const text = body(scanned);
  const long = Buffer.byteLength(text === undefined ? scanned : `JK1:${text}`) > 840;
  need(!long, "text-too-long");
  need(text !== undefined, "text-not-a-health-code");
  return fromBase45(text, "text-damaged");
}

export function fromBase45(text, code) {
  const bytes = [];
  for (let at = 0; at < text.length; at += 3) {
    const digits = [...text.slice(at, at + 3)].map((character) => ALPHABET.indexOf(character));
    const number = digits.reduceRight((sum, digit) => sum * 45 + digit, 0);
    const fits = digits.length === 3 ? number < 65536 : digits.length === 2 && number < 256;
    need(!digits.includes(-1) && fits, code);
    bytes.push(...(digits.length === 3 ? [number >> 8, number & 255] : [number]));
  }
  return Buffer.from(bytes);
}

export function verify(text, trust, now, challenge, clockOff = false, lists = undefined) {
  let stage = "trust";
  // By a clock that is known to be wrong nothing is refused for a time.
  let late = false;
  const inTime = (check) => {
    if (!clockOff) check();
    else late ||= refusal(check) !== undefined;
  };
  try {
    holds(trust.header, now);
    stage = "text";
    const bytes = fromText(text);
    stage = "envelope";
    const envelope = parse(bytes);
    need(envelope.kind.name === "code", "code-wrong-kind");
    const code = decode(envelope.payload);
    const [{ id, message, signature }] = envelope.signatures;
    need(envelope.kind.has(code) && !id, "code-malformed");
    const [colour, issued, ttl] = [0, 1, 2].map((field) => code.get(field));
    stage = "certificate";
    const certificate = openCertificate(code.get(5), trust);
    inTime(() => certificateHolds(certificate, now));
    stage = "signature";
    need(isSignedBy(certificate.get(0), message, signature), "code-bad-signature");
    stage = "time";
    need(ttl <= 60, "code-long-lived");
    inTime(() => {
      need(issued <= now + 30, "code-from-future");
      need(now < issued + ttl + 30, "code-expired");
      need(certificate.get(4) <= issued + 120 && issued < ends(certificate), "code-outside-certificate");
    });
    stage = "content";
    need(colour >= certificate.get(2), "code-better-than-floor");
    need(!challenge || (code.has(6) && same(code.get(6), challenge)), "code-challenge");
    // Without lists it does not ask.
    if (lists !== undefined && certificate.has(7)) {
      const list = standing(certificate, certificate.signer, lists);
      stage = list === undefined ? "trust" : "certificate";
      need(list !== undefined, "code-no-status");
      need(!list.isWithdrawn, "code-withdrawn");
      stage = "trust";
      need(clockOff || now < list.expires, "code-old-status");
    }
    stage = "content";
    need(colour !== 2, "code-grey");
    stage = "time";
    need(!late, "code-clock-off");
    return { verdict: "accepted", colour: ["green", "yellow", "grey", "red"][colour] };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    const code = error.message;
    const undecided = stage === "trust" || ["code-from-future", "code-grey", "code-clock-off"].includes(code);
    return { verdict: undecided ? "undecided" : "refused", stage, code };
  }
}
