import type * as healthcode from "healthcode";
import type { Adaptors, OpenOptions, Roots } from "healthcode";
import type * as components from "healthcode/components";
import { clock } from "./clock.ts";
import { deskPath, deskStorage } from "./desk.ts";
import { noted } from "./traffic.ts";

/** What the modules of several pages use of the package. */
type Used = Pick<typeof healthcode, "errorText" | "hostAdaptors" | "knownCodes"> &
  Partial<Pick<typeof components, "prefer">>;

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

/** The network, whose requests are listed. */
const network = (): Adaptors["network"] => noted(own().hostAdaptors().network, clock.now);

/** The options for opening phones and checkpoints: the files and the storage of the chosen desk, and the clock in use. */
export function openOptions(roots: Roots): OpenOptions {
  const path = deskPath();
  const server = path === "" ? undefined : `${location.origin}${path}`;
  const { storage } = own().hostAdaptors();
  return { roots, server, adaptors: { clock, network: network(), storage: deskStorage(storage) } };
}
