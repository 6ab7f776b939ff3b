// The part of an app's backend that says whose phone it is. A mini-program sends it `{ host, code, key }`: its host, the login code that the
// host gave it (`wx.login`, `my.getAuthCode`), and `phone.holder.publicKey()`. The issuer gets a login token of five minutes.
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { importJWK, SignJWT } from "jose";
import { documentOf } from "./accounts.js";
import { config } from "./config.js";
import { CodeRefused, HostFault, hosts } from "./hosts.js";

const BODY = 4_096;
const jwk = JSON.parse(readFileSync(config.key, "utf8"));
const secret = await importJWK(jwk, "EdDSA");

const token = (key, { name, number }) =>
  new SignJWT({ key, name, number })
    .setProtectedHeader({ alg: "EdDSA", kid: jwk.kid })
    .setIssuer(config.issuer)
    .setAudience(config.audience)
    .setIssuedAt()
    .setExpirationTime("5m")
    .setJti(randomUUID())
    .sign(secret);

/** What somebody has sent; nothing if it is not what a mini-program sends. */
async function read(request) {
  const parts = [];
  let length = 0;
  for await (const part of request.iterator({ destroyOnReturn: false })) {
    length += part.length;
    if (length > BODY) return undefined;
    parts.push(part);
  }
  try {
    const { host, code, key } = JSON.parse(Buffer.concat(parts).toString());
    const known = Object.hasOwn(hosts, host) && typeof code === "string" && code.length > 0 && code.length <= 512;
    return known && /^[0-9a-f]{64}$/.test(key) ? { host, code, key } : undefined;
  } catch {
    return undefined;
  }
}

/** Enrols the phone of whoever is logged in, and says how that went: a status, and a code for the app. */
async function enrol(request) {
  if (request.method !== "POST" || request.url !== "/enrol") return [404, "not-here"];
  const asked = await read(request);
  if (!asked) return [400, "malformed"];
  const user = await hosts[asked.host](asked.code);
  const document = documentOf(user);
  if (!document) return [403, "document-unchecked"];
  const response = await fetch(config.enrolments, {
    method: "POST",
    headers: { "content-type": "application/jwt" },
    body: await token(asked.key, document),
    signal: AbortSignal.timeout(10_000),
  });
  return response.ok ? [200, "enrolled"] : [502, "issuer-refuses"];
}

const server = createServer(async (request, response) => {
  let answer;
  try {
    answer = await enrol(request);
  } catch (thrown) {
    answer = thrown instanceof CodeRefused ? [401, "login-code-refused"] : [502, "unavailable"];
    // Other messages may quote what somebody has sent.
    if (!(thrown instanceof CodeRefused)) console.error(thrown instanceof HostFault ? thrown.message : thrown.name);
  }
  const [status, code] = answer;
  // Neither who it was nor their code is written down.
  console.log(request.method, status, code);
  response.writeHead(status, {
    "content-type": "application/json",
    "cache-control": "no-store",
    // Whatever of a body was too long is not waited for.
    ...(status === 400 && { connection: "close" }),
  });
  response.end(JSON.stringify({ code }));
});
server.headersTimeout = server.requestTimeout = 10_000;
server.listen(config.port, "127.0.0.1", () =>
  console.log(`the app enrols phones at http://127.0.0.1:${server.address().port}/enrol`),
);
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => server.close(() => process.exit()));
