// Several people on one device, each with a phone of their own.
import type { Adaptors } from "../adaptors/interfaces.js";
import type { Identity, StableCode } from "../engine/core/healthcode.js";
import { closed, codeOf } from "../failure.js";
import { CALLED } from "./kept.js";
import type { OpenOptions } from "./options.js";
import { CURRENT, checkPerson, forgotten, keysOf, namesOf, slotsOf } from "./people.js";
import { Phone } from "./phone.js";
import * as saved from "./saved.js";

/** All storage keys of a person, including data that was set aside. */
const EVER = /^healthcode\.(?:aside\.)?person-([A-Za-z0-9-]+)\./;

/** One of the people who use a phone. */
export interface Person {
  /** The name under which `open` opens this person's phone. */
  person: string;
  /** The masked identity, once there was a certificate; also `undefined` if the stored data cannot be read. */
  identity: Identity | undefined;
  /** What they are called on this device, if somebody has said so. */
  called?: string;
  /** The code of the problem if the stored data of this person cannot be read. */
  problem?: StableCode;
}

/** The people who use this phone, such as a child and a grandparent: each has their own key, log and code. */
export class Family {
  private readonly options: OpenOptions;
  private readonly adaptors: Adaptors;
  /** The phones that were opened and not closed yet; none once the family is closed. */
  private phones: Phone[] | undefined = [];

  constructor(options: OpenOptions, adaptors: Adaptors) {
    this.options = options;
    this.adaptors = adaptors;
  }

  /** Everybody with stored data, in the order in which they were added. Throws `storage-unavailable`. */
  async people(): Promise<Person[]> {
    const people: Person[] = [];
    this.alive();
    for (const name of await namesOf(this.adaptors, CURRENT)) {
      const person = await this.person(name);
      this.alive();
      if (person !== undefined) people.push(person);
    }
    return people;
  }

  /** An unused name, for `open`. */
  async free(): Promise<string> {
    const numbers = (await this.people()).map(({ person }) => Number(person)).filter((number) => number > 0);
    return String(Math.max(0, ...numbers) + 1);
  }

  /** The phone of one of them, or of somebody new, by a name that `free` gives. Throws the codes of `openPhone`. */
  async open(person: string): Promise<Phone> {
    this.alive();
    checkPerson(person);
    const phone = await Phone.open({ ...this.options, person }, this.adaptors);
    if (this.phones === undefined) phone.close();
    this.phones = [...this.alive().filter((one) => !one.closed), phone];
    return phone;
  }

  /** Forgets everybody, as `Phone.forget` does one person. */
  async forget(): Promise<void> {
    this.alive();
    for (const person of await namesOf(this.adaptors, EVER)) {
      const slots = slotsOf(this.adaptors, person);
      await slots.alone(() => forgotten(slots, keysOf(this.adaptors, person)));
    }
  }

  /** Whether the family was closed. */
  get closed(): boolean {
    return this.phones === undefined;
  }

  /**
   * Closes all phones that it opened; a second time it does nothing. Whatever is called afterwards, and whatever is not done
   * yet, throws `phone-closed`. Only `forget` is finished.
   */
  close(): void {
    this.phones?.forEach((phone) => phone.close());
    this.phones = undefined;
  }

  private alive(): Phone[] {
    if (this.phones === undefined) throw closed("family");
    return this.phones;
  }

  /** What is known about a person; `undefined` if the first write was interrupted. */
  private async person(person: string): Promise<Person | undefined> {
    const slots = slotsOf(this.adaptors, person);
    try {
      const [stored, called] = await slots.alone(async () => [await slots.read(), await slots.beside(CALLED)], true);
      return stored && { person, identity: saved.read(stored.bytes).identity, ...(called ? { called } : {}) };
    } catch (thrown) {
      const problem = codeOf(thrown);
      if (problem === undefined) throw thrown;
      return { person, identity: undefined, problem };
    }
  }
}
