// Both engines answer generated cases alike: the same value, or an error from both.

import assert from "node:assert/strict";
import { test } from "node:test";
import { isDeepStrictEqual } from "node:util";
import { engine } from "./engine.mjs";
import { cases } from "./generate.mjs";
import { oracle } from "./oracle.mjs";

const SEED = Number(process.env.SEED ?? 20200211);
const COUNT = Number(process.env.COUNT ?? 100_000);

test(`${COUNT} generated cases agree with certlogic-js (SEED=${SEED})`, (t) => {
  const tally = { value: 0, invalid: 0, evaluation: 0, date: 0 };
  const operations = {};
  for (let done = 0; done < COUNT; done += 20_000) {
    // A seed of its own for each part keeps any part reproducible alone.
    const part = cases(SEED + done, Math.min(20_000, COUNT - done));
    const answers = engine(part);
    assert.equal(answers.length, part.length);
    part.forEach(({ logic, data }, at) => {
      const expected = oracle(logic, data);
      const answer = answers[at];
      const agree = expected.error
        ? "error" in answer
        : isDeepStrictEqual(answer.value, expected.value) && !("error" in answer);
      assert.ok(agree, JSON.stringify({ logic, data, expected, answer }));
      tally[expected.why ?? "value"] += 1;
      for (const [, operation] of JSON.stringify(logic).matchAll(/\{"([^"]+)":/g)) {
        operations[operation] = (operations[operation] ?? 0) + 1;
      }
    });
  }
  t.diagnostic(JSON.stringify({ ...tally, operations }));
  assert.ok(tally.value > COUNT / 3, "too many cases end in an error to show much");
});
