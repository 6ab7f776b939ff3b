// Keeps a code up to date for an app that draws it itself.
import type { ShowResult } from "../engine/core/healthcode.js";
import { problemOf } from "../texts/problem.js";
import { tell } from "./told.js";

// Not every host has them, and they are in no library of types that all have in common.
declare const setInterval: ((act: () => void, every: number) => unknown) | undefined;
declare const clearInterval: (timer: unknown) => void;

/** A code is valid for a minute; it is replaced after half of it, in milliseconds. */
const RENEWAL = 30_000;
/** How often to look whether it is time, in milliseconds: hosts let pages sleep, and clocks are set. */
const LOOK = 1_000;
const EXPIRED: ShowResult = {
  result: "unavailable",
  problem: { code: "code-expired", message: "the code has expired, and the host has not signed another yet" },
};

/** The part of a phone that is watched. */
interface Watched {
  now(): number;
  show(here?: string): Promise<ShowResult>;
}

/** A code that somebody sees: made anew in time, and after each change of what the phone knows. */
export class Watching {
  private readonly phone: Watched;
  private readonly see: (shown: ShowResult) => void;
  private readonly here: string | undefined;
  private readonly timer: unknown;
  /** When the last code was begun, by the phone's clock. */
  private made = Number.NaN;
  /** When the code that is seen expires. */
  private expires = Number.POSITIVE_INFINITY;
  /** Whether a code is wanted that is not begun yet. */
  private wanted = false;
  private making = false;
  private over = false;

  constructor(phone: Watched, see: (shown: ShowResult) => void, here: string | undefined) {
    this.phone = phone;
    this.see = see;
    this.here = here;
    if (typeof setInterval === "function") this.timer = setInterval(() => this.look(), LOOK);
    this.renew();
  }

  /** Makes a new code, after the one that is being made. */
  renew(): void {
    this.wanted = true;
    if (!this.making) void this.make();
  }

  stop(): void {
    this.over = true;
    if (this.timer !== undefined) clearInterval(this.timer);
  }

  private look(): void {
    const now = this.now();
    const age = now - this.made;
    if (!this.making && !(age >= 0 && age < RENEWAL)) this.renew();
    // A host that takes long to sign leaves no code standing that has expired.
    if (now >= this.expires) this.tell(EXPIRED);
  }

  private async make(): Promise<void> {
    this.making = true;
    while (this.wanted && !this.over) {
      this.wanted = false;
      this.made = this.now();
      // What is thrown is told, rather than leaving a code that is not renewed.
      const unavailable = (thrown: unknown): ShowResult => ({ result: "unavailable", problem: problemOf(thrown) });
      this.tell(await this.phone.show(this.here).catch(unavailable));
    }
    this.making = false;
  }

  private tell(shown: ShowResult): void {
    this.expires = shown.result === "shown" ? Date.parse(shown.code.expires) : Number.POSITIVE_INFINITY;
    tell((told) => (this.over ? undefined : this.see(told)), shown);
  }

  /** The phone's clock; an app's own may fail, and then the next look tries again. */
  private now(): number {
    try {
      return this.phone.now();
    } catch {
      return Number.NaN;
    }
  }
}
