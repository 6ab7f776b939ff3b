import type { Roots } from "healthcode";
import { own } from "./package.ts";
import { PageProblem } from "./problem.ts";

/** What a demo server says about itself; other servers do not answer this. */
export interface Demonstration {
  demo: boolean;
  roots: Roots;
  clock: { now: string };
}

export async function fetchDemonstration(): Promise<Demonstration> {
  const { status, body } = await own().hostAdaptors().network.ask({ url: "/demo.json", most: 4_096 });
  if (status !== 200) throw new PageProblem("network-status", `the server answered ${status}`);
  return JSON.parse(new TextDecoder().decode(body)) as Demonstration;
}
