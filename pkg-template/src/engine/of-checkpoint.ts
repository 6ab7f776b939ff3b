// A checkpoint's engine: the verifier alone.
import { Runner } from "./state.js";
import { imports, setEngine } from "./verifier/glue.js";
import { Qr, version } from "./verifier/healthcode.js";

export const checkpointEngine = new Runner({
  imports,
  setEngine,
  version,
  Qr,
  own: "checkpoint_new",
  digest: CHECKPOINT_SHA256,
});
