// Who may have which phone, and what is said of them: put your own in the place of this.
//
// Your app's users are logged in with your backend already. The app sends `phone.holder.publicKey()` there, with its session, and the
// backend calls `enrol` with the name and the number of the document that it has checked. Only such a phone gets a certificate.
import { createHash } from "node:crypto";
import { maskIdentity } from "healthcode/issuer";

/** Whose phone each enrolment key is. Yours is a table in a database. */
const phones = new Map();
/** What is said of somebody, by their document: `{ colour: "red", ground: "close-contact" }`. */
const floors = new Map();

const person = (number) => createHash("sha256").update(number).digest("hex");

/** Enrols a phone as that of somebody whose document was checked. Only the masked form is kept. */
export function enrol(key, name, number) {
  phones.set(key, { person: person(number), ...maskIdentity(name, number) });
}

/** Says something of a person, or that there is nothing to be said any more. */
export function say(number, floor) {
  if (floor) floors.set(person(number), floor);
  else floors.delete(person(number));
}

/** What is known of whoever asks: `undefined` if the phone is not enrolled, or asks in another name. */
export function known({ enrolment, name, digits }) {
  const phone = phones.get(enrolment);
  if (phone?.name !== name || phone.digits !== digits) return undefined;
  return { floor: floors.get(phone.person) };
}
