// Forecasts, made one at a time and in slices.
import type { Forecast, Holder } from "../engine/core/healthcode.js";
import { pause } from "../pause.js";
import { turns } from "./turns.js";

/** Makes the forecasts of a phone. */
export class Foreseeing {
  private readonly holder: () => Holder;
  private readonly now: () => number;
  /** Those that are being made or wait for it, by place. */
  private readonly under = new Map<string | undefined, Promise<Forecast>>();
  /** The end of the last of them. */
  private last: Promise<unknown> = Promise.resolve();

  /** `holder` gives the core's state, which is another after each change, or throws. */
  constructor(holder: () => Holder, now: () => number) {
    this.holder = holder;
    this.now = now;
  }

  /** The forecast for a place; the core makes one after another. */
  foresee(here: string | undefined): Promise<Forecast> {
    let made = this.under.get(here);
    if (made === undefined) {
      made = this.last.then(() => this.make(here));
      this.last = made.catch(() => undefined);
      this.under.set(here, made);
    }
    return made;
  }

  /** Makes a forecast; the core begins anew with every change of what it knows. */
  private async make(here: string | undefined): Promise<Forecast> {
    try {
      await pause();
      for (const turn = turns(); ; await turn()) {
        const made = this.holder().forecastInSlices(this.now(), here);
        if (made !== undefined) return made;
      }
    } finally {
      // At once: whoever asks after the next change gets another.
      this.under.delete(here);
    }
  }
}
