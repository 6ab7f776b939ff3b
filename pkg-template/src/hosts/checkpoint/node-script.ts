// The entry point for checkpoints on Node, for `require`.
import { join } from "node:path";
import { checkpointEngine } from "../../engine/of-checkpoint.js";
import { provideCheckpoint } from "../checkpoint-entry.js";
import { node } from "../node.js";

export { folderStorage, nodeRandom } from "../../adaptors/node.js";
export * from "../../checkpoint-api.js";

/** Node, for `require`. */
provideCheckpoint(
  node(checkpointEngine, {
    from: __filename,
    wasm: () => join(__dirname, "../checkpoint.wasm"),
    fallback: "../fallback/checkpoint.js",
  }),
);
