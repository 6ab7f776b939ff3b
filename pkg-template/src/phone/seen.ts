// Which codes a checkpoint has seen in the last minutes.
import { encodeUtf8 } from "../engine/text-codec.js";
import { crc32 } from "./bytes.js";

/** How long a code is remembered, in milliseconds: it expires before that. */
const REMEMBERED = 120_000;
/** How many are remembered: more than one a second. */
const MOST = 256;

/**
 * The codes that a checkpoint accepted in the last two minutes, each by a checksum of 32 bits, in memory only: nothing
 * can be read from that, and it tells as many codes apart as can come in that time.
 */
export class Seen {
  /** When each was first shown, the oldest first. */
  private readonly times = new Map<number, number>();

  /** Notes a code, and says when it was first shown if it was before, in milliseconds since 1970. */
  note(text: string, now: number): number | undefined {
    this.clear(now);
    const sum = crc32(encodeUtf8(text));
    const before = this.times.get(sum);
    if (before === undefined) {
      const oldest = this.times.keys().next().value;
      if (oldest !== undefined && this.times.size >= MOST) this.times.delete(oldest);
      this.times.set(sum, now);
    }
    return before;
  }

  /** Forgets what is older than two minutes, and what a clock that was set makes meaningless. */
  clear(now: number): void {
    this.times.forEach((at, sum) => {
      if (now < at || now - at >= REMEMBERED) this.times.delete(sum);
    });
  }

  /** How many are remembered. */
  get size(): number {
    return this.times.size;
  }
}
