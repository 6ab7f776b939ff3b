// The names of colours, kinds of files and ways of travelling on screens.
import { codeColours, kinds, modes } from "../../../words/terms.json";
import type { Colour, Kind, Mode } from "../engine/core/healthcode.js";
import { say, textsOf } from "./language.js";

// What a bundle does not use is left out of it.
const ofColours = /* @__PURE__ */ textsOf("terms", { codeColours });
const ofKinds = /* @__PURE__ */ textsOf("terms", { kinds });
const ofModes = /* @__PURE__ */ textsOf("terms", { modes });

/** What a sign stands for: a colour, or that a code was refused. */
export type Sign = Colour | "refused";

/** What a code of a colour is called. */
export const colourName = (colour: Colour): string => say(ofColours.codeColours[colour]);

/** The ways of being somewhere, in the order in which they are offered. */
export const MODES: Mode[] = ["stay", "drive-through", "rail", "air", "overnight-on-road"];

export const modeName = (mode: Mode): string => say(ofModes.modes[mode]);

export const kindName = (kind: Kind): string => say(ofKinds.kinds[kind]);
