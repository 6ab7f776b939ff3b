// What all entry points for web pages have in common: where the engine is, and how it is fetched.
import { browserAdaptors } from "../adaptors/browser.js";
import { streamed } from "../adaptors/stream.js";
import { checked } from "../engine/digest.js";
import { fromBytes, fromModule, needWebAssembly } from "../engine/from-bytes.js";
import { bytesOf, pathOf } from "../engine/instantiate.js";
import type { Engine, Fallback, InitOptions, Runner } from "../engine/state.js";
import { codeOf, failure } from "../failure.js";
import { FILE_BYTES } from "../limits.js";
import { toHex } from "../phone/bytes.js";
import { type Host, once } from "./host.js";
import { rightBuild } from "./wrong-build.js";

/** Where one kind of page finds the engine. */
export interface Place {
  /** The address of the engine's file, or what is in it. */
  wasm(): string | Uint8Array;
  /** The engine's translation to JavaScript, from a separate file. */
  fallback?(): Promise<Fallback>;
}

async function load(runner: Runner, place: Place, options: InitOptions): Promise<Engine> {
  rightBuild();
  needWebAssembly();
  if (options.module !== undefined) return fromModule(options.module, runner.imports);
  const from = bytesOf(options) ?? pathOf(options) ?? found(place);
  const bytes = typeof from === "string" ? await fetched(from) : from;
  return fromBytes(await intact(bytes, runner.digest), runner.imports);
}

/** What the build has of the engine. Throws `engine-missing` where scripts have no address that a file's could be made of. */
function found(place: Place): string | Uint8Array {
  try {
    return place.wasm();
  } catch (thrown) {
    if (codeOf(thrown) !== undefined) throw thrown;
    throw failure(
      "engine-missing",
      'there is no address of the engine\'s file here: pass init({ module }) or import "healthcode/inline"',
    );
  }
}

/** The engine is small, and checking its digest is worth more than compiling it while it loads. */
async function fetched(address: string): Promise<Uint8Array> {
  let answer: Response;
  try {
    answer = await fetch(address, { credentials: "same-origin" });
  } catch {
    throw failure("engine-missing", `the engine's file could not be fetched: ${address}`);
  }
  if (!answer.ok)
    throw failure("engine-missing", `the server answered ${answer.status} for the engine's file: ${address}`);
  const { body, cut } = await streamed(answer, FILE_BYTES);
  if (cut) throw failure("engine-damaged", "the engine's file is longer than any engine");
  return body;
}

/** Like `checked`, with the browser's own SHA-256 if it has one. */
async function intact(bytes: Uint8Array, expected: string): Promise<Uint8Array> {
  const subtle = globalThis.crypto?.subtle as SubtleCrypto | undefined;
  if (subtle === undefined) return checked(bytes, expected);
  const digest = toHex(new Uint8Array(await subtle.digest("SHA-256", new Uint8Array(bytes))));
  if (digest !== expected) throw failure("engine-damaged", "the engine's digest is not that of this package");
  return bytes;
}

const adaptors = once(browserAdaptors);

/** A browser, whose entry finds its engine at this place. */
export const browser = (runner: Runner, place: Place): Host => ({
  runner,
  load: (options) => load(runner, place, options),
  ...(place.fallback && { fallback: place.fallback }),
  adaptors,
});

/** Loads a script with an engine's translation, which is then a global of the page. */
export const scriptFallback = (address: string, integrity: string, name: string): Promise<Fallback> =>
  new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = address;
    script.integrity = `sha256-${integrity}`;
    const missing = () => reject(new Error(`${script.src} could not be fetched`));
    script.onerror = missing;
    script.onload = () => {
      const loaded = (globalThis as unknown as { [name: string]: Fallback | undefined })[name];
      if (loaded === undefined) missing();
      else resolve(loaded);
    };
    document.head.append(script);
  });
