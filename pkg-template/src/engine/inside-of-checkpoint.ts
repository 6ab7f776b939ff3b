// A checkpoint's engine as text, for where no files are carried along.
import { engine } from "#engine-of-checkpoint";
import { unpacked } from "./unpacked.js";

/** The bytes of a checkpoint's engine, which `checkpoint.wasm` has too. */
export const engineBytes = (): Uint8Array => unpacked(engine);
