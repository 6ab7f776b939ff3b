import { readFile } from "node:fs/promises";
import { nodeAdaptors } from "../adaptors/node.js";
import { checked } from "../engine/digest.js";
import { bytesOf, fromBytes, pathOf } from "../engine/instantiate.js";
import type { Engine, InitOptions } from "../engine/state.js";
import { failure } from "../failure.js";
import { type HostFunctions, on } from "./host.js";

/** The functions of Node's entry; the engine's file is there. */
export function node(file: () => string | URL): HostFunctions {
  const load = async (options: InitOptions): Promise<Engine> => {
    if (options.module !== undefined) return fromBytes(options.module);
    return fromBytes(checked(bytesOf(options) ?? (await read(pathOf(options) ?? file()))));
  };
  return on({ load, adaptors: nodeAdaptors });
}

async function read(path: string | URL): Promise<Uint8Array> {
  try {
    return await readFile(typeof path === "string" && path.startsWith("file:") ? new URL(path) : path);
  } catch {
    throw failure("engine-missing", "the engine's file cannot be read");
  }
}
