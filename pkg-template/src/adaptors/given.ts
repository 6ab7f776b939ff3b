// Checks the adaptors that an app passes, which may have any form.
import { isAbsent, isRecord, need, needFunction } from "../argument.js";
import { failure } from "../failure.js";
import type { Adaptors, Network } from "./interfaces.js";

/** What the package calls of each adaptor, if it is there. */
const CALLED: { readonly [K in keyof Adaptors]-?: string } = {
  random: "bytes",
  keys: "make sign keep",
  clock: "now",
  storage: "get set remove keys",
  scan: "scan",
  location: "where",
  network: "ask",
  screen: "bright",
  canvas: "find",
};

/**
 * An app's own adaptors in place of the host's; one that is `undefined` or `null` is left out. Throws `misuse-argument` for
 * one that lacks what is called of it.
 */
export function replaced(own: Adaptors, given: unknown): Adaptors {
  const all: { [name: string]: unknown } = { ...own };
  if (isAbsent(given)) return own;
  need(isRecord(given), "adaptors", "an object");
  for (const name of Object.keys(CALLED)) {
    const one = (given as { readonly [name: string]: unknown })[name];
    if (isAbsent(one)) continue;
    const path = `adaptors.${name}`;
    need(isRecord(one), path, "an object");
    const parts = one as { readonly [name: string]: unknown };
    for (const called of CALLED[name as keyof Adaptors].split(" ")) needFunction(parts[called], `${path}.${called}`);
    if (name === "storage")
      need(Number(parts.most) > 0 && Number(parts.total) > 0, path, "one with `most` and `total`");
    all[name] = one;
  }
  return all as unknown as Adaptors;
}

/** A network where there is no page: it throws `misuse-argument` for a path alone, which has no site to be on. */
export function addressed(network: Network): Network {
  return {
    ask: async (request) => {
      if (request.url.charAt(0) === "/")
        throw failure("misuse-argument", "there is no page whose site could be asked: pass `server`");
      return network.ask(request);
    },
  };
}
