import { failure } from "../failure.js";
import type { PackageWebAssembly } from "../hosts/wechat-types.js";
import type { EngineExports } from "./interface.js";
import { type Engine, engineImports, type InitOptions } from "./state.js";

/** The part of the global `WebAssembly` that is called: not every host's type library has it. */
interface WebAssemblyLike {
  instantiate(from: object, imports: object): Promise<unknown>;
}

declare const WebAssembly: WebAssemblyLike;

/** The exports of what `instantiate` returned: an instance, or an object with one. */
export function exportsOf(result: unknown): EngineExports {
  const { instance, exports } = result as { instance?: { exports: EngineExports }; exports?: EngineExports };
  const found = instance === undefined ? exports : instance.exports;
  if (found === undefined) throw failure("engine-damaged", "the host gave no instance");
  return found;
}

/** An engine from bytes or a compiled module. Throws `engine-damaged`. */
export async function fromBytes(from: object): Promise<Engine> {
  try {
    return { kind: "wasm", exports: exportsOf(await WebAssembly.instantiate(from, engineImports())) };
  } catch {
    throw failure("engine-damaged", "the engine is no WebAssembly that belongs to this package");
  }
}

/**
 * An engine from a file of a mini-program's package. Throws `engine-missing`, `engine-damaged` or
 * `engine-host-too-old`.
 */
export async function fromPackage(host: PackageWebAssembly, path: string): Promise<Engine> {
  try {
    return { kind: "wasm", exports: exportsOf(await host.instantiate(path, engineImports())) };
  } catch (thrown) {
    const { message, errMsg } = (typeof thrown === "object" && thrown !== null ? thrown : {}) as {
      message?: unknown;
      errMsg?: unknown;
    };
    const told = String(message ?? errMsg ?? thrown);
    if (/not found|no such|not exist|ENOENT|404|找不到|不存在|fail to open|invalid path|access/i.test(told)) {
      throw failure("engine-missing", `there is no file ${path} in the package`);
    }
    throw failure("engine-damaged", `the file ${path} is no WebAssembly that belongs to this package`);
  }
}

/** The path that the options name, if they do. */
export function pathOf({ path }: InitOptions): string | undefined {
  return path === undefined || typeof path === "string" ? path : path.href;
}

/** The bytes that the options name, if they do. */
export function bytesOf({ bytes }: InitOptions): Uint8Array | undefined {
  if (bytes === undefined) return undefined;
  return bytes instanceof Uint8Array ? bytes : new Uint8Array(bytes);
}
