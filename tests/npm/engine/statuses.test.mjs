// Lists of withdrawn certificates: what the core makes of the vectors, and what a checkpoint fetches, keeps and says.
import assert from "node:assert/strict";
import { test } from "node:test";
import { both, bytes, vectors } from "./installed.mjs";
import { options, server, tracedStorage } from "./phone.mjs";

const healthcode = both("healthcode");
await healthcode.init();
const { roots, at, trust_list, lists, cases } = vectors("statuses");
const now = Date.parse(at);

const opened = () => {
  const verifier = new healthcode.Verifier(roots);
  assert.equal(verifier.load(bytes(trust_list), now).result, "loaded");
  return verifier;
};

test("every list is loaded or refused with its code, and every code gets its verdict by them", () => {
  for (const { name, list, code } of lists) {
    const verifier = opened();
    assert.equal(verifier.loadStatuses(bytes(list), now)?.code, code, name);
    assert.equal(verifier.statuses().length, code === undefined ? 1 : 0, name);
    verifier.free();
  }
  for (const { name, lists: held, now: moment, text, verdict, stage, code } of cases) {
    const verifier = opened();
    for (const list of held) assert.equal(verifier.loadStatuses(bytes(list), now), undefined);
    const said = verifier.verify(text, Date.parse(moment));
    assert.deepEqual([said.verdict, said.stage, said.code], [verdict, stage, code], name);
    assert.equal(typeof said.statusAt, verdict === "accepted" ? "string" : "undefined", name);
    verifier.free();
  }
  const verifier = opened();
  assert.equal(verifier.loadStatuses(new Uint8Array((512 << 10) + 1), now).code, "status-too-large");
  assert.throws(() => verifier.loadStatuses("list", now), { code: "misuse-argument" });
  verifier.free();
});

test("a checkpoint fetches lists of three days, keeps them over a restart, and says how old they are", async () => {
  const [standing] = cases;
  const withdrawn = cases.find(({ name }) => name === "withdrawn");
  const network = server();
  network.answers["/trust-list"] = bytes(trust_list);
  const storage = tracedStorage();
  const opening = { ...options(storage, { network }), roots };
  opening.adaptors.clock = { now: () => now };
  const checkpoint = await healthcode.openCheckpoint(opening);
  assert.deepEqual(
    (await checkpoint.refresh()).map(({ code }) => code).filter((code) => code.startsWith("status")),
    [],
  );
  const asked = network.asked.filter((path) => path.startsWith("/status/"));
  assert.deepEqual(
    asked.map((path) => path.replace(/[0-9a-f]{16}/, "key")),
    ["/status/key/2020-02-12", "/status/key/2020-02-11", "/status/key/2020-02-10"],
  );
  assert.equal(checkpoint.statusAt, undefined, "the issuer has none");
  assert.equal(checkpoint.verify(standing.text).code, "code-no-status");

  network.answers[asked[0]] = bytes(standing.lists[0]);
  await checkpoint.refresh();
  assert.equal(Date.parse(checkpoint.statusAt), now);
  assert.equal(Date.parse(checkpoint.verify(standing.text).statusAt), now);
  network.answers[asked[0]] = bytes(withdrawn.lists[0]);
  await checkpoint.refresh();
  assert.deepEqual(
    [checkpoint.verify(standing.text).verdict, checkpoint.verify(standing.text).code],
    ["refused", "code-withdrawn"],
  );
  // What is no list is a problem, and the one that is there stays; so does it over a restart without a network.
  network.answers[asked[0]] = bytes(trust_list);
  assert.ok((await checkpoint.refresh()).some(({ code }) => code === "status-malformed"));
  checkpoint.close();
  const again = await healthcode.openCheckpoint(opening);
  assert.equal(again.verify(standing.text).code, "code-withdrawn");
  assert.equal(Date.parse(again.statusAt), now);
  again.close();
});
