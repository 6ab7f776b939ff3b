// The package's command, as `npx` runs it in a folder where the package is installed.
import { spawn } from "node:child_process";
import { join } from "node:path";

/** Runs `healthcode` with these arguments; `out` is what it wrote until it listened or ended. */
export async function run(t, folder, args) {
  const child = spawn(join(folder, "node_modules/.bin/healthcode"), args, { cwd: folder });
  t.after(() => child.kill("SIGKILL"));
  let [out, log] = ["", ""];
  const ends = new Promise((resolve) => child.on("close", (code, signal) => resolve(code ?? signal)));
  child.stderr.on("data", (data) => {
    log += data;
  });
  const listens = new Promise((resolve) => {
    child.stdout.on("data", (data) => {
      out += data;
      if (/^listening on /m.test(out)) resolve();
    });
  });
  await Promise.race([listens, ends]);
  const [, url] = /listening on (http:\/\/127\.0\.0\.1:\d+)\//.exec(out) ?? [];
  return { child, ends, url, out: () => out, log: () => log };
}

/** What the demo prints for `openPhone`, as an integrator copies it. */
export function printed(out) {
  const [, server, key] = /server: "(.*)",\n\s+roots: \{ keys: \["([0-9a-f]{64})"\], signers: 1 \}/.exec(out);
  return { server, roots: { keys: [key], signers: 1 } };
}
