// Has the phone note which colour somebody sees, for looking back.
import type { Assessment } from "../engine/core/healthcode.js";
import { dayNumber } from "./format.js";
import type { Phone } from "./phone.js";

/**
 * Has the colour noted unless the phone has it of this day: to be called each second while somebody looks, so that nothing is stored
 * before the code is drawn. Returns when the last one was noted, as far as that is done.
 */
export function noteColour(phone: Phone, { colour }: Assessment): number | undefined {
  const [last] = phone.colours.slice(-1);
  const isKnown = last?.colour === colour && dayNumber(last.at) === dayNumber(phone.now());
  // A phone that was emptied or closed meanwhile has nothing to look back on.
  if (!isKnown) phone.noteColour().catch(() => undefined);
  return last?.at;
}
