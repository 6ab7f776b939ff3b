// A scanner that types like a keyboard.

/** Without a key for so long, in milliseconds, what follows is something else. */
const PAUSE = 2_000;
/** No code has more characters than this with all that scanners add, and what came before a code is of no use. */
const [MOST, BEFORE] = [2_520, 24];

/** What a key has done. */
export interface Typed {
  /** The finished text, if this key ended it. */
  scan: string | undefined;
  /** Whether the key belongs to a code. */
  begun: boolean;
}

/**
 * A scanner that types like a keyboard: keys that begin as a code and end in Enter or Tab are a scan, wherever they are
 * typed. Whatever else is typed is nobody's.
 */
export class Wedge {
  private readonly begins: (text: string) => boolean;
  private text = "";
  private begun = false;
  private at = 0;

  /** `begins` says whether a text begins as a code. */
  constructor(begins: (text: string) => boolean) {
    this.begins = begins;
  }

  /** Takes a key by its name (`KeyboardEvent.key`) at a moment in milliseconds. */
  take(key: string, now: number): Typed {
    if (Math.abs(now - this.at) > PAUSE || this.text.length > MOST) this.clear();
    this.at = now;
    const { begun } = this;
    if (key === "Enter" || key === "Tab") {
      const scan = begun ? this.text : undefined;
      this.clear();
      return { scan, begun };
    }
    // Shift and the like have longer names.
    if (key.length !== 1) return { scan: undefined, begun };
    this.text += key;
    if (!begun) this.look();
    return { scan: undefined, begun: this.begun };
  }

  /** Whether a code begins somewhere in what was typed just now: its prefix ends in a colon, or is percent-encoded. */
  private look(): void {
    this.text = this.text.slice(-BEFORE);
    if (!/[:a]$/i.test(this.text)) return;
    const starts = Array.from(this.text, (_, at) => this.text.slice(at));
    const start = starts.find(this.begins);
    this.begun = start !== undefined;
    this.text = start ?? this.text;
  }

  private clear(): void {
    this.text = "";
    this.begun = false;
  }
}
