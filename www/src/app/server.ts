import { PageProblem } from "./problem.ts";

/** The signed files that everyone gets alike: fetching them says nothing about the person. */
export type FileName = "trust-list" | "rule-pack" | "risk-table";

/** How long to wait for an answer, in milliseconds. */
const PATIENCE = 15_000;

async function ask(path: string, request: RequestInit = {}): Promise<Response> {
  let answer: Response;
  try {
    answer = await fetch(path, {
      cache: "no-store",
      credentials: "omit",
      referrerPolicy: "no-referrer",
      signal: AbortSignal.timeout(PATIENCE),
      ...request,
    });
  } catch {
    throw new PageProblem("network-unreachable", "the server could not be reached");
  }
  if (!answer.ok) throw await refusal(answer);
  return answer;
}

/** What the server says of why it refused, where it says so in its own form. */
async function refusal(answer: Response): Promise<PageProblem> {
  try {
    const { code, message } = (await answer.json()) as { code?: unknown; message?: unknown };
    if (typeof code === "string" && typeof message === "string") return new PageProblem(code, message);
  } catch {
    // Not in its own form.
  }
  return new PageProblem("network-status", `the server answered ${answer.status}`);
}

export async function fetchFile(name: FileName): Promise<Uint8Array> {
  return new Uint8Array(await (await ask(`/files/${name}`)).arrayBuffer());
}

/** Sends a certificate request: the only thing about a person that ever leaves the phone. */
export async function requestCertificate(request: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const answer = await ask("/certificates", {
    method: "POST",
    headers: { "content-type": "application/cose" },
    body: request,
  });
  return new Uint8Array(await answer.arrayBuffer());
}

/** What a demonstration server says of itself; other servers have no such answer. */
export interface Demonstration {
  demo: boolean;
  roots: string[];
  clock: { now: string };
}

export async function fetchDemonstration(): Promise<Demonstration> {
  return (await (await ask("/demo.json")).json()) as Demonstration;
}
