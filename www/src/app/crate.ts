import init from "healthcode";

let once: Promise<unknown> | undefined;

/** Loads the crate's WebAssembly, once. */
export async function crateReady(): Promise<void> {
  once ??= init();
  await once;
}
