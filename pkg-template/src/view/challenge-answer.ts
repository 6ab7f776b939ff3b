// The challenge that a person's codes answer, for a while.
import { challengeOf } from "../phone/challenge.js";

/** For how long codes answer a challenge, in milliseconds: the person stands at the checkpoint. */
const ANSWERING = 120_000;

/** The challenge that a person's codes answer, for a while. */
export class Answer {
  /** The digits, if they were typed. */
  digits: string | undefined;
  private bytes: Uint8Array | undefined;
  private at = 0;

  /** Takes a scanned or typed challenge; returns whether it is one. */
  take(text: string, now: number): boolean {
    const bytes = challengeOf(text);
    if (bytes === undefined) return false;
    this.bytes = bytes;
    // The bytes of typed digits are the digits; those of a QR code begin with its prefix.
    this.digits = /^\s*JKC1:/i.test(text) ? undefined : String.fromCharCode(...bytes);
    this.at = now;
    return true;
  }

  /** What the code is to sign now, if anything. */
  given(now: number): Uint8Array | undefined {
    if (this.bytes !== undefined && Math.abs(now - this.at) >= ANSWERING) this.forget();
    return this.bytes;
  }

  forget(): void {
    this.bytes = this.digits = undefined;
  }
}
