import type * as healthcode from "healthcode";
import type { OpenOptions, Roots } from "healthcode";
import { clock } from "./clock.ts";

/** What the modules of several pages use of the package. */
type Used = Pick<typeof healthcode, "drawQr" | "errorText" | "hostAdaptors" | "knownCodes">;

let used: Used | undefined;

/** Has the modules of several pages use a page's own entry of the package: a checkpoint's does not load a phone's. */
export function use(entry: Used): void {
  used = entry;
}

/** The page's own entry of the package. */
export function own(): Used {
  if (used === undefined) throw new Error("the page has not said which entry of the package it uses");
  return used;
}

/** The options for opening phones and checkpoints: this site's files, and the clock in use. */
export function openOptions(roots: Roots): OpenOptions {
  return { roots, adaptors: { clock } };
}
