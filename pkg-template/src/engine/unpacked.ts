// An engine out of the text that a script has of it.
import { failure } from "../failure.js";
import { fromBase64 } from "../phone/bytes.js";

/** The bytes of base64. Throws `engine-damaged`: an app's build may rewrite what it does not understand. */
export function unpacked(text: string): Uint8Array {
  const bytes = fromBase64(text);
  if (bytes === undefined) throw failure("engine-damaged", "the engine in the script is no base64 any more");
  return bytes;
}
