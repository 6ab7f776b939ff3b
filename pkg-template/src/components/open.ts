// What the components bundle exports to an app.
import type { Phone } from "../phone/phone.js";
import { session } from "../view/session.js";

export { addLanguage } from "../languages/add.js";
export { drawn } from "../view/after-drawing.js";
export { addPlaces, setPlaces } from "../view/places/names.js";
export { PlaceTable } from "../view/places/table.js";
export { connect, type Preferred, prefer, renew, type Session } from "../view/session.js";

/** The phone of the person who is shown: the one that was connected, or that the family component opened since. */
export const phoneShown = (): Phone | undefined => session.phone as Phone | undefined;
