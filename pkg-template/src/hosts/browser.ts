// What both entry points for web pages have in common: where the engine is, and how it is fetched.
import { browserAdaptors } from "../adaptors/browser.js";
import { streamed } from "../adaptors/stream.js";
import { checked } from "../engine/digest.js";
import { bytesOf, fromBytes, fromModule, needWebAssembly, pathOf } from "../engine/instantiate.js";
import type { Engine, Fallback, InitOptions } from "../engine/state.js";
import { failure } from "../failure.js";
import { FILE_BYTES } from "../limits.js";
import { toHex } from "../phone/bytes.js";
import { provide } from "./entry.js";
import { rightBuild } from "./wrong-build.js";

/** Where one kind of page finds the engine. */
export interface Place {
  /** The address of the engine's file. */
  wasm(): string;
  /** The engine's translation to JavaScript, from a separate file. */
  fallback(): Promise<Fallback>;
}

async function load(place: Place, options: InitOptions): Promise<Engine> {
  rightBuild();
  needWebAssembly();
  if (options.module !== undefined) return fromModule(options.module);
  return fromBytes(await intact(bytesOf(options) ?? (await fetched(pathOf(options) ?? place.wasm()))));
}

/** The engine is small, and checking its digest is worth more than compiling it while it loads. */
async function fetched(address: string): Promise<Uint8Array> {
  let answer: Response;
  try {
    answer = await fetch(address, { credentials: "same-origin" });
  } catch {
    throw failure("engine-missing", "the engine's file could not be fetched");
  }
  if (!answer.ok) throw failure("engine-missing", `the server answered ${answer.status} for the engine's file`);
  const { body, cut } = await streamed(answer, FILE_BYTES);
  if (cut) throw failure("engine-damaged", "the engine's file is longer than any engine");
  return body;
}

/** Like `checked`, with the browser's own SHA-256 if it has one. */
async function intact(bytes: Uint8Array): Promise<Uint8Array> {
  const subtle = globalThis.crypto?.subtle as SubtleCrypto | undefined;
  if (subtle === undefined) return checked(bytes);
  const digest = toHex(new Uint8Array(await subtle.digest("SHA-256", new Uint8Array(bytes))));
  if (digest !== WASM_SHA256) throw failure("engine-damaged", "the engine's digest is not that of this package");
  return bytes;
}

/** Says that this is a browser, and where its entry finds the engine. */
export function browser(place: Place): void {
  provide({ load: (options) => load(place, options), fallback: place.fallback, adaptors: browserAdaptors });
}
