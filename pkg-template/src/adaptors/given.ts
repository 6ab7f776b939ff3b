// Checks the adaptors that an app passes, which may have any form.
import { isAbsent, isObject, isRecord, need, needFunction, needKnown, wrong } from "../argument.js";
import { codeOf, failure } from "../failure.js";
import type { FailureCode } from "../texts/failures.js";
import { isCode } from "../texts/outside.js";
import { problemOf } from "../texts/problem.js";
import type { Adaptors, Clock, Keys, Network, NetworkAnswer, Random, Scan, Storage } from "./interfaces.js";

/** What the package calls of each adaptor, if it is there. */
const CALLED: { readonly [K in keyof Adaptors]-?: string } = {
  random: "bytes",
  keys: "make sign keep",
  clock: "now",
  storage: "get set remove keys",
  scan: "scan",
  location: "where",
  network: "ask",
  screen: "bright",
  canvas: "find",
};

/**
 * An app's own adaptors in place of the host's; one that is `undefined` or `null` is left out. Throws `misuse-argument` for
 * one that lacks what is called of it.
 */
export function replaced(own: Adaptors, given: unknown): Adaptors {
  const all: { [name: string]: unknown } = { ...own };
  if (isAbsent(given)) return own;
  need(isRecord(given), "adaptors", "an object");
  needKnown(given as object, "adaptors", Object.keys(CALLED));
  for (const name of Object.keys(CALLED)) {
    const one = (given as { readonly [name: string]: unknown })[name];
    if (isAbsent(one)) continue;
    const path = `adaptors.${name}`;
    need(isRecord(one), path, "an object");
    const parts = one as { readonly [name: string]: unknown };
    for (const called of CALLED[name as keyof Adaptors].split(" ")) needFunction(parts[called], `${path}.${called}`);
    if (name === "storage") need(isCount(parts.most) && isCount(parts.total), path, "one with `most` and `total`");
    all[name] = CAREFUL[name] ? CAREFUL[name](one as never) : one;
  }
  return all as unknown as Adaptors;
}

/** The same adaptors, of which whatever is thrown has a code: a storage and keys are seen to where they are used. */
const CAREFUL: { readonly [name: string]: ((given: never) => object) | undefined } = {
  clock: (clock: Clock) => carefulClock(clock),
  random: (random: Random): Random => ({
    bytes: (length) => told("random-missing", "random.bytes", () => random.bytes(length)),
  }),
  scan: (scan: Scan) => carefulScan(scan),
  location: (location: Adaptors["location"]): Adaptors["location"] => ({
    where: () => told("location-missing", "location.where", () => location.where()),
  }),
  network: (network: Network): Network => ({
    ask: (request) => told("network-unreachable", "network.ask", () => network.ask(request)),
  }),
  // For a screen that stays as it is nobody goes without a code.
  screen: (screen: Adaptors["screen"]): Adaptors["screen"] => ({
    bright: (wanted) => told("package-fault", "screen.bright", () => screen.bright(wanted)).catch(() => undefined),
  }),
  canvas: (canvas: Adaptors["canvas"]): Adaptors["canvas"] => ({
    find: (selector, within) => told("canvas-missing", "canvas.find", () => canvas.find(selector, within)),
  }),
};

const told = <T>(code: FailureCode, called: string, act: () => T | Promise<T>): Promise<T> =>
  coded(`\`adaptors.${called}\``, act, code);

/** A scanner, as its type says: text each time. */
function carefulScan(scan: Scan): Scan {
  const { watch } = scan;
  return {
    get able() {
      return scan.able;
    },
    scan: (wanted) =>
      told("scan-failed", "scan.scan", () => scan.scan(wanted)).then((text: unknown) => {
        need(typeof text === "string", "adaptors.scan.scan", "a function that gives text");
        return text as string;
      }),
    ...(watch && { watch: (see, over) => watch.call(scan, see, over) }),
  };
}

const isCount = (value: unknown): boolean => typeof value === "number" && value >= 1;

/** A clock, as its type says: a number each time, or `misuse-argument`, also for whatever an app's own throws. */
function carefulClock(clock: Clock): Clock {
  const time = (called: "now" | "steady") => () => {
    const now: unknown = heard(() => clock[called]!(), `adaptors.clock.${called}`);
    need(Number.isFinite(now), `adaptors.clock.${called}`, "a function that gives a number of milliseconds");
    return now as number;
  };
  return { now: time("now"), ...(clock.steady && { steady: time("steady") }) };
}

