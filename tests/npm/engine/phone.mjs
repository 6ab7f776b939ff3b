// A phone on the signed vectors: their clock, and a server that has their files.
import { randomBytes } from "node:crypto";
import { certificate, sha256 } from "./authority.mjs";
import { all } from "./expected.mjs";
import { bytes } from "./installed.mjs";

const { journey } = all;
export const now = Date.parse(journey.now);
export const [person] = journey.people;

/** A clock that stands still until it is set. */
export function clockAt(start = now) {
  const clock = { at: start, now: () => clock.at };
  return clock;
}

/** Where a server has files that are named by their hash. */
export const place = (file) => `/files/${sha256(file)}`;

/** What the issuer of the vectors publishes, by path. */
export function published() {
  const [rules, risk] = [bytes(journey.rules), bytes(journey.risk)];
  return {
    "/manifest": bytes(journey.manifest),
    "/trust-list": bytes(journey.trust_list),
    "/trust/5": bytes(journey.trust_list),
    [place(rules)]: rules,
    [place(risk)]: risk,
  };
}

/** The issuer's server: its files, and a certificate for each request. What was asked is listed. */
export function server(options = {}) {
  const asked = [];
  const answers = options.published ?? published();
  const ask = async ({ url, body, held }) => {
    asked.push(url);
    if (options.offline) throw Object.assign(new Error("offline"), { code: "network-unreachable" });
    if (url === "/certificates") return { status: 200, body: certificate(body, options.clock?.now() ?? now) };
    const file = answers[url];
    if (file === undefined) return { status: 404, body: new Uint8Array() };
    if (held !== undefined && held === sha256(file)) return { status: 304, body: new Uint8Array() };
    return { status: 200, body: file };
  };
  return { ask, asked, answers };
}

/** A storage of which a test sees every value, and which it can stop at any writing. */
export function tracedStorage({ most = 1_000_000, total = 10_000_000 } = {}) {
  const values = new Map();
  const storage = {
    most,
    total,
    values,
    /** How many changes go through before the power fails; nothing after that does anything. */
    power: Infinity,
    changes: 0,
    /** How many characters there is room for. */
    room: Infinity,
    get: async (key) => values.get(key),
    keys: async () => [...values.keys()],
    set: async (key, value) => {
      if (value.length > most) throw new Error("the host's limit for one value is not kept");
      const used = [...values].reduce((sum, [name, text]) => sum + (name === key ? 0 : name.length + text.length), 0);
      if (used + key.length + value.length > Math.min(total, storage.room))
        throw Object.assign(new Error("full"), { code: "storage-full" });
      spend();
      values.set(key, value);
    },
    remove: async (key) => {
      spend();
      values.delete(key);
    },
  };
  function spend() {
    if (storage.power <= 0) throw Object.assign(new Error("the power has failed"), { code: "power" });
    storage.power -= 1;
    storage.changes += 1;
  }
  return storage;
}

/** Random bytes; what it gave is listed. */
export function randomOf() {
  const given = [];
  const bytes = async (length) => {
    given.push(randomBytes(length));
    return new Uint8Array(given.at(-1));
  };
  return { bytes, given };
}

/** What `openPhone` needs of all that. */
export function options(storage, more = {}) {
  const { network = server(), clock = clockAt(), random = randomOf(), ...rest } = more;
  return { roots: journey.roots, adaptors: { storage, network, clock, random }, ...rest };
}

/** Takes a new phone to where it can show a code. */
export async function enrolled(healthcode, opened) {
  const phone = await healthcode.openPhone(opened);
  const problems = await phone.refresh();
  if (problems.length > 0) throw new Error(JSON.stringify(problems));
  await phone.certify(healthcode.maskIdentity(journey.name, journey.number));
  return phone;
}
