import type { Adaptors } from "../adaptors/interfaces.js";
import { type Engine, type InitOptions, start } from "../engine/state.js";
import { Checkpoint } from "../phone/checkpoint.js";
import { Family } from "../phone/family.js";
import { type OpenOptions, Phone, type PhoneOptions, setAside, storedCopy } from "../phone/phone.js";

/** What a host's entry brings. */
export interface Host {
  /** Brings the engine up. Throws `engine-…`. */
  load(options: InitOptions): Promise<Engine>;
  /** What the host offers. */
  adaptors(): Adaptors;
}

/** The functions of a host's entry that depend on the host. */
export interface HostFunctions {
  /**
   * Loads the engine. Wait for it before anything else; the `open…` functions do so themselves. Called again, it
   * gives the same promise; after a failure it tries anew. Throws `engine-…`.
   */
  init(options?: InitOptions): Promise<void>;
  /** The host's own adaptors, to build others upon. */
  hostAdaptors(): Adaptors;
  /** A citizen's phone, as it was stored or new. Throws as `init`, and as `Phone.open`. */
  openPhone(options: PhoneOptions): Promise<Phone>;
  /** Everything that is stored of a person, whole or not, as JSON text: a copy for whoever can help where it cannot be read. */
  storedCopy(options: PhoneOptions): Promise<string>;
  /** Puts what cannot be read aside, until the person is forgotten, so that `openPhone` gives a new phone. */
  setAside(options: PhoneOptions): Promise<void>;
  /** The people who use this phone. Throws as `init`. */
  openFamily(options: OpenOptions): Promise<Family>;
  /** A checkpoint. Throws as `init`. */
  openCheckpoint(options: OpenOptions): Promise<Checkpoint>;
}

/** The functions of a host's entry. */
export function on(host: Host): HostFunctions {
  // One object for all phones, because who waits for a storage waits by it.
  let own: Adaptors | undefined;
  const hostAdaptors = () => (own ??= host.adaptors());
  const init = (options: InitOptions = {}) => start(() => host.load(options));
  const adaptors = ({ adaptors: replaced }: OpenOptions): Adaptors => ({ ...hostAdaptors(), ...replaced });
  return {
    init,
    hostAdaptors,
    openPhone: (options) => {
      const ready = init();
      const opened = new Promise<Phone>((resolve) => resolve(Phone.open(options, adaptors(options), ready)));
      // A host without an engine may lack everything else.
      return opened.catch((thrown) => ready.then(() => Promise.reject(thrown)));
    },
    storedCopy: (options) => storedCopy(options, adaptors(options)),
    setAside: (options) => setAside(options, adaptors(options)),
    openFamily: (options) => init().then(() => new Family(options, adaptors(options))),
    openCheckpoint: (options) => init().then(() => Checkpoint.open(options, adaptors(options))),
  };
}
