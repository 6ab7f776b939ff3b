// The installed package itself, in Node: what checks what the hosts show.
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { work } from "./places.mjs";

const entry = (name) =>
  import(pathToFileURL(join(work, "node", "node_modules", "healthcode", "node", `${name}.mjs`)).href);

export const healthcode = await entry("index");
const { openCheckpoint } = await entry("checkpoint");

/** The sentence of a code. */
export const sentence = (code, language = "zh-Hans") => healthcode.problemText({ code, message: "" }, language);

/** What a checkpoint with the issuer's files concludes from a text, by the issuer's clock, or milliseconds ahead of it. */
export async function verify(issuer, text, ahead = 0) {
  const { roots, clock } = await (await fetch(`${issuer}/demo.json`)).json();
  const now = Date.parse(clock.now) + ahead;
  const checkpoint = await openCheckpoint({
    roots,
    server: issuer,
    adaptors: { clock: { now: () => now }, storage: healthcode.memoryStorage() },
  });
  const [problem] = await checkpoint.refresh();
  if (problem) throw new Error(problem.code);
  const verdict = checkpoint.verify(text);
  checkpoint.close();
  return verdict;
}
