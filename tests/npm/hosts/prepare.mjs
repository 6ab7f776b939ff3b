// Copies the sample apps, installs the packed tarball in each as an integrator does, and builds those that are built. Does
// nothing where nothing has changed.
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { build } from "vite";
import { list } from "./files.mjs";
import { examples, tarball, work } from "./places.mjs";
import { SUBPACKAGE, subpackage } from "./wechat/subpackage.mjs";

const run = promisify(execFile);
const here = fileURLToPath(new URL(".", import.meta.url));
const SAMPLES = ["wechat", "alipay", "vite", "react", "vue", "typescript", "script", "node"];
/** Those that Vite builds. */
const BUILT = ["vite", "react", "vue", "typescript"];

/** One line that changes whenever the package, a sample or the way that they are built does. */
async function inputs() {
  const hash = createHash("sha256").update(await readFile(await tarball()));
  for (const folder of [examples, here]) {
    for (const path of await list(folder, ["node_modules", "work"]))
      hash.update(path).update(await readFile(join(folder, path)));
  }
  return hash.digest("hex");
}

/** All but the package is installed here, in the folders above: npm would ask the registry about it even where it leaves it out. */
async function alone(manifest) {
  const {
    devDependencies: _,
    dependencies: { healthcode },
    ...rest
  } = JSON.parse(await readFile(manifest, "utf8"));
  await writeFile(manifest, JSON.stringify({ ...rest, dependencies: { healthcode } }));
}

/** Installs the tarball in a folder with a package.json. Without a network: the package needs no other one. */
export async function install(folder) {
  await run(
    "npm",
    [
      "install",
      "--prefix",
      folder,
      "--offline",
      "--no-save",
      "--no-package-lock",
      "--ignore-scripts",
      "--omit=dev",
      "--no-audit",
      "--no-fund",
      await tarball(),
    ],
    { cwd: folder },
  );
}

async function prepare() {
  const now = await inputs();
  const stamp = join(work, ".inputs");
  if (now === (await readFile(stamp, "utf8").catch(() => undefined))) {
    console.log("the samples are up to date");
  } else {
    await rm(work, { recursive: true, force: true });
    await mkdir(work, { recursive: true });
    for (const name of SAMPLES) {
      const folder = join(work, name);
      await cp(join(examples, name), folder, { recursive: true });
      await alone(join(folder, "package.json"));
      await install(folder);
      console.log(`installed in ${name}`);
    }
    await subpackage(join(work, "wechat"), join(work, "wechat-subpackage"));
    for (const [name, ...more] of [["wechat"], ["wechat-subpackage", SUBPACKAGE]]) {
      const { stdout } = await run(
        "node",
        [join(here, "wechat", "compile.mjs"), join(work, name), join(work, `${name}-compiled`), ...more],
        { maxBuffer: 1 << 24 },
      );
      console.log(`compiled for WeChat: ${stdout.trim().split("\n").at(-1)}`);
    }
    for (const name of BUILT) {
      await build({ root: join(work, name), logLevel: "warn" });
      console.log(`built with Vite: ${name}`);
    }
    await writeFile(stamp, now);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await prepare();
