// What a phone's files say of their age.
import type { FileState } from "../engine/core/healthcode.js";

const inUse = (files: FileState[], kind: FileState["kind"]): FileState | undefined =>
  files.find((file) => file.kind === kind && file.problem === undefined);

/** Since when the data has been stale: a newer manifest should have come by then. */
export function staleSince(files: FileState[], now: number): string | undefined {
  const stale = inUse(files, "manifest")?.stale;
  return stale !== undefined && Date.parse(stale) <= now ? stale : undefined;
}

/**
 * The SHA-256 of the manifest, if it and the trust list are in force by this clock: then nothing has to come in place of
 * the same bytes.
 */
export function heldManifest(files: FileState[], now: number): string | undefined {
  const holds = (file: FileState | undefined) =>
    Date.parse(file?.issued ?? "") <= now && now < Date.parse(file?.expires ?? "");
  const manifest = inUse(files, "manifest");
  return holds(manifest) && holds(inUse(files, "trust-list")) ? manifest?.digest : undefined;
}
