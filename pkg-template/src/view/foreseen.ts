// A forecast in the background, after the code is drawn.
import type { Forecast } from "../engine/core/healthcode.js";
import { codeOf } from "../failure.js";
import { later } from "./after-drawing.js";
import { guarded } from "./fault-barrier.js";

/**
 * Has the forecast of a phone made once no code is being drawn, and hands it over when it is there; neither if it is no longer
 * `wanted` by then.
 */
export function foreseen(
  phone: { foresee(): Promise<Forecast> },
  wanted: () => boolean,
  take: (forecast: Forecast) => void,
): void {
  const look = async () => {
    try {
      const forecast = await phone.foresee();
      if (wanted()) take(forecast);
    } catch (thrown) {
      // The phone may have been emptied or closed meanwhile, and nobody have heard of it yet.
      const code = codeOf(thrown);
      if (wanted() && code !== "holder-no-rules" && code !== "phone-closed") throw thrown;
    }
  };
  later(() => void (wanted() && guarded(look)));
}
