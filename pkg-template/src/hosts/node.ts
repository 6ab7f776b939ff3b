// What all entry points for Node have in common.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { nodeAdaptors } from "../adaptors/node.js";
import { checked } from "../engine/digest.js";
import { fromBytes, fromModule, needWebAssembly } from "../engine/from-bytes.js";
import { bytesOf, pathOf } from "../engine/instantiate.js";
import type { Engine, Fallback, InitOptions, Runner } from "../engine/state.js";
import { failure } from "../failure.js";
import { type Host, once } from "./host.js";

/** Where one of Node's entries finds its engine. */
export interface Place {
  /** The entry itself. */
  from: string | URL;
  /** The engine's file. */
  wasm(): string | URL;
  /** The engine's translation to JavaScript, from the entry on, if it has one. */
  fallback?: string;
}

const adaptors = once(nodeAdaptors);

/** Node, whose entry finds its engine at this place. */
export function node(runner: Runner, { from, wasm, fallback }: Place): Host {
  const load = async (options: InitOptions): Promise<Engine> => {
    needWebAssembly();
    if (options.module !== undefined) return fromModule(options.module, runner.imports);
    const bytes = bytesOf(options) ?? (await read(pathOf(options) ?? wasm()));
    return fromBytes(checked(bytes, runner.digest), runner.imports);
  };
  if (fallback === undefined) return { runner, load, adaptors };
  // Not `import`, for bundlers to leave it alone.
  return { runner, load, fallback: async () => createRequire(from)(fallback) as Fallback, adaptors };
}

async function read(path: string | URL): Promise<Uint8Array> {
  try {
    return await readFile(typeof path === "string" && path.startsWith("file:") ? new URL(path) : path);
  } catch {
    throw failure("engine-missing", `the engine's file cannot be read: ${path}`);
  }
}
