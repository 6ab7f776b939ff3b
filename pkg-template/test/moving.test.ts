// A person moves to another phone, by a file that only a passphrase opens.
import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { packed, unpacked } from "../src/phone/moving.js";
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
  for (const bad of ["", "{}", "null", file.slice(0, -9), file.replace("move-1", "move-2")])
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
