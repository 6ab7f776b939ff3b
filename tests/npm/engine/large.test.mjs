// What is larger than anything that the engine takes is refused by its length, on either engine; what it takes, it can hold.
import assert from "node:assert/strict";
import { test } from "node:test";
import { all } from "./expected.mjs";
import { both } from "./installed.mjs";
import { enrolled, now, options, person, tracedStorage } from "./phone.mjs";

const { journey } = all;
const FILE = 8 << 20;
const STATE = 64 << 20;

/** An array of that many bytes, of which the machine has allocated none until they are read or written. */
const large = (bytes) => new Uint8Array(bytes);

for (const entry of ["healthcode", "healthcode/anywhere"]) {
  test(`row 14, ${entry}: what is too long is measured and not copied`, async (t) => {
    const healthcode = both(entry);
    const phone = await enrolled(healthcode, options(tracedStorage()));
    await healthcode.init();
    const [report] = person.reports;
    await phone.report(report.answers);
    const before = JSON.stringify(phone.holder.files());
    const verifier = new healthcode.Verifier(journey.roots);
    const { Holder } = healthcode;
    const started = process.memoryUsage().rss;
    // More than the largest that Node has, too, is a length and no more.
    for (const length of [FILE + 1, 2 ** 31, 2 ** 32]) {
      const file = large(length);
      for (const loaded of [phone.holder.load(file, now), verifier.load(file, now), await phone.load(file)]) {
        assert.equal(loaded.problem?.code, "envelope-too-large");
        if (length < 2 ** 32) assert.match(loaded.problem.message, new RegExp(`^${length} bytes`));
      }
      if (length > STATE)
        assert.throws(() => Holder.restore(journey.roots, file, now), { code: "holder-state-damaged" });
      assert.throws(() => new Holder(journey.roots).createKey(file), { code: "key-malformed" });
      assert.equal((await phone.show(undefined, file)).problem.code, "holder-challenge");
      assert.equal(verifier.verify(person.text, now, file).verdict, "undecided");
    }
    const grown = (process.memoryUsage().rss - started) / 2 ** 20;
    t.diagnostic(`the process grew by ${grown.toFixed()} MB`);
    assert.ok(grown < 100, `${grown} MB`);
    const text = "x".repeat(2 ** 24);
    assert.equal(verifier.verify(text, now).verdict, "undecided");
    assert.throws(() => healthcode.maskIdentity(text, "1234"), { code: "misuse-argument" });
    assert.throws(() => new Holder([text]), { code: "misuse-argument" });
    assert.equal(JSON.stringify(phone.holder.files()), before);
    assert.equal((await phone.show()).result, "shown");
  });
}
