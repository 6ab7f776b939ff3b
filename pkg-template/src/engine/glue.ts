/**
 * How JavaScript and the engine call each other: what wasm-bindgen's own glue does, in a fifth of its size, because every
 * function of `src/bindings` takes values and gives a value or what it throws. `scripts/engine.mjs` holds this against the
 * glue that wasm-bindgen writes at each build, and fails where that does anything else.
 */
import { members } from "./core/members.js";

// Not every host's library of types has these.
declare const TextEncoder: new () => { encode(text: string): Uint8Array };
declare const TextDecoder: new (label: string, options: { ignoreBOM: boolean }) => { decode(bytes: Uint8Array): string };
declare const FinalizationRegistry: (new <T>(release: (held: T) => void) => { register(object: object, held: T, token: object): void; unregister(token: object): void }) | undefined;

/** The exports of an engine, whether WebAssembly or its translation to JavaScript. */
export interface EngineExports {
  readonly memory: { readonly buffer: ArrayBuffer };
  readonly [name: string]: unknown;
}

/** What an engine imports: the functions below. */
export type EngineImports = { readonly glue: { readonly [name: string]: (...given: never[]) => unknown } };

type Functions = { [name: string]: (...given: number[]) => number };

/** The names of the functions that an engine exports: these, and those of the classes. */
export const exported = [
  "errorCodes",
  "maskIdentity",
  "version",
  "reserveMemory",
  "__wbindgen_malloc",
  "__wbindgen_exn_store",
  "__wbindgen_add_to_stack_pointer",
];

let engine: EngineExports;
let functions: Functions;

/** Makes these the exports that all calls go to. */
export function use(exports: EngineExports): void {
  engine = exports;
  functions = exports as unknown as Functions;
}

/** Values that the engine holds, by number. It knows the numbers of the first that are set here. */
const held: unknown[] = new Array(1024).fill(undefined);
const FIXED = held.push(undefined, null, true, false);
/** The first number that is free; each free place has the number of the next. */
let free = FIXED;

function hold(value: unknown): number {
  const at = free;
  if (at === held.length) held.push(at + 1);
  free = held[at] as number;
  held[at] = value;
  return at;
}

function take(at: number): unknown {
  const value = held[at];
  if (at >= FIXED) {
    held[at] = free;
    free = at;
  }
  return value;
}

/** The engine's memory; growing takes the buffer away. */
const words = () => new DataView(engine.memory.buffer);
const bytes = (at: number, length: number) => new Uint8Array(engine.memory.buffer, at >>> 0, length);

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
const text = (at: number, length: number) => decoder.decode(bytes(at, length));

const error = (at: number, length: number) => hold(new Error(text(at, length)));

/** What a function gives; what it throws is kept, and the engine told. */
const caught =
  (act: (...given: number[]) => number | boolean) =>
  (...given: number[]) => {
    try {
      return act(...given);
    } catch (thrown) {
      return functions["__wbindgen_exn_store"]!(hold(thrown));
    }
  };

/** The functions that an engine calls. */
export const imports: EngineImports = {
  glue: {
    error,
    throw: (at: number, length: number) => {
      throw new Error(text(at, length));
    },
    truth: (at: number) => (typeof held[at] === "boolean" ? Number(held[at]) : 0xffffff),
    number: (into: number, at: number) => {
      const value = held[at];
      const found = typeof value === "number";
      words().setFloat64(into + 8, found ? value : 0, true);
      words().setInt32(into, Number(found), true);
    },
    string: (into: number, at: number) => {
      const value = held[at];
      const encoded = typeof value === "string" ? encoder.encode(value) : undefined;
      const start = encoded ? functions["__wbindgen_malloc"]!(encoded.length, 1) : 0;
      if (encoded) bytes(start, encoded.length).set(encoded);
      words().setInt32(into + 4, encoded ? encoded.length : 0, true);
      words().setInt32(into, start, true);
    },
    isNull: (at: number) => held[at] === null,
    isUndefined: (at: number) => held[at] === undefined,
    isObject: (at: number) => typeof held[at] === "object" && held[at] !== null,
    isString: (at: number) => typeof held[at] === "string",
    isView: (at: number) => ArrayBuffer.isView(held[at]),
    class: caught((at) => hold(Object.prototype.toString.call(held[at]))),
    copy: caught((at) => hold(new Uint8Array(held[at] as Uint8Array))),
    get: caught((at, name) => hold(Reflect.get(held[at] as object, held[name] as string))),
    getAt: caught((at, index) => hold(Reflect.get(held[at] as object, index >>> 0))),
    item: (at: number, index: number) => hold((held[at] as unknown[])[index >>> 0]),
    names: caught((at) => hold(Reflect.ownKeys(held[at] as object))),
    length: (at: number) => (held[at] as unknown[]).length,
    array: () => hold([]),
    map: () => hold(new Map()),
    object: () => hold({}),
    bytes: (at: number, length: number) => hold(bytes(at, length).slice()),
    copyInto: (at: number, length: number, from: number) => bytes(at, length).set(held[from] as Uint8Array),
    set: caught((at, name, value) => Reflect.set(held[at] as object, held[name] as string, held[value])),
    setEntry: (at: number, key: number, value: number) => hold((held[at] as Map<unknown, unknown>).set(held[key], held[value])),
    setItem: (at: number, index: number, value: number) => {
      (held[at] as unknown[])[index >>> 0] = take(value);
    },
    setField: (at: number, name: number, value: number) => {
      (held[at] as { [name: string]: unknown })[take(name) as string] = take(value);
    },
    fromNumber: hold,
    fromText: (at: number, length: number) => hold(text(at, length)),
    clone: (at: number) => hold(held[at]),
    drop: take,
  },
};

