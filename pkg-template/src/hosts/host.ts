import type { Adaptors } from "../adaptors/interfaces.js";
import { type Engine, type Fallback, type InitOptions, start } from "../engine/state.js";
import { codeOf, failure } from "../failure.js";
import { Checkpoint } from "../phone/checkpoint.js";
import { Family } from "../phone/family.js";
import { type OpenOptions, Phone, type PhoneOptions, setAside, storedCopy } from "../phone/phone.js";
import { checkServer } from "../phone/server.js";

/** What a host's entry provides. */
export interface Host {
  /** Starts the engine. Throws `engine-…`. */
  load(options: InitOptions): Promise<Engine>;
  /** Loads the engine's translation to JavaScript, which is taken where the host refuses WebAssembly. */
  fallback?(): Promise<Fallback>;
  /** The host's own adaptors. */
  adaptors(): Adaptors;
}

/** The functions of a host's entry that depend on the host. */
export interface HostFunctions {
  /**
   * Loads the engine. Wait for it before anything else; the `open…` functions do so themselves. Further calls return
   * the same promise; after a failure it tries again, with the same options unless there are others. A `path` from before at
   * which there is still no file is then left for the host's own. Throws `engine-…`.
   */
  init(options?: InitOptions): Promise<void>;
  /** The host's own adaptors, to build others on. */
  hostAdaptors(): Adaptors;
  /**
   * A citizen's phone, as stored or new. Throws the codes of `init` and `Phone.open`, and for invalid options:
   * `trust-no-roots` without root keys, `key-malformed` for an invalid one, `misuse-argument` for a `server` that is not
   * the address of a server with `https://`.
   */
  openPhone(options: PhoneOptions): Promise<Phone>;
  /**
   * What is stored about a person, intact or not, as JSON text: a copy for support if it cannot be read. It has no keys;
   * parts in which one could be anywhere are left out.
   */
  storedCopy(options: PhoneOptions): Promise<string>;
  /** Sets unreadable data aside until the person is forgotten, so that `openPhone` gives a new phone. */
  setAside(options: PhoneOptions): Promise<void>;
  /** The people who use this phone. Throws the codes of `init`, and for invalid options those of `openPhone`. */
  openFamily(options: OpenOptions): Promise<Family>;
  /** A checkpoint. Throws the codes of `init`, and for invalid options those of `openPhone`. */
  openCheckpoint(options: OpenOptions): Promise<Checkpoint>;
}

/** With these the host is at fault, and no file of the package. */
const REFUSED: readonly (string | undefined)[] = ["engine-host-too-old", "engine-refused"];

/** Starts the engine with options from before: it may be where they say by now, or where the host expects it. */
async function loadAgain(host: Host, options: InitOptions): Promise<Engine> {
  try {
    return await host.load(options);
  } catch (thrown) {
    const { path, ...elsewhere } = options;
    if (path === undefined || codeOf(thrown) !== "engine-missing") throw thrown;
    return host.load(elsewhere).catch((other: unknown) => {
      throw codeOf(other) === "engine-missing" ? thrown : other;
    });
  }
}

/** The functions of a host's entry. */
export function on(host: Host): HostFunctions {
  // One object for all phones, because access to a storage is serialised by its object.
  let own: Adaptors | undefined;
  const hostAdaptors = () => (own ??= host.adaptors());
  let given: InitOptions = {};
  const init = (fresh?: InitOptions) => {
    const options = fresh ?? given;
    given = options;
    return start(
      () => (fresh === undefined ? loadAgain(host, options) : host.load(options)),
      (code) => {
        if (code === "misuse-wrong-build") return undefined;
        return options.fallback ?? (REFUSED.indexOf(code) >= 0 ? host.fallback : undefined);
      },
    );
  };
  const adaptors = ({ adaptors: replaced }: OpenOptions): Adaptors => {
    const own = hostAdaptors();
    // What is stored elsewhere, and may be copied, must not need keys that are only here.
    const keys = replaced?.storage === undefined || replaced.storage === own.storage ? own.keys : undefined;
    return { ...own, keys, ...replaced };
  };
  const toOpen = (options: OpenOptions): Adaptors => {
    // In JavaScript anything may be left out.
    if (!(options as OpenOptions | undefined)?.roots?.keys?.length)
      throw failure(
        "trust-no-roots",
        "pass { roots: { keys, signers } }: the root keys, and how many of them must sign",
      );
    checkServer(options.server);
    return adaptors(options);
  };
  return {
    init,
    hostAdaptors,
    openPhone: (options) => {
      const ready = init();
      const opened = new Promise<Phone>((resolve) => resolve(Phone.open(options, toOpen(options), ready)));
      // A host without an engine may lack everything else too.
      return opened.catch((thrown) => ready.then(() => Promise.reject(thrown)));
    },
    storedCopy: (options) => storedCopy(options, adaptors(options)),
    setAside: (options) => setAside(options, adaptors(options)),
    openFamily: (options) => init().then(() => new Family(options, toOpen(options))),
    openCheckpoint: (options) => init().then(() => Checkpoint.open(options, toOpen(options))),
  };
}
