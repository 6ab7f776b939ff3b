// Whose account it is: put your own in the place of this. Your app has checked its users' documents when they opened their accounts, by
// the means that it has for that; a login code says only which account somebody is logged in to.

/** `{ name, number }` of the document that was checked, by the host's name of the user. Yours is a table in a database. */
const accounts = new Map();

/** Notes the document of a user, once it is checked. */
export function checked(user, document) {
  accounts.set(user, document);
}

/** The document of a user; `undefined` if none was checked. */
export const documentOf = (user) => accounts.get(user);