/** What an app's function gives; `misuse-argument` with its name for whatever it throws. */
function heard<T>(act: () => T, path: string): T {
  try {
    return act();
  } catch (thrown) {
    throw failure("misuse-argument", `\`${path}\` failed: ${problemOf(thrown).message}`);
  }
}

/** The part of a storage that reads and writes. */
export type Texts = Pick<Storage, "get" | "set" | "remove" | "keys" | "swap">;

/** Does it, with a code for whatever is thrown without one. */
async function coded<T>(
  what: string,
  act: () => T | Promise<T>,
  code: FailureCode = "storage-unavailable",
): Promise<T> {
  try {
    return await act();
  } catch (thrown) {
    if (isCode(codeOf(thrown))) throw thrown;
    throw failure(code, `${what} failed: ${problemOf(thrown).message}`);
  }
}

/**
 * What a storage has, as its types say, whatever an app's own gives: promises; `undefined` where there is no value, which
 * others call `null` or an empty text; and a code whatever it throws.
 */
export function careful(storage: Storage): Texts {
  const stored = <T>(act: () => Promise<T>) => coded("the storage", act);
  return {
    get: (key) =>
      stored(() => storage.get(key)).then((value: unknown) => {
        need(
          isAbsent(value) || typeof value === "string",
          "adaptors.storage.get",
          "a function that gives text, or nothing",
        );
        return (value as string | undefined | null) || undefined;
      }),
    set: (key, value) => stored(() => storage.set(key, value)),
    remove: (key) => stored(() => storage.remove(key)),
    keys: () =>
      stored(() => storage.keys()).then((keys: unknown) => {
        const right = Array.isArray(keys) && keys.every((key) => typeof key === "string");
        need(right, "adaptors.storage.keys", "a function that gives an array of texts");
        return keys as string[];
      }),
    ...(storage.swap && { swap: (expected, changes) => stored(() => storage.swap!(expected, changes)) }),
  };
}

/** What keeps keys, as its types say: promises, `undefined` where there is none, and a code whatever it throws. */
export function carefulKeys(keys: Keys): Keys {
  const kept = <T>(act: () => T | Promise<T>) => coded("what keeps the keys", act);
  return {
    make: (owner) =>
      kept(() => keys.make(owner)).then((key: unknown) => {
        need(isAbsent(key) || typeof key === "string", "adaptors.keys.make", "a function that gives text, or nothing");
        return (key as string | undefined | null) ?? undefined;
      }),
    sign: (owner, key, bytes) =>
      kept(() => keys.sign(owner, key, bytes)).then((signature: unknown) => {
        need(
          isAbsent(signature) || isBytes(signature),
          "adaptors.keys.sign",
          "a function that gives bytes, or nothing",
        );
        return (signature as Uint8Array | undefined | null) ?? undefined;
      }),
    keep: (owner, those) => kept(() => keys.keep(owner, those)),
  };
}

/** Random bytes, as many as are needed. Throws `random-missing`. */
export async function drawn(random: Random, length: number): Promise<Uint8Array> {
  const bytes: unknown = await random.bytes(length);
  if (!isBytes(bytes) || bytes.length !== length) throw failure("random-missing", "too few random bytes");
  return bytes;
}

function isBytes(value: unknown): value is Uint8Array {
  return Object.prototype.toString.call(value) === "[object Uint8Array]";
}

/** An answer as its type says, with a body; throws `misuse-argument` for anything else that an app's own network gives. */
export function answered(given: unknown): NetworkAnswer {
  const answer = (isObject(given) ? given : {}) as Partial<NetworkAnswer>;
  const { status, body = new Uint8Array(0), cut, header } = answer;
  const right = typeof status === "number" && isBytes(body) && (isAbsent(header) || typeof header === "function");
  if (!right) throw wrong("adaptors.network.ask", "a function that gives `{ status, body }`, with a `Uint8Array`");
  return { status, body, cut, ...(header && { header }) };
}

/** A network where there is no page: it throws `misuse-argument` for a path alone, which has no site to be on. */
export function addressed(network: Network): Network {
  return {
    ask: async (request) => {
      if (request.url.charAt(0) === "/")
        throw failure("misuse-argument", "there is no page whose site could be asked: pass `server`");
      return network.ask(request);
    },
  };
}
