// An issuer's engine: what it signs. No phone and no checkpoint has it.
import { imports, setEngine } from "./issuer/glue.js";
import { Qr, version } from "./issuer/healthcode.js";
import { Runner } from "./state.js";

export const issuerEngine = new Runner({
  imports,
  setEngine,
  version,
  Qr,
  own: "signManifest",
  digest: ISSUER_SHA256,
});
