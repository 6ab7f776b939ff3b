// The entry point for issuers on Node, for `require`.
import { join } from "node:path";
import { issuerEngine } from "../../engine/of-issuer.js";
import { provideIssuer } from "../issuer-entry.js";
import { node } from "../node.js";

export * from "../../issuer-api.js";

/** Node, for `require`. */
provideIssuer(node(issuerEngine, { from: __filename, wasm: () => join(__dirname, "../issuer.wasm") }));
