// The people who use a phone: what each is called, and where their data and keys are.
import { careful, carefulKeys } from "../adaptors/given.js";
import type { Adaptors } from "../adaptors/interfaces.js";
import { failure } from "../failure.js";
import { withoutKeys } from "./copy.js";
import { HostKeys } from "./keys.js";
import { Slots } from "./slots.js";

/** The name of the first person to use this phone. */
export const FIRST = "1";

/** The name, if it is one for a person. Throws `phone-person`. */
export function checkPerson(person: string): string {
  if (typeof person !== "string" || !/^[A-Za-z0-9-]{1,32}$/.test(person))
    throw failure("phone-person", "a person's name is a word of 1 to 32 letters, digits and hyphens");
  return person;
}

/** Storage keys of people who have a phone here. */
export const CURRENT = /^healthcode\.person-([A-Za-z0-9-]+)\.[ab]/;

/** The people whose storage keys match the pattern, in the order in which they were added. */
export async function namesOf({ storage }: Pick<Adaptors, "storage">, form: RegExp): Promise<string[]> {
  const found: { [person: string]: true } = {};
  for (const key of await careful(storage).keys()) {
    const person = form.exec(key)?.[1];
    if (person !== undefined) found[person] = true;
  }
  return Object.keys(found).sort((one, other) => Number(one) - Number(other) || (one < other ? -1 : 1));
}

/** Where a person's state is stored. Throws `phone-person`. */
export function slotsOf({ storage }: Adaptors, person?: string): Slots {
  return new Slots(storage, `person-${checkPerson(person ?? FIRST)}`);
}

/** The keys of a person that the host keeps. */
export function keysOf({ keys }: Adaptors, person: string): HostKeys {
  return new HostKeys(keys && carefulKeys(keys), `person-${person}`);
}

/** Forgets what is stored, and the keys; of one that cannot be removed, at least the other. */
export function forgotten(slots: Slots, keys: HostKeys): Promise<void> {
  return slots.forget(() => keys.forget());
}

/** What is stored about a person, intact or not, as JSON text, without keys. */
export async function storedCopy({ person }: { person?: string | undefined }, adaptors: Adaptors): Promise<string> {
  const slots = slotsOf(adaptors, person);
  return JSON.stringify(withoutKeys(await slots.alone(() => slots.all(), true)));
}

/** Sets unreadable data aside until it is forgotten, so that a new phone can start. */
export async function setAside({ person }: { person?: string | undefined }, adaptors: Adaptors): Promise<void> {
  const slots = slotsOf(adaptors, person);
  await slots.alone(() => slots.setAside(adaptors.clock.now()));
}
