// What stands around a phone in tests: the core itself, with the files and the clock of tests/vectors/signed/journey.json.
import type { Adaptors } from "../src/adaptors/interfaces.js";
import type { Answers, Roots, Verdict, Visit } from "../src/engine/core/healthcode.js";
import * as core from "../src/engine/core/healthcode.js";
import { sha256 } from "../src/engine/digest.js";
import type { EngineExports } from "../src/engine/interface.js";
import { checkpointEngine } from "../src/engine/of-checkpoint.js";
import { phoneEngine } from "../src/engine/of-phone.js";
import type { Runner } from "../src/engine/state.js";
import { on } from "../src/hosts/host.js";
import { Checkpoint } from "../src/phone/checkpoint.js";
import { Family } from "../src/phone/family.js";
import { Phone } from "../src/phone/phone.js";
import "../src/texts/all.js";
import "../src/texts/checkpoint.js";

/** A person of the vectors: what they reported, where they were, what comes of it. */
export interface VectorPerson {
  name: string;
  reports: { at: string; answers: Answers }[];
  diary: Visit[];
  verdict?: Verdict;
}

export interface Journey {
  roots: Roots;
  random: string;
  day: string;
  now: string;
  trust_list: string;
  manifest: string;
  rules: string;
  risk: string;
  certificate: string;
  name: string;
  number: string;
  people: VectorPerson[];
}

function bytes(hex: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

/** What stands around a test's phones and checkpoints, and how to change it; given the modules of their engines. */
export function makeWorld(journey: Journey, wasm: BufferSource, verifier: BufferSource) {
  const start = Date.parse(journey.now);
  const state = { now: start, online: true, scanned: "", bright: false, stored: new Map<string, string>() };
  const place = (file: string) => `/files/${sha256(bytes(file))}`;
  const files: Record<string, string> = {
    "/manifest": journey.manifest,
    "/trust-list": journey.trust_list,
    [place(journey.rules)]: journey.rules,
    [place(journey.risk)]: journey.risk,
  };
  // Each phone's first two keys: the certificate of the vectors is for the second.
  const seeds: string[] = [];
  const adaptors: Adaptors = {
    random: {
      // A challenge is another each time, and so are keys after those of the vectors.
      bytes: async (length) => {
        const seed = length === 32 ? seeds.shift() : undefined;
        return seed === undefined ? crypto.getRandomValues(new Uint8Array(length)) : bytes(seed);
      },
    },
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
    screen: {
      bright: async (wanted) => {
        state.bright = wanted;
      },
    },
    network: {
      ask: async ({ url, body }) => {
        if (!state.online) throw Object.assign(new Error("there is no network"), { code: "network-unreachable" });
        const file = body ? journey.certificate : files[url];
        return { status: file ? 200 : 404, body: bytes(file ?? "") };
      },
    },
  };
  const hostOf = (runner: Runner, bytes: BufferSource) => {
    const load = async () => {
      const { instance } = await WebAssembly.instantiate(bytes, runner.imports as WebAssembly.Imports);
      return { kind: "wasm" as const, exports: instance.exports as unknown as EngineExports };
    };
    return on({ runner, load, adaptors: () => adaptors });
  };
  const [phones, gates] = [hostOf(phoneEngine, wasm), hostOf(checkpointEngine, verifier)];
  const options = { roots: journey.roots };

  /** A phone with files and certificate, and with what a person of the vectors reported. */
  const phoneOf = async (name?: string, person = "1"): Promise<Phone> => {
    const phone = await Phone.open({ ...options, person }, adaptors, phones.init());
    seeds.splice(0, seeds.length, journey.random, journey.day);
    await phone.refresh();
    await phone.certify(core.maskIdentity(journey.name, journey.number));
    const found = journey.people.find((one) => one.name === name);
    for (const { at, answers } of found?.reports ?? []) {
      state.now = Date.parse(at);
      const result = await phone.report(answers);
      if (result.result !== "accepted") throw new Error(JSON.stringify(result));
    }
    state.now = start;
    for (const visit of found?.diary ?? []) await phone.addVisit(visit);
    return phone;
  };
  return {
    state,
    adaptors,
    network: adaptors.network,
    options,
    phoneOf,
    open: () => Phone.open(options, adaptors, phones.init()),
    openFamily: () => phones.init().then(() => new Family(options, adaptors)),
    openCheckpoint: () => gates.init().then(() => Checkpoint.open(options, adaptors)),
  };
}
