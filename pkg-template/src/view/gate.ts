// What a checkpoint does with what it scans: one verdict at a time.
import type { Problem } from "../engine/core/healthcode.js";
import type { Challenge, Judgement } from "../phone/challenge.js";
import { problemOf } from "../texts/problem.js";
import { isOpen } from "./desk.js";
import type { Checkpoint } from "./phone.js";
import { Wedge } from "./typing-scanner.js";
import { READING, VERDICT } from "./verdict.js";

/** After this many milliseconds out of sight, the same code counts as shown again. */
const GONE = 1_500;

const TWO: Problem = { code: "scan-two-codes", message: "two health codes are in view" };
const CLOSED: Problem = { code: "checkpoint-no-trust-list", message: "there is no trust list in force" };

/** A verdict, and when it was given, by the device's own clock. */
export interface Given {
  verdict: Judgement;
  at: number;
  /** Whether the code was in a picture, which is no phone. */
  picture: boolean;
  /** Whether somebody reads its details. */
  read: boolean;
}

/** For how much longer a verdict is shown, in milliseconds. */
export const leftOf = ({ at, read }: Given): number => (read ? READING : VERDICT) - Math.abs(Date.now() - at);

/** What a gate needs from the page or the component around it. */
export interface Around {
  checkpoint(): Checkpoint | undefined;
  /** Whether codes must answer a challenge. */
  asks(): boolean;
  /** Draws again. */
  update(): void;
  /** Draws a verdict that was given. */
  judged(verdict: Judgement): void;
}

/**
 * What a checkpoint does with what it scans, however it comes: by camera, by a scanner that types, or pasted. One
 * verdict stands at a time; the next code replaces it. Nothing of a code is kept.
 */
export class Gate {
  given: Given | undefined;
  /** Why the last scan failed. */
  failed: Problem | undefined;
  private readonly around: Around;
  private readonly wedge: Wedge;
  /** What the next person's code is to answer. */
  private next: Challenge | undefined;
  private drawing = false;
  /** Why it could not be drawn; that is said until it is. */
  private undrawn: Problem | undefined;
  /** The codes that are being held up, and when the camera last saw them: each gets one verdict. */
  private readonly held = new Map<string, number>();
  /** When the camera last saw two codes. */
  private two = Number.NEGATIVE_INFINITY;

  constructor(around: Around) {
    this.around = around;
    this.wedge = new Wedge((text) => around.checkpoint()?.codeIn(text) !== undefined);
  }

  /** What the next person's code is to answer, if that is asked. */
  get challenge(): Challenge | undefined {
    return this.around.asks() ? this.next : undefined;
  }

  /** Why there is no verdict, or why there is none on what is in view. */
  get problem(): Problem | undefined {
    if (Math.abs(Date.now() - this.two) < GONE) return TWO;
    return this.failed ?? (this.around.asks() ? this.undrawn : undefined);
  }

  /** Whether codes can be judged: nobody gets an unasked code through while the next challenge is drawn. */
  get able(): boolean {
    return isOpen(this.around.checkpoint()) && (!this.around.asks() || this.next !== undefined);
  }

  /** Judges a scanned text, in place of the verdict that stands. */
  judge(scanned: string, picture = false): void {
    const checkpoint = this.around.checkpoint();
    this.forget();
    if (checkpoint === undefined || !this.able) {
      if (!isOpen(checkpoint)) this.failed = CLOSED;
      this.around.update();
      void this.renew();
      return;
    }
    const verdict = checkpoint.verify(scanned, this.challenge);
    this.given = { verdict, at: Date.now(), picture, read: false };
    // Everyone gets a new one.
    this.next = undefined;
    void this.renew();
    this.around.judged(verdict);
  }

  /** Takes the texts of all symbols in a picture of the camera. What does not begin as a code is none of its business. */
  look(texts: string[]): void {
    const now = Date.now();
    const checkpoint = this.around.checkpoint();
    const found = texts.map((text) => checkpoint?.codeIn(text)).filter((code) => code !== undefined);
    const codes = [...new Set(found)];
    for (const [code, at] of this.held) if (Math.abs(now - at) > GONE) this.held.delete(code);
    const known = codes.filter((code) => this.held.has(code));
    for (const code of known) this.held.set(code, now);
    if (codes.length > 1) {
      this.two = now;
      this.around.update();
      return;
    }
    const [code] = codes;
    if (code === undefined || known.length > 0 || !this.able) return;
    this.two = Number.NEGATIVE_INFINITY;
    this.held.set(code, now);
    this.judge(code);
  }

  /** The camera was closed: a code that is held up again later is another scan. */
  lookAway(): void {
    this.held.clear();
    this.two = Number.NEGATIVE_INFINITY;
  }

  /**
   * Takes a key that was pressed anywhere on the page (`KeyboardEvent.key`, and its `timeStamp`). Returns whether it was part of
   * a scan and is to have no other effect; what is typed into a field stays there until the scan ends.
   */
  key(key: string, inField: boolean, at: number): boolean {
    const { scan, begun } = this.wedge.take(key, at);
    if (scan !== undefined) this.judge(scan);
    return scan !== undefined || (begun && !inField);
  }

  /** Judges what a scanner has typed into a field: a code that ends in a line break or a tab. Returns whether it was one. */
  typed(text: string): boolean {
    if (!/[\r\n\t]$/.test(text) || this.around.checkpoint()?.codeIn(text) === undefined) return false;
    this.judge(text);
    return true;
  }

  /** Whether codes are to answer a challenge has changed. */
  asked(): void {
    this.failed = this.undrawn = undefined;
    this.next = undefined;
    void this.renew();
  }

  /** Draws the next challenge, if one is asked for and there is none. */
  async renew(): Promise<void> {
    if (!this.around.asks() || this.next !== undefined || this.drawing) return;
    this.drawing = true;
    try {
      this.next = await this.around.checkpoint()?.ask();
      this.undrawn = undefined;
    } catch (thrown) {
      this.undrawn = problemOf(thrown);
    }
    this.drawing = false;
    this.around.update();
  }

  /** Called each second: forgets a verdict that has stood for long enough, and draws a challenge that is missing. */
  tick(): void {
    this.around.checkpoint()?.tidy();
    void this.renew();
    if (this.given !== undefined && leftOf(this.given) <= 0) this.forget();
  }

  /** Its details are being read, or no longer: its time begins anew. */
  read(read: boolean): void {
    if (this.given !== undefined) this.given = { ...this.given, read, at: Date.now() };
  }

  /** Forgets the verdict, and why a scan failed. */
  forget(): void {
    this.given = undefined;
    this.failed = undefined;
  }
}
