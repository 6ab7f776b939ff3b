// The hand-written cases say of certlogic-js what it does; ours are run by tests/certlogic.rs.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import certlogic from "certlogic-js";
import { oracle, plain } from "./oracle.mjs";

const folder = new URL("../vectors/certlogic/", import.meta.url);

for (const file of readdirSync(folder).filter((name) => name.endsWith(".json"))) {
  const { operation, cases } = JSON.parse(readFileSync(new URL(file, folder), "utf8"));
  test(`${file}: ${cases.length} cases`, () => {
    for (const { name, logic, data, value, error, oracle: theirs, oracle_error } of cases) {
      const where = `${operation}: ${name}`;
      if (operation === "deviations") {
        const answer = plain(logic, data);
        assert.equal("error" in answer, oracle_error === true, where);
        assert.deepEqual(answer.value, theirs, where);
        assert.notDeepEqual({ value, error }, { value: theirs, error: undefined }, `${where} is no deviation`);
      } else {
        const answer = oracle(logic, data);
        assert.deepEqual(answer.error ? { error: true } : answer, error ? { error: true } : { value }, where);
      }
    }
  });
}

test("LANGUAGE.md states the version of certlogic-js, and of the specification that it meets", () => {
  const language = readFileSync(new URL("../../rules/LANGUAGE.md", import.meta.url), "utf8").replaceAll("\n", " ");
  const [, version, specification] = /certlogic-js ([\d.]+), which meets ([\d.]+)/.exec(language);
  const { devDependencies } = JSON.parse(readFileSync(new URL("package.json", import.meta.url), "utf8"));
  assert.deepEqual([version, specification], [devDependencies["certlogic-js"], certlogic.specificationVersion]);
});
