// What an app may connect, in JavaScript of any type: what its type says is taken, and what is wrong is refused and changes nothing.
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { connect, prefer, session } from "../src/view/session.js";
import { cleared, world } from "./phone.js";

afterEach(cleared);

test("`null` is nothing yet, as before an app has opened its phone", async () => {
  const it = world();
  const phone = await it.phoneOf("green-at-home");
  connect({ phone, challenge: true, problem: { code: "phone-person", message: "" }, retry: () => undefined });
  const none = { phone: null, family: null, checkpoint: null, challenge: null, problem: null, retry: null };
  connect(none as unknown as Parameters<typeof connect>[0]);
  for (const part of Object.keys(none)) assert.equal(session[part as keyof typeof none], undefined, part);
  connect({ phone });
  assert.equal(session.phone, phone);
});

test("what is of the wrong type is refused, whichever part it is", () => {
  const wrong = {
    phone: ["yes", 1, {}, Promise.resolve({}), []],
    family: ["yes", {}, []],
    checkpoint: ["yes", {}, []],
    challenge: ["yes", 1, {}, []],
    problem: ["yes", 1, {}, [], { code: 1 }],
    retry: ["yes", 1, {}, []],
    readRule: ["yes", 1, {}, []],
    large: ["yes", 1, {}, []],
  };
  const before = { ...session };
  for (const [part, values] of Object.entries(wrong))
    for (const value of values)
      assert.throws(() => connect({ [part]: value }), { code: "misuse-argument" }, `${part}: ${JSON.stringify(value)}`);
  assert.deepEqual({ ...session }, before);
});

test("the size of type and one thing at a time are for `prefer`, by type and at run time", () => {
  // @ts-expect-error: `connect` has no such part.
  assert.throws(() => connect({ simple: true }), { code: "misuse-argument", message: /without `simple`/ });
  // @ts-expect-error: nor this.
  assert.throws(() => connect({ size: 3 }), { code: "misuse-argument", message: /without `size`/ });
  prefer({ simple: true, size: 3 });
  assert.deepEqual([session.simple, session.size], [true, 3]);
});
