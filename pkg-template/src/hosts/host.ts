// What every entry point makes of a host's engine and adaptors: `init` and the `open…` functions.
import { replaced } from "../adaptors/given.js";
import type { Adaptors } from "../adaptors/interfaces.js";
import { isAbsent, isRecord, need, needText, wrong } from "../argument.js";
import { type Engine, type Fallback, type InitOptions, start } from "../engine/state.js";
import { codeOf, failure } from "../failure.js";
import { Checkpoint } from "../phone/checkpoint.js";
import { Family } from "../phone/family.js";
import { setAside, storedCopy } from "../phone/people.js";
import { type OpenOptions, Phone, type PhoneOptions } from "../phone/phone.js";
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

/** The functions of a host's entry that depend on the host: `entry.ts` says what each does. */
export interface HostFunctions {
  init(options?: InitOptions): Promise<void>;
  hostAdaptors(): Adaptors;
  openPhone(options: PhoneOptions): Promise<Phone>;
  storedCopy(options: PhoneOptions): Promise<string>;
  setAside(options: PhoneOptions): Promise<void>;
  openFamily(options: OpenOptions): Promise<Family>;
  openCheckpoint(options: OpenOptions): Promise<Checkpoint>;
}

/** With these the host is at fault, and no file of the package. */
const REFUSED: readonly (string | undefined)[] = ["engine-host-too-old", "engine-refused"];

/** Starts the engine with options from before: it may be where they say by now, or where the host expects it. */
async function loadAgain(host: Host, options: InitOptions): Promise<Engine> {
  try {
    return await host.load(options);
  } catch (thrown) {
    if (options.path === undefined || codeOf(thrown) !== "engine-missing") throw thrown;
    return host.load({ ...options, path: undefined }).catch((other: unknown) => {
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
  const init = (fresh?: InitOptions | null): Promise<void> => {
    if (!isAbsent(fresh) && !isRecord(fresh)) return Promise.reject(wrong("options", "an object"));
    const options: InitOptions = fresh ?? given;
    given = options;
    return start(
      () => (isAbsent(fresh) ? loadAgain(host, options) : host.load(options)),
      (code) => {
        if (code === "misuse-wrong-build") return undefined;
        return options.fallback ?? (REFUSED.indexOf(code) >= 0 ? host.fallback : undefined);
      },
    );
  };
  const adaptors = (options: OpenOptions): Adaptors => {
    need(isRecord(options), "options", "an object");
    const { adaptors } = options;
    const own = hostAdaptors();
    // What is stored elsewhere, and may be copied, must not need keys that are only here.
    const elsewhere = !isAbsent(adaptors?.storage) && adaptors.storage !== own.storage;
    return replaced(elsewhere ? { ...own, keys: undefined } : own, adaptors);
  };
  const toOpen = (options: OpenOptions): Adaptors => {
    // In JavaScript anything may be left out.
    if (!(options as OpenOptions | undefined)?.roots?.keys?.length)
      throw failure(
        "trust-no-roots",
        "pass { roots: { keys, signers } }: the root keys, and how many of them must sign",
      );
    checkServer(options.server);
    if (!isAbsent(options.region)) needText(options.region, "region");
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
    storedCopy: async (options) => storedCopy(options, adaptors(options)),
    setAside: async (options) => setAside(options, adaptors(options)),
    openFamily: (options) => init().then(() => new Family(options, toOpen(options))),
    openCheckpoint: (options) => init().then(() => Checkpoint.open(options, toOpen(options))),
  };
}
