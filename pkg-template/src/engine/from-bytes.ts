// Starts WebAssembly from bytes or a module, where the host has the standard `WebAssembly`.
import { failure } from "../failure.js";
import { exportsOf, refused, saidBy } from "./instantiate.js";
import type { EngineImports } from "./interface.js";
import type { Engine } from "./state.js";

/** The part of the global `WebAssembly` that is called: not every host's type library has it. */
interface WebAssemblyLike {
  instantiate(from: object, imports: object): Promise<unknown>;
}

declare const WebAssembly: WebAssemblyLike;

/** Throws `engine-host-too-old` where there is no WebAssembly, as in Safari's Lockdown Mode. */
export function needWebAssembly(): void {
  if (typeof WebAssembly === "undefined") throw failure("engine-host-too-old", "there is no WebAssembly here");
}

/** An engine from bytes that are the package's own. Throws `engine-host-too-old` or `engine-refused`. */
export async function fromBytes(bytes: Uint8Array, imports: EngineImports): Promise<Engine> {
  needWebAssembly();
  let result: unknown;
  try {
    result = await WebAssembly.instantiate(bytes, imports);
  } catch (thrown) {
    throw refused(saidBy(thrown));
  }
  return { kind: "wasm", exports: exportsOf(result) };
}

/** An engine from a compiled module. Throws `engine-host-too-old`, `engine-damaged` or `engine-refused`. */
export async function fromModule(module: object, imports: EngineImports): Promise<Engine> {
  needWebAssembly();
  let result: unknown;
  try {
    result = await WebAssembly.instantiate(module, imports);
  } catch (thrown) {
    // Of a module of the package nothing is missing; there may be no memory for it.
    if (thrown instanceof RangeError) throw refused(saidBy(thrown));
    throw failure("engine-damaged", "the module does not belong to this package");
  }
  return { kind: "wasm", exports: exportsOf(result) };
}
