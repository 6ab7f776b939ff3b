// The forecast of what is shown, made in the background after the code is drawn.
import type { Assessment, Forecast } from "../engine/core/healthcode.js";
import { codeOf } from "../failure.js";
import { later } from "./after-drawing.js";
import { guarded } from "./fault-barrier.js";
import type { Phone } from "./phone.js";

/** Why there may be no forecast: the phone may have been emptied or closed meanwhile, and nobody have heard of it yet. */
const GONE: readonly (string | undefined)[] = ["holder-no-rules", "holder-no-region", "phone-closed"];

/** The forecast of the assessment that is shown, never of an earlier one. */
export class Outlook {
  /** The forecast, once it is made. */
  forecast: Forecast | undefined;
  private readonly phone: () => Phone | undefined;
  private readonly update: () => void;
  /** The assessment that the forecast is of; empty once the phone may know something else. */
  private assessed = "";
  /** Counts what forecasts were wanted of: those of the last one are shown. */
  private wanted = 0;

  /** `phone` is the one that is shown, if there is one; `update` is called when there is a forecast. */
  constructor(phone: () => Phone | undefined, update: () => void) {
    this.phone = phone;
    this.update = update;
  }

  /** What was foretold need not hold any more, though the colour stays. */
  changed(): void {
    this.assessed = "";
    this.wanted += 1;
  }

  /** Takes the assessment that is shown now: while it stays the same, so does the forecast. */
  of(assessment: Assessment | undefined): void {
    const assessed = JSON.stringify({ ...assessment, at: "", of: this.phone()?.person });
    if (assessed === this.assessed) return;
    this.assessed = assessed;
    this.wanted += 1;
    this.forecast = undefined;
  }

  /** Has the forecast made once no code is being drawn, which takes as long as many assessments. */
  look(): void {
    const phone = this.phone();
    const { wanted } = this;
    if (phone === undefined) return;
    const stillWanted = () => phone === this.phone() && wanted === this.wanted;
    const made = async () => {
      try {
        const forecast = await phone.foresee();
        if (!stillWanted()) return;
        this.forecast = forecast;
        this.update();
      } catch (thrown) {
        if (stillWanted() && GONE.indexOf(codeOf(thrown)) < 0) throw thrown;
      }
    };
    later(() => void (stillWanted() && guarded(made)));
  }
}
