// Reads the answer to a `fetch`, up to a number of bytes.
import { type Body, CUT } from "./body.js";

/** Reads a response while it comes, and no further than to the limit: whatever else the server sends is turned away. */
export async function streamed(answer: Response, most: number): Promise<Body> {
  const reader = answer.body?.getReader();
  if (reader === undefined) return { body: new Uint8Array(0) };
  const pieces: Uint8Array[] = [];
  let length = 0;
  for (let more = Number(answer.headers.get("content-length")) <= most; more; more = length <= most) {
    const { done, value } = await reader.read();
    if (done) return { body: joined(pieces, length) };
    pieces.push(value);
    length += value.length;
  }
  // The connection is closed; whether that goes well is nobody's business.
  reader.cancel().catch(() => undefined);
  return CUT;
}

function joined(pieces: Uint8Array[], length: number): Uint8Array {
  const body = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    body.set(piece, at);
    at += piece.length;
  }
  return body;
}
