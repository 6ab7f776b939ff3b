// The demonstration: the demo issuer's root key, and its clock, which may be of another time. main.js has neither.
import { goTheWay } from "./health.js";

const server = process.env.DEMO_ISSUER ?? "http://127.0.0.1:8080";
const answer = await fetch(`${server}/demo.json`).catch(() => undefined);
if (!answer?.ok)
  throw new Error(
    `the demo issuer ${answer ? `answers ${answer.status}` : "does not answer"}: does it run at ${server}?`,
  );
const { roots, clock } = await answer.json();
const ahead = Date.parse(clock.now) - Date.now();
await goTheWay({ server, roots, adaptors: { clock: { now: () => Date.now() + ahead } } });
