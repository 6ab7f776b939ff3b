// What is stored for one person: the core's state, and what the package adds to it.
import type { Identity } from "../engine/core/healthcode.js";
import { decodeUtf8, encodeUtf8 } from "../engine/text-codec.js";
import { failure } from "../failure.js";
import { coloursIn, type KeptColour } from "./colours.js";

/** The format version of what `write` makes: its first byte. */
const LAYOUT = 1;

/** The data kept for one person. */
export interface Saved {
  /** What `Holder.save` returned. */
  state: Uint8Array;
  /** The masked identity for certificate requests. */
  identity: Identity | undefined;
  /** The latest moment that the phone has seen, in milliseconds. */
  latest: number;
  /** Which colours the phone has had. */
  colours: readonly KeptColour[];
}

/** Everything in one byte string: format version, length of a note in JSON, the note, the core's state. */
export function write({ state, ...rest }: Saved): Uint8Array {
  const note = encodeUtf8(JSON.stringify(rest));
  const bytes = new Uint8Array(5 + note.length + state.length);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, LAYOUT);
  view.setUint32(1, note.length);
  bytes.set(note, 5);
  bytes.set(state, 5 + note.length);
  return bytes;
}

/** Reads what `write` made. Throws `storage-damaged` or `storage-newer`. */
export function read(bytes: Uint8Array): Saved {
  if (bytes.length > 5) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (view.getUint8(0) > LAYOUT) throw failure("storage-newer", "what was stored is from a newer version");
    const end = 5 + view.getUint32(1);
    const note = end <= bytes.length ? noted(decodeUtf8(bytes.subarray(5, end))) : undefined;
    if (note !== undefined) return { ...note, state: bytes.slice(end) };
  }
  throw failure("storage-damaged", "what was stored is not what this package writes");
}

function noted(json: string): Omit<Saved, "state"> | undefined {
  try {
    const { identity, latest, colours } = JSON.parse(json) as {
      identity?: Partial<Identity>;
      latest?: unknown;
      colours?: unknown;
    };
    if (typeof latest !== "number") return undefined;
    const { name, digits } = identity ?? {};
    return {
      identity: typeof name === "string" && typeof digits === "string" ? { name, digits } : undefined,
      latest,
      colours: coloursIn(colours),
    };
  } catch {
    return undefined;
  }
}
