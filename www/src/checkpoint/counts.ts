const KEY = "healthcode.counts";

/** How many verdicts of each sign, and how many readings, there were in each hour of a day, and nothing of anybody. Only today's are kept. */
export class Counts {
  private readonly now: () => number;
  private day = "";
  private hours: Record<string, Record<string, number>> = {};

  constructor(now: () => number) {
    this.now = now;
  }

  /** Adds a person, or a reading. */
  add(sign: string): void {
    const hour = this.look();
    const one = this.hours[hour] ?? {};
    this.hours[hour] = { ...one, [sign]: (one[sign] ?? 0) + 1 };
    this.write();
  }

  /** The hours with any in order, each with its numbers by sign. */
  rows(): [string, Record<string, number>][] {
    this.look();
    return Object.entries(this.hours).sort(([one], [other]) => one.localeCompare(other));
  }

  clear(): void {
    this.hours = {};
    this.write();
  }

  /** The hour now; yesterday's counts are forgotten. */
  private look(): string {
    const now = new Date(this.now());
    const day = now.toDateString();
    if (day !== this.day) {
      const kept = read();
      this.hours = kept?.day === day ? kept.hours : {};
      this.day = day;
    }
    return String(now.getHours()).padStart(2, "0");
  }

  private write(): void {
    try {
      localStorage.setItem(KEY, JSON.stringify({ day: this.day, hours: this.hours }));
    } catch {
      // They are lost with the page then.
    }
  }
}

function read(): { day: string; hours: Record<string, Record<string, number>> } | undefined {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? "null") ?? undefined;
  } catch {
    return undefined;
  }
}
