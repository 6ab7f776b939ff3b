// The entry point for issuers on Node, as a module.
import { issuerEngine } from "../../engine/of-issuer.js";
import { provideIssuer } from "../issuer-entry.js";
import { node } from "../node.js";

export * from "../../issuer-api.js";

/** Node, for `import`. */
provideIssuer(node(issuerEngine, { from: import.meta.url, wasm: () => new URL("../issuer.wasm", import.meta.url) }));
