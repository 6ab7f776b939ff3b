// The demonstration alone: opens the page with the demo issuer's root key and its clock, which may be of another time. Both are
// kept, so that the code also opens without a network. As soon as config.js has root keys, it does nothing; nor does it anywhere
// but on the computer that it runs on.
import { config } from "./config.js";
import { open } from "./page.js";

async function demo() {
  if (!localStorage.demo) {
    const answer = await fetch("/demo.json").catch(() => undefined);
    if (!answer?.ok) {
      const told = answer ? `answers ${answer.status}` : "does not answer";
      const error = new Error(`the demo issuer ${told}: does it run, and is it asked by its own name?`);
      throw Object.assign(error, { code: "network-unreachable" });
    }
    const { roots, clock } = await answer.json();
    localStorage.demo = JSON.stringify({ roots, ahead: Date.parse(clock.now) - Date.now() });
  }
  const { roots, ahead } = JSON.parse(localStorage.demo);
  return { roots, adaptors: { clock: { now: () => Date.now() + ahead } } };
}

const here = ["localhost", "127.0.0.1"].includes(location.hostname);
open(config.roots.keys.length === 0 && here ? demo : () => config);
