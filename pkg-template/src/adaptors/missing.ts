import { failure } from "../failure.js";
import { deviceClock } from "./clock.js";
import type { Adaptors, Canvas, Location, Network, Random, Scan, Screen, Storage } from "./interfaces.js";

/** What stands in where a host has no such thing: it says so, and never makes anything up. */

export const noRandom: Random = {
  bytes: async () => {
    throw failure("random-missing", "this host has no secure random source: pass adaptors.random");
  },
};

export const noScan: Scan = {
  scan: async () => {
    throw failure("scan-missing", "this host cannot scan: pass adaptors.scan");
  },
};

export const noLocation: Location = {
  where: async () => {
    throw failure("location-missing", "this host cannot be located: pass adaptors.location");
  },
};

export const noCanvas: Canvas = {
  find: async () => {
    throw failure("canvas-missing", "this host has no canvas: pass adaptors.canvas");
  },
};

export const noNetwork: Network = {
  ask: async () => {
    throw failure("network-unreachable", "this host makes no requests: pass adaptors.network");
  },
};

export const noScreen: Screen = { bright: async () => undefined };

const unavailable = async (): Promise<never> => {
  throw failure("storage-unavailable", "this host stores nothing: pass adaptors.storage");
};

export const noStorage: Storage = { most: 1, total: Number.MAX_SAFE_INTEGER, get: unavailable, set: unavailable, remove: unavailable, keys: unavailable };

/** What a host has that has a clock and nothing else: the rest is yours to pass as `adaptors`. */
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
