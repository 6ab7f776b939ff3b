// The Node sample, as `npm run demo` runs it.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { serve } from "../../browser/server.mjs";
import { work } from "./places.mjs";

test("the Node sample makes a code and verifies it", async (t) => {
  const issuer = await serve(t, { folder: null });
  const { stdout } = await promisify(execFile)(process.execPath, ["demo.js"], {
    cwd: join(work, "node"),
    env: { ...process.env, DEMO_ISSUER: issuer.url },
  });
  assert.match(stdout, /^green, QR version \d+: JK1:/m);
  assert.match(
    stdout,
    /^Green\. For: Everyday use \(3301\)\. Verified: a genuine code\. Check the document, then let them through\.$/m,
  );
  assert.match(stdout, /^accepted, green, \*\*员 0000$/m);
});
