// A phone on the signed vectors: their clock, their random bytes, and a server that has their files.
import { all } from "./expected.mjs";
import { bytes, hex } from "./installed.mjs";

const { journey } = all;
export const now = Date.parse(journey.now);
export const [person] = journey.people;

/** A clock that stands still until it is set. */
export function clockAt(start = now) {
  const clock = { at: start, now: () => clock.at };
  return clock;
}

/** The issuer's server: the files of the vectors, and their certificate for their request. What was asked is listed. */
export function server(options = {}) {
  const asked = [];
  const answers = {
    "/files/trust-list": journey.trust_list,
    "/files/rule-pack": journey.rules,
    "/files/risk-table": journey.risk,
  };
  const ask = async ({ url, body }) => {
    asked.push(url);
    if (options.offline) throw Object.assign(new Error("offline"), { code: "network-unreachable" });
    if (url === "/certificates") {
      if (hex(body) === journey.request) return { status: 200, body: bytes(journey.certificate) };
      return {
        status: 400,
        body: new TextEncoder().encode(JSON.stringify({ code: "certificate-request-signature", message: "…" })),
      };
    }
    return answers[url] ? { status: 200, body: bytes(answers[url]) } : { status: 404, body: new Uint8Array() };
  };
  return { ask, asked };
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

/** What `openPhone` needs of all that. */
export function options(storage, more = {}) {
  const { network = server(), clock = clockAt(), ...rest } = more;
  const random = { bytes: async () => bytes(journey.random) };
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
