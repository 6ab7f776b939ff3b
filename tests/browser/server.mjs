// Starts the real `healthcode serve` on a free port, with a clock and a folder of its own.
import { execFile, spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));
const binary = process.env.HEALTHCODE_BIN ?? path("../../target/release/healthcode");
const www = path("../../www/dist");

/** A folder for an issuer's keys, gone after the tests. */
export async function issuerFolder(test) {
  const folder = await mkdtemp(join(tmpdir(), "healthcode-"));
  test.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/**
 * A file of rows by which three streets are listed since January 2020: two of Wuchang, one high and one medium, and a high one of the
 * county in Hangzhou where people in these tests live.
 */
export async function streets(test) {
  const file = join(await issuerFolder(test), "risk.csv");
  const listed = ["330106001,high", "420106001,high", "420106002,medium"];
  const rows = listed.map((row) => `${row},2020-01-24T00:00:00+08:00,`);
  await writeFile(file, ["place,level,from,to", ...rows, ""].join("\n"));
  return file;
}

/** What the tool says to a command. */
export async function tool(...args) {
  return (await promisify(execFile)(binary, args)).stdout;
}

/**
 * Serves the page until `stop()`. `now` is where the demo clock starts, `data` the issuer's folder, `port` the port if it
 * must be the same as before, `folder` another page than the app's, or null for none, `risk` a file of rows, `rules` a pack,
 * `exposures` a file of tags.
 */
export async function serve(test, { data, now = "2020-02-20T08:00:00+08:00", port = 0, folder = www, ...given } = {}) {
  data ??= await issuerFolder(test);
  const page = folder === null ? [] : ["--www", folder];
  const files = ["risk", "rules", "exposures"].filter((name) => given[name] !== undefined);
  const inputs = files.flatMap((name) => [`--${name}`, given[name]]);
  const args = ["serve", "--listen", `127.0.0.1:${port}`, ...page, ...inputs, "--data", data, "--now", now];
  const child = spawn(binary, args, { stdio: ["ignore", "pipe", "pipe"] });
  const exited = new Promise((resolve) => child.once("exit", resolve));
  let log = "";
  const url = await new Promise((resolve, reject) => {
    const read = (chunk) => {
      log += chunk;
      const found = log.match(/http:\/\/127\.0\.0\.1:\d+/);
      if (found) resolve(found[0]);
    };
    child.stdout.on("data", read);
    child.stderr.on("data", read);
    child.once("error", reject);
    exited.then(() => reject(new Error(`the server stopped:\n${log}`)));
  });
  const stop = async () => {
    child.kill("SIGINT");
    await exited;
  };
  test.after(stop);
  return { url, port: Number(new URL(url).port), data, stop, log: () => log };
}
