// What the components' bundle gives to an app.
export { setPlaces } from "../view/places/names.js";
export { PlaceTable } from "../view/places/table.js";
export { connect, prefer, renew } from "../view/session.js";
