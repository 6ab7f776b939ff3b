// The device's clock.
import type { Clock } from "./interfaces.js";

/** The device's clock. */
export const deviceClock: Clock = { now: () => Date.now() };
