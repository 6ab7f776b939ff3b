import type { OpenOptions } from "healthcode";
import { clock } from "./clock.ts";

/** What the package's phones and checkpoints are opened with: this site's files, and the clock in use. */
export function openOptions(roots: string[]): OpenOptions {
  return { roots, adaptors: { clock } };
}
