// The entry point for Node's `require`.
import { join } from "node:path";
import { node } from "./node.js";

export { memoryStorage } from "../adaptors/memory.js";
export { folderStorage, nodeRandom } from "../adaptors/node.js";
export * from "../api.js";

/** Node, for `require`. */
node(() => join(__dirname, "../healthcode.wasm"), __filename);
