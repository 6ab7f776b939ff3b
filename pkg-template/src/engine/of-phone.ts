// A phone's engine: everything about the holder of a code.
import { imports, setEngine } from "./core/glue.js";
import { Qr, version } from "./core/healthcode.js";
import { Runner } from "./state.js";

export const phoneEngine = new Runner({ imports, setEngine, version, Qr, own: "holder_new", digest: WASM_SHA256 });
