import type { Adaptors } from "healthcode";

/** A request that this page has made, as far as it says anything of anybody: how much went out, and how much came. */
export interface Asked {
  at: number;
  path: string;
  sent: number;
  received: number;
  /** The answer's status; `undefined` if none came. */
  status: number | undefined;
}

/** The requests of this visit, the newest first. */
export const requests: Asked[] = [];
/** The most that are listed. */
const MOST = 100;

let heard: () => void = () => undefined;

/** Calls `hear` after each request. */
export function watchRequests(hear: () => void): void {
  heard = hear;
}

/** A network that notes each request before it goes out. */
export function noted(network: Adaptors["network"], now: () => number): Adaptors["network"] {
  return {
    ask: async (request) => {
      const { pathname } = new URL(request.url, location.href);
      const asked: Asked = {
        at: now(),
        path: pathname,
        sent: request.body?.length ?? 0,
        received: 0,
        status: undefined,
      };
      requests.unshift(asked);
      requests.length = Math.min(requests.length, MOST);
      try {
        const answer = await network.ask(request);
        Object.assign(asked, { status: answer.status, received: answer.body.length });
        return answer;
      } finally {
        heard();
      }
    },
  };
}

/** How many characters are stored under each kind of name. */
export async function storedSizes(storage: Adaptors["storage"]): Promise<Map<string, number>> {
  const sizes = new Map<string, number>();
  for (const key of await storage.keys()) {
    const kind = kindOf(key);
    sizes.set(kind, (sizes.get(kind) ?? 0) + ((await storage.get(key))?.length ?? 0));
  }
  return sizes;
}

/** What is stored under a name: a key of the browser's, a report that is not handed in, or what the phone knows. */
function kindOf(key: string): "keys" | "unsent" | "gate" | "phone" {
  if (key.includes("healthcode.key.")) return "keys";
  if (key.endsWith(".unsent")) return "unsent";
  return key.includes(".checkpoint") ? "gate" : "phone";
}
