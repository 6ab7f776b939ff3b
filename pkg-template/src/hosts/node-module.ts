// The entry point for Node, as a module.
import { phoneEngine } from "../engine/of-phone.js";
import { provide } from "./entry.js";
import { node } from "./node.js";

export { folderStorage, nodeRandom } from "../adaptors/node.js";
export * from "../api.js";
export { packFamily, packPhone, unpackFamily, unpackPhone } from "./moving-entry.js";

/** Node, for `import`. */
provide(
  node(phoneEngine, {
    from: import.meta.url,
    wasm: () => new URL("../healthcode.wasm", import.meta.url),
    fallback: "../fallback/index.js",
  }),
);
