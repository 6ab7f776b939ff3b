// What the components' bundle gives to an app.
export { drawn } from "../view/later.js";
export { setPlaces } from "../view/places/names.js";
export { PlaceTable } from "../view/places/table.js";
export { connect, phoneShown, prefer, renew, type Session } from "../view/session.js";
