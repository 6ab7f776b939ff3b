import type { Roots } from "healthcode";
import { type Desk, deskPath, type Offer } from "./desk.ts";
import { own } from "./package.ts";
import { PageProblem } from "./problem.ts";

/** What a demo server says about itself; other servers do not answer this. */
export interface Demonstration {
  demo: boolean;
  roots: Roots;
  clock: { now: string };
  /** What its main desk has rules for. */
  rules: Offer[];
  /** Its other desks; only the main one names them. */
  desks?: Desk[];
}

/** What the desk under a path says about itself: by default the chosen one. */
export async function fetchDemonstration(path = deskPath()): Promise<Demonstration> {
  const { status, body } = await own()
    .hostAdaptors()
    .network.ask({ url: `${path}/demo.json`, most: 16_384 });
  if (status !== 200) throw new PageProblem("network-status", `the server answered ${status}`);
  return JSON.parse(new TextDecoder().decode(body)) as Demonstration;
}
