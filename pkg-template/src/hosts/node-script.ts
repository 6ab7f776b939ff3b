// The entry point for Node's `require`.
import { join } from "node:path";
import { phoneEngine } from "../engine/of-phone.js";
import { provide } from "./entry.js";
import { node } from "./node.js";

export { folderStorage, nodeRandom } from "../adaptors/node.js";
export * from "../api.js";
export { packFamily, packPhone, unpackFamily, unpackPhone } from "./moving-entry.js";

/** Node, for `require`. */
provide(
  node(phoneEngine, {
    from: __filename,
    wasm: () => join(__dirname, "../healthcode.wasm"),
    fallback: "../fallback/index.js",
  }),
);
