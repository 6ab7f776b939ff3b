// How wrong the device's clock is, by the dates of a server's answers.
import { answered } from "../adaptors/given.js";
import type { Clock, Network, NetworkAnswer } from "../adaptors/interfaces.js";
import type { FileState, Problem } from "../engine/core/healthcode.js";

/** From this error on, people are warned, in milliseconds. */
const WARN = 20_000;
/** The error that a checkpoint with the right time forgives, in milliseconds: the core's `CODE_SKEW_SECONDS`. */
const FORGIVEN = 30_000;
/** Answers that say the same of the clock differ by less than this, in milliseconds. */
const AGREE = 10_000;
/** For this many milliseconds a good answer outweighs bad ones: out of a cache, an answer may look older than it is. */
const GOOD = 60_000;
/** An answer that took longer, in milliseconds, says nothing: the device slept, or its clock was set meanwhile. */
const SLOW = 60_000;
/** A clock that has moved this much against the counter was set, in milliseconds. */
const SET = 5_000;
const DAY = 86_400_000;

/**
 * What a phone or a checkpoint knows of the error of its own clock: from the `Date` of the answers that it gets anyway,
 * and from signed files that seem to come from the future. Nothing is asked for it, and nothing about it is stored.
 */
export class ClockCheck {
  private readonly clock: Clock;
  /** The error by the last answer, in milliseconds; positive if the clock is fast. */
  private last = 0;
  /** Whether two answers in a row agree: one alone may be a server's fault. */
  private sure = false;
  /** When the last good answer came. */
  private good = Number.NEGATIVE_INFINITY;
  /** What the counter was behind the clock by at the last answer. */
  private base: number | undefined;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** The same network; what it answers is listened to. */
  listening(network: Network): Network {
    return {
      ask: async (request) => {
        const sent = this.clock.now();
        const answer = answered(await network.ask(request));
        this.hear(answer, sent, this.clock.now());
        return answer;
      },
    };
  }

  /**
   * By how much the clock is wrong, in milliseconds; positive if it is fast. 0 if that is less than two seconds or not
   * known. `files` are those in use: they were not issued in the future.
   */
  error(files: readonly FileState[] = []): number {
    return this.known(files).error;
  }

  /** `clock-off` while a checkpoint would refuse a code for the clock, `clock-inexact` while that is near. */
  problem(files: readonly FileState[] = []): Problem | undefined {
    const { error, sure } = this.known(files);
    const message = `the clock is ${lengthOf(Math.abs(error))} ${error > 0 ? "fast" : "slow"}, by the server's answers`;
    if (sure && Math.abs(error) >= FORGIVEN) return { code: "clock-off", message };
    return Math.abs(error) >= WARN ? { code: "clock-inexact", message } : undefined;
  }

  private known(files: readonly FileState[]): { error: number; sure: boolean } {
    const now = this.clock.now();
    const newest = Math.max(...files.map(({ issued }) => (issued === undefined ? 0 : Date.parse(issued))), 0);
    // Signed: one is enough.
    if (newest - now >= WARN && now - newest < this.last) return { error: now - newest, sure: true };
    const moved = (this.offset() ?? 0) - (this.base ?? 0);
    // A counter may stand still while a device sleeps, so this alone never says that a clock is wrong.
    if (this.base === undefined || Math.abs(moved) < SET) return { error: this.last, sure: this.sure };
    const error = this.last + moved;
    return { error: Math.abs(error) < Math.abs(this.last) ? error : this.last, sure: false };
  }

  private hear({ header }: NetworkAnswer, sent: number, received: number): void {
    const served = servedAt(header?.("date"), header?.("age"));
    if (served === undefined || received < sent || received - sent > SLOW) return;
    // Answered at some time between the two, and within that second: the least error that explains it counts.
    const [most, least] = [received - served, sent - served - 2_000];
    const error = least > 0 ? least : Math.min(most, 0);
    const fine = Math.abs(error) < WARN;
    if (!fine && Math.abs(received - this.good) < GOOD) return;
    if (fine) this.good = received;
    const agrees = Math.abs(error - this.last) < AGREE;
    this.sure = fine || agrees;
    this.last = agrees && Math.abs(this.last) < Math.abs(error) && !fine ? this.last : error;
    this.base = this.offset();
  }

  private offset(): number | undefined {
    const steady = this.clock.steady?.();
    return steady === undefined ? undefined : this.clock.now() - steady;
  }
}

/** A time in milliseconds as a message has it. */
const lengthOf = (time: number): string =>
  time < 2 * DAY ? `${Math.round(time / 1_000)} s` : `${Math.round(time / DAY)} days`;

/** With files that a wrong clock makes expired, or from the future, the clock comes first: it is what can be put right. */
export function clockFirst(problems: Problem[], clock: Problem | undefined): Problem[] {
  const seems = problems.some(({ code }) => code === "file-expired" || code === "file-not-yet-issued");
  return seems && clock?.code === "clock-off" ? [clock, ...problems] : problems;
}

/** When an answer was sent, in milliseconds: a cache says how many seconds ago it got it (RFC 9111, section 5.1). */
function servedAt(date: string | undefined, age: string | undefined): number | undefined {
  // As HTTP writes it: Sun, 06 Nov 1994 08:49:37 GMT.
  if (!/^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/.test(date ?? "")) return undefined;
  const served = Date.parse(date ?? "") + (/^\d{1,8}$/.test(age ?? "") ? Number(age) * 1_000 : 0);
  return Number.isNaN(served) ? undefined : served;
}
