// What every entry point makes of a host: how its engine is started, and which adaptors are used.
import { replaced } from "../adaptors/given.js";
import type { Adaptors } from "../adaptors/interfaces.js";
import { isAbsent, isRecord, need, needKnown, needText, wrong } from "../argument.js";
import type { Engine, Fallback, InitOptions, Runner } from "../engine/state.js";
import { codeOf, failure } from "../failure.js";
import type { OpenOptions } from "../phone/options.js";
import { checkServer } from "../phone/server.js";
import { cleaned } from "../texts/outside.js";

/** What a host's entry provides. */
export interface Host {
  /** The engine of this entry. */
  readonly runner: Runner;
  /** Starts the engine. Throws `engine-…`. */
  load(options: InitOptions): Promise<Engine>;
  /** Loads the engine's translation to JavaScript, which is taken where the host refuses WebAssembly. */
  fallback?(): Promise<Fallback>;
  /** Whether that is in the script already, and so is taken whatever is wrong with WebAssembly. */
  readonly carriesFallback?: boolean;
  /** The host's own adaptors. */
  adaptors(): Adaptors;
}

/** What the functions of a host's entry begin with. */
export interface Start {
  /** Starts the engine. */
  init(options?: InitOptions): Promise<void>;
  hostAdaptors(): Adaptors;
  /** The adaptors to use with what an app gave: the host's own, and others in their place. Throws `misuse-argument`. */
  adaptors(options: OpenOptions): Adaptors;
  /** The same for what is to be opened. Throws `trust-no-roots` or `misuse-argument`. */
  toOpen(options: OpenOptions): Adaptors;
}

/** Makes something once, and gives that from then on. */
export function once<T extends object>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

/** What can be said of what is to be opened. */
const OPTIONS = ["roots", "server", "region", "person", "purpose", "adaptors"];

/** What can be said of an engine. */
const INIT = ["path", "bytes", "module", "fallback"];

/** Throws `trust-no-roots` where nothing could be believed: in JavaScript anything may be left out. */
function checkRoots(roots: OpenOptions["roots"] | undefined): void {
  // A list has functions of these names.
  const { keys, signers }: Partial<OpenOptions["roots"]> = isRecord(roots) ? roots : {};
  need(
    isAbsent(keys) || (Array.isArray(keys) && keys.every((key) => typeof key === "string")),
    "roots.keys",
    "a list of texts",
  );
  if (!keys?.length)
    throw failure("trust-no-roots", "pass { roots: { keys, signers } }: the root keys, and how many of them must sign");
  if (typeof signers === "number" && !(signers >= 1 && signers <= keys.length))
    throw failure("trust-no-roots", `\`roots.signers\` is ${signers}, with ${keys.length} in \`roots.keys\``);
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

/** What a host's entry begins with. */
export function on(host: Host): Start {
  // One object for all phones, because access to a storage is serialised by its object.
  const hostAdaptors = once(() => host.adaptors());
  let given: InitOptions = {};
  const init = (fresh?: InitOptions | null): Promise<void> => {
    if (!isAbsent(fresh) && !isRecord(fresh)) return Promise.reject(wrong("options", "an object"));
    const unknown = Object.keys(fresh ?? {}).find((name) => INIT.indexOf(name) < 0);
    if (unknown !== undefined)
      return Promise.reject(wrong("options", `without \`${cleaned(unknown, 64)}\`: there are ${INIT.join(", ")}`));
    const options: InitOptions = fresh ?? given;
    given = options;
    return host.runner.start(
      () => (isAbsent(fresh) ? loadAgain(host, options) : host.load(options)),
      (code) => {
        if (code === "misuse-wrong-build") return undefined;
        const own = REFUSED.indexOf(code) >= 0 || (host.carriesFallback === true && /^engine-/.test(code ?? ""));
        return options.fallback ?? (own ? host.fallback : undefined);
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
    checkRoots((options as OpenOptions | undefined)?.roots);
    needKnown(options, "options", OPTIONS);
    checkServer(options.server);
    if (!isAbsent(options.region)) needText(options.region, "region");
    return adaptors(options);
  };
  return { init, hostAdaptors, adaptors, toOpen };
}
