// Makes the keys, once: `npm run keys`. Each is for one thing, and in an authority each of the first four belongs to somebody else.
import { mkdirSync, writeFileSync } from "node:fs";
import { init, newKey, publicKey } from "healthcode/issuer";
import { config } from "./config.js";

await init();
mkdirSync(config.keys, { recursive: true, mode: 0o700 });
for (const name of ["root", "rules-1", "rules-2", "risk-1", "risk-2", "manifest", "certificate"]) {
  const key = newKey();
  // `wx`: what is there already is never written over.
  writeFileSync(`${config.keys}/${name}.key`, key, { mode: 0o600, flag: "wx" });
  if (name === "root") console.log(`apps pin the root key ${publicKey(key)}`);
}
