// A phone as the package makes it, on the core itself, with the files and the clock of tests/vectors/signed/journey.json.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Adaptors } from "../src/adaptors/interfaces.js";
import type { Answers, Verdict, Visit } from "../src/engine/core/healthcode.js";
import * as core from "../src/engine/core/healthcode.js";
import { engineImports, type EngineExports } from "../src/engine/state.js";
import { on } from "../src/hosts/host.js";
import type { Phone } from "../src/phone/phone.js";
import { PlaceTable } from "../src/view/places/table.js";
import { setPlaces } from "../src/view/places/names.js";

/** A person of the vectors: what they reported, where they were, what comes of it. */
export interface VectorPerson {
  name: string;
  reports: { at: string; answers: Answers }[];
  diary: Visit[];
  verdict?: Verdict;
}

interface Journey {
  roots: string[];
  random: string;
  now: string;
  trust_list: string;
  rules: string;
  risk: string;
  certificate: string;
  name: string;
  number: string;
  people: VectorPerson[];
}

/** The tests run in pkg-template/. */
export const journey = JSON.parse(readFileSync(join("..", "tests/vectors/signed/journey.json"), "utf8")) as Journey;
export const NOW = Date.parse(journey.now);
const bytes = (hex: string) => new Uint8Array(Buffer.from(hex, "hex"));

setPlaces(new PlaceTable(readFileSync("data/places.tsv", "utf8")));

/** What stands around a test's phones, and how to change it. */
export function world() {
  const state = { now: NOW, online: true, scanned: "", bright: false, stored: new Map<string, string>() };
  const files: Record<string, string> = { "trust-list": journey.trust_list, "rule-pack": journey.rules, "risk-table": journey.risk };
  const adaptors: Adaptors = {
    random: { bytes: async () => bytes(journey.random) },
    clock: { now: () => state.now },
    storage: {
      most: 1_000_000,
      total: 10_000_000,
      get: async (key) => state.stored.get(key),
      set: async (key, value) => void state.stored.set(key, value),
      remove: async (key) => void state.stored.delete(key),
      keys: async () => [...state.stored.keys()],
    },
    scan: { scan: async () => state.scanned },
    location: { where: () => Promise.reject(new Error("nobody asks")) },
    canvas: { find: () => Promise.reject(new Error("nobody asks")) },
    screen: { bright: async (wanted) => void (state.bright = wanted) },
    network: {
      ask: async ({ url, body }) => {
        if (!state.online) throw Object.assign(new Error("there is no network"), { code: "network-unreachable" });
        const file = body ? journey.certificate : files[url.split("/").pop() ?? ""];
        return { status: file ? 200 : 404, body: bytes(file ?? "") };
      },
    },
  };
  const load = async () => {
    const module = await WebAssembly.instantiate(readFileSync("src/engine/core/healthcode.wasm"), engineImports() as WebAssembly.Imports);
    return { kind: "wasm" as const, exports: module.instance.exports as unknown as EngineExports };
  };
  const host = on({ load, adaptors: () => adaptors });
  const options = { roots: journey.roots };

  /** A phone with files and certificate, and with what a person of the vectors reported. */
  const phoneOf = async (name?: string, person = "1"): Promise<Phone> => {
    const phone = await host.openPhone({ ...options, person });
    await phone.refresh();
    await phone.certify(core.maskIdentity(journey.name, journey.number));
    const found = journey.people.find((one) => one.name === name);
    for (const { at, answers } of found?.reports ?? []) {
      state.now = Date.parse(at);
      const result = await phone.report(answers);
      if (result.result !== "accepted") throw new Error(JSON.stringify(result));
    }
    state.now = NOW;
    for (const visit of found?.diary ?? []) await phone.addVisit(visit);
    return phone;
  };
  return { state, options, phoneOf, openFamily: () => host.openFamily(options), openCheckpoint: () => host.openCheckpoint(options) };
}

/** A component around a view, which counts what it is asked. */
export function context() {
  const heard = { updates: 0, told: [] as string[], revealed: [] as string[] };
  return {
    heard,
    update: () => void (heard.updates += 1),
    tell: (event: string) => void heard.told.push(event),
    reveal: (of: string) => void heard.revealed.push(of),
  };
}
