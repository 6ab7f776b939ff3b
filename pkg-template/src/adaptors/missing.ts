// Stands for what a host does not have: each function fails with a code.
import { failure } from "../failure.js";
import type { FailureCode } from "../texts/failures.js";
import { deviceClock } from "./clock.js";
import type { Adaptors, Canvas, Location, Network, Random, Scan, Screen, Storage } from "./interfaces.js";

/** A substitute for something that the host does not have: it fails with a code and never makes anything up. */
const lacks = (code: FailureCode, adaptor: keyof Adaptors) => (): Promise<never> =>
  Promise.reject(failure(code, `this host has none: pass adaptors.${adaptor}`));

export const noRandom: Random = { bytes: lacks("random-missing", "random") };
const noScan: Scan = { able: false, scan: lacks("scan-missing", "scan") };
const noLocation: Location = { where: lacks("location-missing", "location") };
const noCanvas: Canvas = { find: lacks("canvas-missing", "canvas") };
const noNetwork: Network = { ask: lacks("network-unreachable", "network") };
const noScreen: Screen = { bright: () => Promise.resolve() };
const unavailable = lacks("storage-unavailable", "storage");
const noStorage: Storage = {
  most: 1,
  total: Number.MAX_SAFE_INTEGER,
  get: unavailable,
  set: unavailable,
  remove: unavailable,
  keys: unavailable,
};

/** The adaptors of a host with nothing but a clock: pass the rest as `adaptors`. */
export const clockAlone = (): Adaptors => ({
  random: noRandom,
  clock: deviceClock,
  storage: noStorage,
  scan: noScan,
  location: noLocation,
  network: noNetwork,
  screen: noScreen,
  canvas: noCanvas,
});
