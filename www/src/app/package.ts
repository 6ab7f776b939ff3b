import type { OpenOptions, Roots } from "healthcode";
import { clock } from "./clock.ts";

/** The options for opening phones and checkpoints: this site's files, and the clock in use. */
export function openOptions(roots: Roots): OpenOptions {
  return { roots, adaptors: { clock } };
}
