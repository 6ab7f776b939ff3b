// The package as it is packed, and what the program is given: files of the signed vectors, by their paths on a server.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../../", import.meta.url));
/** An app's folder, in which the package is installed. */
export const app = fileURLToPath(new URL("work/", import.meta.url));
export const installed = join(app, "node_modules/healthcode");

const [tarball] = readdirSync(join(root, "target/npm")).filter((name) => name.endsWith(".tgz"));
rmSync(app, { recursive: true, force: true });
mkdirSync(installed, { recursive: true });
execFileSync("tar", ["-xzf", join(root, "target/npm", tarball), "-C", installed, "--strip-components=1"]);

const journey = JSON.parse(readFileSync(join(root, "tests/vectors/signed/journey.json"), "utf8"));
const person = journey.people.find(({ name }) => name === "red-back-from-wuhan");
const digest = (hex) => createHash("sha256").update(Buffer.from(hex, "hex")).digest("hex");
const given = {
  roots: journey.roots,
  now: Date.parse(journey.now),
  files: {
    "/manifest": journey.manifest,
    "/trust-list": journey.trust_list,
    [`/files/${digest(journey.rules)}`]: journey.rules,
    [`/files/${digest(journey.risk)}`]: journey.risk,
  },
  answers: person.reports[0].answers,
  text: person.text,
};

writeFileSync(join(app, "package.json"), JSON.stringify({ name: "app", private: true }));
cpSync(fileURLToPath(new URL("program.js", import.meta.url)), join(app, "program.js"));
writeFileSync(join(app, "given.js"), `export default ${JSON.stringify(given)};\n`);
writeFileSync(join(app, "given.json"), JSON.stringify(given));

/** An entry of the app. Its name in the folder. */
export function write(name, text) {
  writeFileSync(join(app, name), text);
  return join(app, name);
}

/** What the program comes to, if everything works. */
export const EXPECTED = {
  problems: [],
  report: "accepted",
  colour: person.assessment.colour,
  verdict: "accepted",
  sentence: JSON.parse(readFileSync(join(root, "words/errors/start.json"), "utf8"))["engine-missing"],
};
