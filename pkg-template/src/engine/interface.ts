// What an engine exports and imports.

/** The exports of an engine, whether WebAssembly or its translation to JavaScript. */
export interface EngineExports {
  readonly memory: { readonly buffer: ArrayBuffer };
  /** Whether there are that many bytes of memory, of the engine's own or from the host. */
  affords(bytes: number): unknown;
  readonly [name: string]: unknown;
}

/** What an engine imports: the functions of the core's glue, by module and name. */
export interface EngineImports {
  readonly [module: string]: { readonly [name: string]: unknown };
}
