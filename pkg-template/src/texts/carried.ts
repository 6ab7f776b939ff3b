import { decodeUtf8 } from "../engine/text-codec.js";
import { failure } from "../failure.js";
import { first } from "./first.js";
import { type ErrorTexts, told } from "./text.js";

/**
 * The texts of codes and the names of places, where the engine's file carries them: compressed, and no file of its own that
 * could be missing. The assemble script writes them as the last bytes of the memory that the engine begins with, in columns,
 * which compress best: `MARK` before each, and lines. Five columns are of texts, as `told` takes them after the code; three of
 * places, as `PlaceTable` reads them.
 */
const MARK = 0x01;
let bytes: Uint8Array | undefined;
let found: { texts: ErrorTexts; places: string } = { texts: first, places: "" };

/** The bytes at the end of the memory of an engine that has not yet run. */
export function carriedBy(memory: { readonly buffer: ArrayBuffer } | undefined): Uint8Array {
  const { buffer } = memory ?? { buffer: new ArrayBuffer(0) };
  return new Uint8Array(buffer).slice(-CARRIED_BYTES);
}

/** Takes what an engine of this version carries. Throws `engine-damaged` if it is none for this host. */
export function take(carried: Uint8Array): void {
  if (carried[0] !== MARK) throw failure("engine-damaged", "the engine's file is not the one in miniprogram_dist");
  bytes = carried;
}

function read(): typeof found {
  if (bytes !== undefined) {
    const [codes = [], zh = [], en = [], zhTodo = [], enTodo = [], ...places] = decodeUtf8(bytes)
      .split(String.fromCharCode(MARK))
      .slice(1)
      .map((column) => column.split("\n"));
    bytes = undefined;
    const texts: ErrorTexts = {};
    codes.forEach((code, i) => (texts[code] = told(zh[i] ?? code, en[i] ?? code, zhTodo[i] || undefined, enTodo[i])));
    found = { texts, places: (places[0] ?? []).map((_, i) => places.map((column) => column[i]).join("\t")).join("\n") };
  }
  return found;
}

/** The texts of all codes; before the engine is there, of what can go wrong until then. */
export const texts = (): ErrorTexts => read().texts;

/** The names of provinces and prefectures, as `PlaceTable` reads them; empty before the engine is there. */
export const placeLines = (): string => read().places;
