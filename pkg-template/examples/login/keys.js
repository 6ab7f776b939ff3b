// Makes the key that signs login tokens, once: `npm run keys`. The issuer gets app-keys.json alone.
import { writeFileSync } from "node:fs";
import { calculateJwkThumbprint, exportJWK, generateKeyPair } from "jose";
import { config } from "./config.js";

const { privateKey } = await generateKeyPair("EdDSA", { crv: "Ed25519", extractable: true });
const { d, ...open } = await exportJWK(privateKey);
const kid = await calculateJwkThumbprint(open);
try {
  // `wx`: what is there already is never written over.
  writeFileSync(config.key, JSON.stringify({ kid, ...open, d }), { mode: 0o600, flag: "wx" });
} catch (thrown) {
  if (thrown.code !== "EEXIST") throw thrown;
  console.error(`${config.key} is there already, and is never written over: name another file by APP_KEY`);
  process.exit(1);
}
writeFileSync("app-keys.json", JSON.stringify({ keys: [{ kid, ...open }] }, null, 2));
console.log("app-keys.json is for the issuer; to rotate, put the new key beside the old one in it");
