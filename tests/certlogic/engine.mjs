// Our engine: `healthcode rules eval --lines`, built if `HEALTHCODE` does not name a built one.

import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const command = process.env.HEALTHCODE
  ? [process.env.HEALTHCODE]
  : ["cargo", "run", "--quiet", "--features", "cli", "--bin", "healthcode", "--"];

/** The answers to `{ logic, data }` or `{ text, data }`, in order: `{ value }` or `{ error, message }`. */
export function engine(lines) {
  const [program, ...args] = command;
  const run = spawnSync(program, [...args, "rules", "eval", "--lines"], {
    cwd: root,
    input: lines.map((line) => JSON.stringify(line)).join("\n"),
    maxBuffer: 1 << 30,
    stdio: ["pipe", "pipe", "inherit"],
  });
  if (run.error || run.status !== 0) {
    throw run.error ?? new Error(`the engine ended with status ${run.status}`);
  }
  return run.stdout
    .toString()
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
}
