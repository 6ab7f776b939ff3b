// A person moves to another phone, by a file that only a passphrase opens.
import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { packed, packedAll, unpacked, unpackedAll } from "../src/phone/moving.js";
import { cleared, world } from "./phone.js";

const SAID = "four words are better";

let it: ReturnType<typeof world>;
beforeEach(() => {
  it = world();
});
afterEach(cleared);

const code = (code: string) => (thrown: unknown) => (thrown as { code?: string }).code === code;

test("what a phone keeps goes to another in a file, and only by its passphrase", async () => {
  const phone = await it.phoneOf("red-back-from-wuhan");
  const reports = phone.holder.reports();
  const file = await packed({}, it.adaptors, SAID);
  assert.doesNotMatch(file, /temperature|420106|\*/, "nothing of it can be read");
  await assert.rejects(packed({}, it.adaptors, "short"), code("move-weak"));
  await assert.rejects(unpacked({}, it.adaptors, file, SAID), code("move-occupied"));

  const other = world();
  await assert.rejects(packed({}, other.adaptors, SAID), code("move-nothing"));
  await assert.rejects(unpacked({}, other.adaptors, file, "another passphrase"), code("move-passphrase"));
  for (const bad of ["", "{}", "null", file.slice(0, -9), file.replace("move-1", "move-3")])
    await assert.rejects(unpacked({}, other.adaptors, bad, SAID), code("move-file"), bad.slice(0, 20));
  const { data, ...rest } = JSON.parse(file) as { data: string };
  const changed = JSON.stringify({ ...rest, data: `${data[0] === "A" ? "B" : "A"}${data.slice(1)}` });
  await assert.rejects(unpacked({}, other.adaptors, changed, SAID), code("move-passphrase"));
  assert.deepEqual([...other.state.stored.keys()], [], "nothing was changed");
  await unpacked({}, other.adaptors, file, SAID);
  const moved = await other.open();
  assert.deepEqual(moved.holder.reports(), reports);
  assert.deepEqual(moved.identity, phone.identity);
  assert.equal((await moved.show()).result, "shown");
});

test("everybody of a phone goes to another in one file, all of them or none", async () => {
  await it.phoneOf("red-back-from-wuhan");
  await it.phoneOf("green-at-home", "2");
  const file = await packedAll(it.adaptors, SAID);
  assert.doesNotMatch(file, /temperature|420106|\*/, "nothing of it can be read");
  await assert.rejects(unpacked({}, world().adaptors, file, SAID), code("move-file"));

  const used = world();
  await used.phoneOf("green-at-home", "2");
  const before = [...used.state.stored.entries()];
  await assert.rejects(unpackedAll(used.adaptors, file, SAID), code("move-occupied"));
  assert.deepEqual([...used.state.stored.entries()], before, "nothing was changed");

  const full = world();
  const { set } = full.adaptors.storage;
  const storage = {
    ...full.adaptors.storage,
    set: async (key: string, value: string) => {
      if (key.includes("person-2")) throw new Error("there is no room");
      await set(key, value);
    },
  };
  await assert.rejects(unpackedAll({ ...full.adaptors, storage }, file, SAID), code("storage-unavailable"));
  assert.deepEqual(await (await full.openFamily()).people(), [], "nobody came alone");

  const other = world();
  assert.deepEqual(await unpackedAll(other.adaptors, file, SAID), ["1", "2"]);
  const family = await other.openFamily();
  const reports = async (person: string) => (await family.open(person)).holder.reports().length;
  assert.deepEqual(
    (await family.people()).map(({ identity }) => identity !== undefined),
    [true, true],
  );
  assert.ok((await reports("1")) > 0 && (await reports("2")) > 0);
  const alone = world();
  assert.deepEqual(await unpackedAll(alone.adaptors, await packed({}, it.adaptors, SAID), SAID), ["1"]);
});
