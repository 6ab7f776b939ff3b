// Unpacks the tarball of scripts/assemble-package.sh where the tests' own small projects find it.
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { installed, packed, projects } from "./installed.mjs";

const [tarball, ...others] = readdirSync(packed).filter((name) => name.endsWith(".tgz"));
if (tarball === undefined || others.length > 0)
  throw new Error("there must be one tarball: scripts/assemble-package.sh makes it");
rmSync(projects, { recursive: true, force: true });
mkdirSync(installed, { recursive: true });
execFileSync("tar", ["-xzf", join(packed, tarball), "-C", installed, "--strip-components=1"]);
