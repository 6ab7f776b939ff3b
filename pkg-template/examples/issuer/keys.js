// Makes the keys, once: `npm run keys`. Each is for one thing, and in an authority each of the first four belongs to somebody else.
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { init, newKey, publicKey } from "healthcode/issuer";
import { config } from "./config.js";

await init();
if (existsSync(`${config.keys}/root.key`)) {
  console.error(`${config.keys} has keys already, which are never written over: name another folder by KEYS`);
  process.exit(1);
}
mkdirSync(config.keys, { recursive: true, mode: 0o700 });
for (const name of ["root", "rules-1", "rules-2", "risk-1", "risk-2", "manifest", "certificate"]) {
  const key = newKey();
  // `wx`: what is there already is never written over.
  writeFileSync(`${config.keys}/${name}.key`, key, { mode: 0o600, flag: "wx" });
  if (name === "root") console.log(`apps pin the root key ${publicKey(key)}`);
}
