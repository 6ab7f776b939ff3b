import { readdir } from "node:fs/promises";
import { join } from "node:path";

/** The files below a folder, by path from there, without the named folders. */
export async function list(folder, without = []) {
  const found = [];
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.isFile()) found.push(entry.name);
    else if (entry.isDirectory() && !without.includes(entry.name)) {
      for (const path of await list(join(folder, entry.name), without)) found.push(`${entry.name}/${path}`);
    }
  }
  return found.sort();
}
