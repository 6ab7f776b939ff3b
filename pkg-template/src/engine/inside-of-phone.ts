// A phone's engine as text, for where no files are carried along.
import { engine } from "#engine-of-phone";
import { unpacked } from "./unpacked.js";

/** The bytes of a phone's engine, which `healthcode.wasm` has too. */
export const engineBytes = (): Uint8Array => unpacked(engine);
