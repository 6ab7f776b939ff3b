// The entry point for Node, as a module.
import { node } from "./node.js";

export { memoryStorage } from "../adaptors/memory.js";
export { folderStorage, nodeRandom } from "../adaptors/node.js";
export * from "../api.js";

/** Node, for `import`. */
node(() => new URL("../healthcode.wasm", import.meta.url), import.meta.url);
