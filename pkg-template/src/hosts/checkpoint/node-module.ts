// The entry point for checkpoints on Node, as a module.
import { checkpointEngine } from "../../engine/of-checkpoint.js";
import { provideCheckpoint } from "../checkpoint-entry.js";
import { node } from "../node.js";

export { folderStorage, nodeRandom } from "../../adaptors/node.js";
export * from "../../checkpoint-api.js";

/** Node, for `import`. */
provideCheckpoint(
  node(checkpointEngine, {
    from: import.meta.url,
    wasm: () => new URL("../checkpoint.wasm", import.meta.url),
    fallback: "../fallback/checkpoint.js",
  }),
);
