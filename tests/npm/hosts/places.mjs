// Where things are.
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../..", import.meta.url));

export const examples = join(root, "pkg-template", "examples");
/** Where the samples are installed and built. */
export const work = join(root, "tests", "npm", "hosts", "work");

/** The packed package that is tested. */
export async function tarball() {
  if (process.env.HEALTHCODE_TARBALL) return process.env.HEALTHCODE_TARBALL;
  const found = (await readdir(join(root, "target", "npm")).catch(() => [])).find((name) => name.endsWith(".tgz"));
  if (found === undefined) throw new Error("target/npm/ has no tarball: run scripts/assemble-package.sh");
  return join(root, "target", "npm", found);
}
