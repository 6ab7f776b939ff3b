// What both entry points for Node have in common.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { nodeAdaptors } from "../adaptors/node.js";
import { checked } from "../engine/digest.js";
import { bytesOf, fromBytes, fromModule, needWebAssembly, pathOf } from "../engine/instantiate.js";
import type { Engine, Fallback, InitOptions } from "../engine/state.js";
import { failure } from "../failure.js";
import { provide } from "./entry.js";

/** Says that this is Node, whose entry `from` knows where the engine's file is. */
export function node(file: () => string | URL, from: string | URL): void {
  // Not `import`, for bundlers to leave it alone.
  const fallback = async () => createRequire(from)("../fallback/index.js") as Fallback;
  const load = async (options: InitOptions): Promise<Engine> => {
    needWebAssembly();
    if (options.module !== undefined) return fromModule(options.module);
    return fromBytes(checked(bytesOf(options) ?? (await read(pathOf(options) ?? file()))));
  };
  provide({ load, fallback, adaptors: nodeAdaptors });
}

async function read(path: string | URL): Promise<Uint8Array> {
  try {
    return await readFile(typeof path === "string" && path.startsWith("file:") ? new URL(path) : path);
  } catch {
    throw failure("engine-missing", "the engine's file cannot be read");
  }
}
