// The same for tests in Node, which run in pkg-template/.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { mock } from "node:test";
import { drawn } from "../src/view/after-drawing.js";
import { levels } from "../src/view/places/levels.js";
import { placesFrom } from "../src/view/places/names.js";
import { search } from "../src/view/places/search.js";
import { connect, prefer } from "../src/view/session.js";
import type { Detail } from "../src/view/view.js";
import { type Journey, makeWorld } from "./world.js";

const journey = JSON.parse(readFileSync(join("..", "tests/vectors/signed/journey.json"), "utf8")) as Journey;
const module = (engine: string) => new Uint8Array(readFileSync(`src/engine/${engine}/healthcode.wasm`));
const [wasm, verifier] = [module("core"), module("verifier")];

/** The moment of the vectors. */
export const NOW = Date.parse(journey.now);

placesFrom(() => readFileSync("data/places.tsv", "utf8"), levels, search);

export const world = () => makeWorld(journey, wasm, verifier);

/** What an element says to its handler. */
export const happened = (data: Record<string, string> = {}, value = "") => ({ data, value });

/** After each test nothing is left of what it connected, preferred or mocked. */
export async function cleared(): Promise<void> {
  connect({ retry: undefined, phone: undefined, family: undefined, checkpoint: undefined, problem: undefined });
  prefer({ language: "zh-Hans", large: false, simple: false, size: -1 });
  await calm();
}

/** Lets whatever needs no timer come to its end, such as the making of a code. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 500; turn += 1) await undefined;
}

const { setTimeout: soon } = globalThis;

/** After a test: lets whatever waits for a code to be drawn come to its end, by timers mocked or not, and mocks none any more. */
export async function calm(): Promise<void> {
  let over = false;
  void drawn().then(() => {
    over = true;
  });
  for (let turn = 0; !over; turn += 1) {
    if (turn === 1_000) throw new Error("something waits for a timer that was mocked and is gone");
    try {
      mock.timers.tick(1_000);
    } catch {
      // None are mocked.
    }
    await new Promise((resolve) => soon(resolve, 5));
  }
  mock.timers.reset();
}

/** With a mocked `setTimeout`: lets a forecast that was asked for be made, slice by slice. */
export async function foretold(): Promise<void> {
  for (let turn = 0; turn < 50; turn += 1) {
    mock.timers.tick(10);
    await new Promise(setImmediate);
  }
}

/** A component around a view, which counts what it is asked. */
export function context() {
  const heard = { updates: 0, told: [] as string[], details: [] as (Detail | undefined)[], revealed: [] as string[] };
  return {
    heard,
    update: () => {
      heard.updates += 1;
    },
    tell: (event: string, detail?: Detail) => {
      heard.told.push(event);
      heard.details.push(detail);
    },
    reveal: (of: string) => void heard.revealed.push(of),
  };
}
