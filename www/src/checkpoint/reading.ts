// The reading of a thermometer at the gate: what it comes to, and for how long it is in sight.
import { numberOf } from "../../../pkg-template/src/view/typed-number.ts";

/** What China's control plans of 2020 call a fever, in degrees Celsius. */
const FEVER = 37.3;
/** What a thermometer shows of somebody alive, and the same in degrees Fahrenheit. */
const [LEAST, MOST] = [34, 43];
const [LEAST_F, MOST_F] = [93, 110];
/** How long a reading stays on the screen, in milliseconds. */
const SHOWN = 20_000;

/** What a reading comes to: `fever` or `well`, or what is wrong with it. */
export type Reading = { is: "fever" | "well" | "fahrenheit"; celsius: number } | { is: "strange" };

/** What was typed, as a reading. */
export function readingOf(typed: string): Reading {
  const number = numberOf(typed);
  if (typeof number !== "number") return { is: "strange" };
  // As it is shown: what reads 37.3 is a fever.
  const shown = Math.round(number * 10) / 10;
  if (number >= LEAST && number <= MOST) return { is: shown >= FEVER ? "fever" : "well", celsius: shown };
  const celsius = Math.round(((number - 32) * 50) / 9) / 10;
  return number >= LEAST_F && number <= MOST_F ? { is: "fahrenheit", celsius } : { is: "strange" };
}

/** The last reading; nothing of it is kept. */
export class LastReading {
  reading: Reading | undefined;
  private clearing: ReturnType<typeof setTimeout> | undefined;
  protected readonly update: () => void;

  constructor(update: () => void) {
    this.update = update;
  }

  /** Forgets it. */
  readonly clear = (): void => {
    clearTimeout(this.clearing);
    this.reading = undefined;
    this.update();
  };

  /** Somebody's code has been scanned: their fever, which may have been read before it, stays in sight for its time. */
  readonly next = (): void => {
    if (this.reading?.is !== "fever") this.clear();
  };

  /** Takes what was typed. */
  take(typed: string): Reading {
    const reading = readingOf(typed);
    clearTimeout(this.clearing);
    this.clearing = setTimeout(this.clear, SHOWN);
    this.reading = reading;
    return reading;
  }
}
