// What a phone fetches where its trust list asks for proofs of the public log.
import assert from "node:assert/strict";
import { test } from "node:test";
import { sha256, trustList } from "./authority.mjs";
import { all } from "./expected.mjs";
import { bytes, required } from "./installed.mjs";
import { now, options, place, published, server, tracedStorage } from "./phone.mjs";

const { openPhone } = required("healthcode");
const files = [all.journey.rules, all.journey.risk].map(bytes);
const at = (moment) => new Date(moment).toISOString();
const list = trustList(6, {
  issued: at(now - 3_600_000),
  expires: at(now + 14 * 86_400_000),
  log: "log.example/health",
});
const proof = (file) => `/proofs/${sha256(file)}.cbor`;

/** What comes of a refresh from a server that has these proofs besides: the codes, and which files and proofs were asked for. */
async function refreshed(proofs, ask = (network, asked) => network.ask(asked)) {
  const network = server({ published: { ...published(), "/trust-list": list, "/trust/6": list, ...proofs } });
  const phone = await openPhone(options(tracedStorage(), { network: { ask: (asked) => ask(network, asked) } }));
  const codes = (await phone.refresh()).map(({ code }) => code);
  assert.equal(phone.log, "log.example/health");
  return { codes, asked: network.asked.filter((url) => /files|proofs/.test(url)).sort() };
}

test("a file is not fetched without its proof, and one whose proof is wrong is not taken", async () => {
  const none = await refreshed({});
  assert.deepEqual(none, { codes: ["proof-missing", "proof-missing"], asked: files.map(proof).sort() });
  const [rules] = files;
  const one = await refreshed({ [proof(rules)]: new TextEncoder().encode("a proof") });
  assert.deepEqual(one.codes.sort(), ["proof-missing", "proof-wrong"]);
  assert.deepEqual(one.asked, [place(rules), ...files.map(proof)].sort());
});

test("without a network nobody is told that a proof is missing", async () => {
  const { codes } = await refreshed({}, (network, asked) => {
    if (asked.url.startsWith("/proofs/")) throw Object.assign(new Error("offline"), { code: "network-unreachable" });
    return network.ask(asked);
  });
  assert.deepEqual(codes, ["network-unreachable", "network-unreachable"]);
});
