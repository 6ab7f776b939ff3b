import type { OpenOptions } from "healthcode";
import { clock } from "./clock.ts";

/** The options for opening phones and checkpoints: this site's files, and the clock in use. */
export function openOptions(roots: string[]): OpenOptions {
  return { roots, adaptors: { clock } };
}