/** Calls a function of the engine that answers through memory: a number, what it throws instead, and whether it does. */
function call(name: string, before: number[], given: ArrayLike<unknown>, count: number): number {
  const { __wbindgen_add_to_stack_pointer: moveStack, [name]: act } = functions;
  const into = moveStack!(-16);
  try {
    const numbers = [into, ...before];
    for (let i = 0; i < count; i += 1) numbers.push(hold(given[i]));
    act!(...numbers);
    const answer = words();
    if (answer.getInt32(into + 8, true)) throw take(answer.getInt32(into + 4, true));
    return answer.getInt32(into, true);
  } finally {
    moveStack!(16);
  }
}

/** An object that the engine holds for a class of this side. */
interface Owned {
  at: number;
  free(): void;
}

interface Kind {
  new (...given: unknown[]): Owned;
  prototype: Owned;
  [name: string]: unknown;
}

/** Lets go of what nobody has any more: the name of the function that does, and the object's address. */
const forgotten =
  typeof FinalizationRegistry === "undefined"
    ? undefined
    : new FinalizationRegistry<readonly [string, number]>(([release, at]) => functions[release]!(at, 1));

/** A class of the engine, by its name there and what is written of its members. */
function kind(own: string, members: string): Kind {
  const release = `__wbg_${own}_free`;
  exported.push(release, `${own}_new`);
  const made = (object: Owned, at: number) => {
    object.at = at;
    forgotten?.register(object, [release, at], object);
    return object;
  };
  class Own implements Owned {
    at!: number;

    constructor(...given: unknown[]) {
      made(this, call(`${own}_new`, [], given, 1));
    }

    free() {
      const { at } = this;
      this.at = 0;
      forgotten?.unregister(this);
      functions[release]!(at, 0);
    }
  }
  const proto = Own.prototype as Owned & { [name: string | symbol]: unknown };
  for (const member of members.split(" ")) {
    const [, sign, name, count] = /^([=+]?)(\w+)(\d)$/.exec(member) as unknown as [string, string, string, string];
    const full = `${own}_${name}`;
    exported.push(full);
    const method = function (this: Owned, ...given: unknown[]) {
      return take(call(full, [this.at], given, Number(count)));
    };
    if (sign === "=") Object.defineProperty(proto, name, { get: method, configurable: true });
    else if (sign === "") Object.defineProperty(proto, name, { value: method, configurable: true, writable: true });
    else (Own as unknown as Kind)[name] = (...given: unknown[]) => made(Object.create(proto) as Owned, call(full, [], given, Number(count)));
  }
  if (Symbol.dispose) proto[Symbol.dispose] = proto.free;
  return Own as unknown as Kind;
}

export const Holder = kind("holder", members.Holder);
export const Qr = kind("qr", members.Qr);
export const Verifier = kind("verifier", members.Verifier);

export const errorCodes = () => take(call("errorCodes", [], [], 0));
export const maskIdentity = (...given: unknown[]) => take(call("maskIdentity", [], given, 2));
export const version = () => take(call("version", [], [], 0));
