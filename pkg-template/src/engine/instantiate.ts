// Starts WebAssembly from a file of a mini-program's package, and says in a code why it did not.
import { isAbsent, isObject, need, needText } from "../argument.js";
import { failure, type HealthcodeError } from "../failure.js";
import type { PackageWebAssembly } from "../hosts/wechat-types.js";
import { pause } from "../pause.js";
import { cleaned } from "../texts/outside.js";
import type { EngineExports, EngineImports } from "./interface.js";
import type { Engine, InitOptions } from "./state.js";

/** The exports of what `instantiate` returned: an instance, or an object with one. */
export function exportsOf(result: unknown): EngineExports {
  const { instance, exports } = (result ?? {}) as { instance?: { exports: EngineExports }; exports?: EngineExports };
  const found = instance === undefined ? exports : instance.exports;
  if (found === undefined) throw failure("engine-damaged", "the host gave no instance");
  return found;
}

/**
 * An engine from a file of a mini-program's package; a host that does not start it is asked once more, as some iPhones then
 * do. Throws `engine-missing`, `engine-damaged` or `engine-refused`.
 */
export async function fromPackage(host: PackageWebAssembly, path: string, imports: EngineImports): Promise<Engine> {
  try {
    return await instantiated(host, path, imports);
  } catch {
    await pause();
    return instantiated(host, path, imports);
  }
}

/** What hosts say if a policy forbids WebAssembly: an engine that is compiled is then refused as one that cannot be. */
const POLICY = /policy|unsafe-eval|embedder|CSP/i;
/** What they say of a file that cannot be unpacked or compiled. */
const DAMAGED = /CompileError|LinkError|magic word|extends past|doesn't parse|brotli|decompress|解压/i;
/** What they say of a file that is not there. */
const MISSING = /not found|no such|not exist|ENOENT|\b404\b|找不到|不存在|fail to open|invalid path|access/i;

async function instantiated(host: PackageWebAssembly, path: string, imports: EngineImports): Promise<Engine> {
  let result: unknown;
  try {
    result = await host.instantiate(path, imports);
  } catch (thrown) {
    const said = saidBy(thrown);
    // What the path is called says nothing.
    const cause = `${nameOf(thrown)}: ${said.split(path).join("")}`;
    if (POLICY.test(cause)) throw refused(said);
    if (DAMAGED.test(cause))
      throw failure("engine-damaged", `the file ${path} is no WebAssembly that belongs to this package: ${said}`);
    if (MISSING.test(cause)) throw failure("engine-missing", `there is no file ${path} in the package`);
    throw refused(said);
  }
  return { kind: "wasm", exports: exportsOf(result) };
}

/** What a host says with what it throws: some throw no errors. */
export function saidBy(thrown: unknown): string {
  const { message, errMsg } = (typeof thrown === "object" && thrown !== null ? thrown : {}) as {
    message?: unknown;
    errMsg?: unknown;
  };
  return cleaned(String(message ?? errMsg ?? thrown));
}

/** The name of an error, from whichever realm it comes. */
function nameOf(thrown: unknown): string {
  const { name } = (typeof thrown === "object" && thrown !== null ? thrown : {}) as { name?: unknown };
  return String(name ?? "");
}

export function refused(said: string): HealthcodeError {
  const hint = POLICY.test(said) ? "; the page's script-src needs 'wasm-unsafe-eval'" : "";
  return failure("engine-refused", `the host did not start the engine: ${said}${hint}`);
}

/** The path that the options name, if they do. Throws `misuse-argument`. */
export function pathOf({ path }: InitOptions): string | undefined {
  if (isAbsent(path)) return undefined;
  const address = isObject(path) ? path.href : path;
  needText(address, "path");
  return address as string;
}

/** The bytes that the options name, if they do. Throws `misuse-argument`. */
export function bytesOf({ bytes }: InitOptions): Uint8Array | undefined {
  if (isAbsent(bytes)) return undefined;
  if (ArrayBuffer.isView(bytes)) return bytes as Uint8Array;
  need(Object.prototype.toString.call(bytes) === "[object ArrayBuffer]", "bytes", "a Uint8Array or an ArrayBuffer");
  return new Uint8Array(bytes);
}
