import { decodeUtf8 } from "../engine/text-codec.js";
import { failure } from "../failure.js";
import { first } from "./first.js";
import { told, type ErrorTexts } from "./text.js";

/**
 * The texts of codes and the names of places, where the engine's file carries them: compressed, and no file of its own that
 * could be missing. The assemble script writes them as the last bytes of the memory that the engine begins with: the texts as
 * one line of JSON, then the names as `PlaceTable` reads them.
 */
let bytes: Uint8Array | undefined;
let found: { texts: ErrorTexts; places: string } = { texts: first, places: "" };

/** The bytes at the end of the memory of an engine that has not yet run. */
export function carriedBy(memory: { readonly buffer: ArrayBuffer } | undefined): Uint8Array {
  const { buffer } = memory ?? { buffer: new ArrayBuffer(0) };
  return new Uint8Array(buffer).slice(-CARRIED_BYTES);
}

/** Takes what an engine of this version carries. Throws `engine-damaged` if it is none for this host. */
export function take(carried: Uint8Array): void {
  if (carried[0] !== 0x7b) throw failure("engine-damaged", "the engine's file is not the one in miniprogram_dist");
  bytes = carried;
}

function read(): typeof found {
  if (bytes !== undefined) {
    const [texts = "", ...places] = decodeUtf8(bytes).split("\n");
    bytes = undefined;
    const all = JSON.parse(texts) as { [code: string]: Parameters<typeof told> };
    found = { texts: {}, places: places.join("\n") };
    for (const code of Object.keys(all)) found.texts[code] = told(...all[code]!);
  }
  return found;
}

/** The texts of all codes; before the engine is there, of what can go wrong until then. */
export const texts = (): ErrorTexts => read().texts;

/** The names of provinces and prefectures, as `PlaceTable` reads them; empty before the engine is there. */
export const placeLines = (): string => read().places;
