// The samples and the package's types against the vendors' own: a call that does not exist or is misused fails.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));

for (const host of ["wechat", "alipay"]) {
  test(`the sample for ${host} has no error of types`, async () => {
    const told = await new Promise((resolve) => {
      execFile(
        process.execPath,
        [path("../node_modules/typescript/bin/tsc"), "-p", path(`${host}.json`)],
        (_, stdout, stderr) => resolve(stdout + stderr),
      );
    });
    assert.equal(told, "");
  });
}
