// An issuer to start your own from: it publishes rules and risk data, and certifies phones that your backend has enrolled.
// docs/server.md is its contract, and `healthcode/issuer` keeps to it.
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import {
  HealthcodeError,
  init,
  listener,
  openRequest,
  publicKey,
  publish,
  rulesOf,
  signCertificate,
  signRiskTable,
  signRules,
  signTrustList,
} from "healthcode/issuer";
import { config } from "./config.js";
import { enrol, known } from "./people.js";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

await init();
const secret = (name) => new Uint8Array(readFileSync(`${config.keys}/${name}.key`));
const keys = {
  root: secret("root"),
  rules: [secret("rules-1"), secret("rules-2")],
  risk: [secret("risk-1"), secret("risk-2")],
  manifest: secret("manifest"),
  certificate: secret("certificate"),
};
const roots = { keys: [publicKey(keys.root)], signers: 1 };

/** A file that whoever starts from here writes. */
function own(file) {
  try {
    return readFileSync(file, "utf8");
  } catch (thrown) {
    throw new Error(`${file} cannot be read (${thrown.code}): docs/issuing.md of the package says what belongs there`);
  }
}

const toml = own(config.rules);
const rules = rulesOf(toml);

/** Who may sign what: the roots sign this, and apps pin the roots. Its version grows whenever it changes. */
function trustList() {
  const from = Date.parse(rules.validFrom) - DAY;
  const until = from + 360 * DAY;
  const entry = (key, signer, kind, place) => ({ key: publicKey(key), signer, kinds: [kind], place, from, until });
  const [firstRules, secondRules, firstRisk, secondRisk] = config.signers;
  const list = {
    keys: [
      entry(keys.rules[0], firstRules, "rule-pack", rules.region),
      entry(keys.rules[1], secondRules, "rule-pack", rules.region),
      entry(keys.risk[0], firstRisk, "risk-table"),
      entry(keys.risk[1], secondRisk, "risk-table"),
      entry(keys.manifest, "publisher", "manifest"),
      entry(keys.certificate, "certificates", "day-certificate", rules.region),
    ],
    roots,
  };
  const version = 1;
  return { version, bytes: signTrustList({ version, issued: from, expires: until }, list, [keys.root]) };
}

/** The rules hold as long as they say; their version is in the TOML, and grows whenever that changes. */
const rulePack = () => signRules(toml, Date.parse(rules.validFrom) - HOUR, keys.rules);

/** The risk data of the day, from your own source: `[{ place, level, from, to }, …]`. */
function riskTable(now) {
  const day = Math.floor(now / DAY);
  const header = { version: day, issued: day * DAY, expires: (day + 2) * DAY };
  return signRiskTable(header, JSON.parse(own(config.risk)), keys.risk);
}

const lists = [trustList()];

/** Everything that phones fetch, with a manifest of this hour. What a phone would refuse is not published: it throws. */
function published(now) {
  const hour = Math.floor(now / HOUR);
  return publish({
    header: { version: hour, issued: hour * HOUR, expires: hour * HOUR + 72 * HOUR },
    trustLists: lists,
    files: [rulePack(), riskTable(now)],
    roots,
    key: keys.manifest,
  });
}

let site = published(Date.now());
const hourly = setInterval(() => {
  try {
    site = published(Date.now());
  } catch (thrown) {
    // What was published before stays: phones say that it is stale after twelve hours.
    console.error("not published:", thrown.code, thrown.message);
  }
}, HOUR);

/** A certificate for a phone that is enrolled, with what is said of its person. */
function certify(request) {
  const now = Date.now();
  const asked = openRequest(request, now); // throws, with a code, for what no phone has signed
  if (asked.place !== rules.region)
    throw new HealthcodeError({ code: "issuer-not-here", message: `this issuer has no rules for ${asked.place}` });
  const person = known(asked);
  if (!person) throw new HealthcodeError({ code: "issuer-not-enrolled", message: "this phone is not enrolled" });
  return signCertificate(request, { now, hours: config.hours, key: keys.certificate, floor: person.floor });
}

const phones = listener({
  site: () => site,
  certify,
  log: ({ method, path, status }) => console.log(method, path, status),
  fault: (thrown) => console.error(thrown),
});

/** Where your backend enrols a phone once it has checked the person: never within the reach of phones. */
async function enrolment(request, response) {
  const parts = [];
  for await (const part of request) parts.push(part);
  try {
    const { key, name, number } = JSON.parse(Buffer.concat(parts).toString());
    enrol(key, name, number);
    response.writeHead(204).end();
  } catch {
    response.writeHead(400).end();
  }
}

const server = createServer(phones).listen(config.port, "127.0.0.1");
const backend = createServer(enrolment).listen(config.port === 0 ? 0 : config.port + 1, "127.0.0.1");
server.on("listening", () => console.log(`phones ask http://127.0.0.1:${server.address().port}`));
backend.on("listening", () => console.log(`the backend enrols at http://127.0.0.1:${backend.address().port}`));
console.log(`apps pin ${JSON.stringify(roots)}`);

for (const signal of ["SIGINT", "SIGTERM"]) {
  process.on(signal, () => {
    clearInterval(hourly);
    for (const one of [server, backend]) one.close();
    for (const one of [server, backend]) one.closeAllConnections();
  });
}
