// A checkpoint's challenges: made, read, and held against a code.
import { drawn } from "../adaptors/given.js";
import type { Random } from "../adaptors/interfaces.js";
import { hasTexts, isAbsent, need, needText } from "../argument.js";
import type { KnownFile, Verdict } from "../engine/core/healthcode.js";
import { failure } from "../failure.js";

/**
 * What a checkpoint asks a phone to sign into its code, so that the code was made for it and now, and is no copy: random
 * bytes in a QR code, or four digits for those who cannot scan it. A phone answers one of the two.
 */
export interface Challenge {
  /** The text of the QR code: `JKC1:` and hexadecimal digits. */
  readonly text: string;
  /** The four digits. */
  readonly digits: string;
}

/** What a checkpoint concludes, and what only it can know. */
export type Judgement = Verdict & {
  /** When it first accepted this very code, if that was in the last two minutes; in milliseconds since 1970. */
  shownBefore?: number;
  /** Whether it has judged this very code in the last two minutes, whatever came of it: this is no other person. */
  again?: true;
  /** What the checkpoint asks codes to be for, where a genuine code is not known to be for that: its `purpose`. */
  wanted?: string;
  /** The rules that such a code was made by, if the checkpoint's manifests name them. */
  madeBy?: KnownFile;
};

const PREFIX = "JKC1:";
/** Bytes in a QR code: nobody makes codes for all of them ahead, and the symbol stays the smallest. */
const BYTES = 6;
const DIGITS = 4;
/** How often bytes are drawn for them: almost always once is enough. */
const TRIES = 10;

/** A new challenge. Throws `random-missing`. */
export async function newChallenge(random: Random): Promise<Challenge> {
  const bytes = await drawn(random, BYTES);
  const hex = Array.from(bytes, (byte) => `0${byte.toString(16)}`.slice(-2)).join("");
  let digits = "";
  for (let tries = 0; digits.length < DIGITS; tries += 1) {
    if (tries === TRIES) throw failure("random-missing", "the same random bytes come again and again");
    // Each digit is as likely as any other.
    for (const byte of await drawn(random, 2 * DIGITS)) if (byte < 250) digits += byte % 10;
  }
  return { text: PREFIX + hex.toUpperCase(), digits: digits.slice(0, DIGITS) };
}

/**
 * What a phone signs for a scanned or typed challenge: the bytes of the QR code, or the digits in ASCII. `undefined` for
 * any other text. Throws `misuse-argument` if it is no text.
 */
export function challengeOf(text: string): Uint8Array | undefined {
  needText(text, "text");
  const said = text.replace(/\s/g, "").replace(/[０-９]/g, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0));
  if (/^\d{4}$/.test(said)) return Uint8Array.from(said.split(""), (digit) => digit.charCodeAt(0));
  const hex = /^JKC1:((?:[0-9A-F]{2}){4,8})$/i.exec(said)?.[1];
  return hex === undefined ? undefined : Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

/** What a checkpoint may be given as the challenge that it asked. */
export type Asked = Challenge | Uint8Array | undefined;

/** Throws `misuse-argument` for anything but what `ask` gives, the bytes that are to be signed, or nothing. */
export function checkAsked(asked: Asked | null): void {
  if (isAbsent(asked) || ArrayBuffer.isView(asked)) return;
  need(hasTexts(asked, "text", "digits"), "challenge", "what `ask` gave, or bytes");
}

/** The verdict on a code that may answer either form of a challenge. Throws `misuse-argument` for what is none. */
export function judged(asked: Asked | null, verify: (bytes: Uint8Array | undefined) => Verdict): Verdict {
  checkAsked(asked);
  if (isAbsent(asked)) return verify(undefined);
  if (ArrayBuffer.isView(asked)) return verify(asked as Uint8Array);
  const verdict = verify(challengeOf(asked.text));
  if (verdict.verdict === "accepted" || verdict.code !== "code-challenge") return verdict;
  return verify(challengeOf(asked.digits));
}
