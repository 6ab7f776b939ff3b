// A host that has no more memory: what would not fit is refused before it is begun, and what was there goes on.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { test } from "node:test";
import * as authority from "./authority.mjs";
import { all } from "./expected.mjs";
import { bytes, hex, installed, requiring, text, together } from "./installed.mjs";
import { enrolled, now, options, person, server, tracedStorage } from "./phone.mjs";

const { journey } = all;
const MEGABYTE = 1 << 20;

/** The number at a place, in LEB128, and where it ends. */
function number(wasm, at) {
  let value = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = wasm[at];
    at += 1;
    value |= (byte & 127) << shift;
    if (byte < 128) return [value, at];
  }
}

function leb128(value) {
  const digits = [];
  for (; value > 127; value >>>= 7) digits.push((value & 127) | 128);
  return [...digits, value];
}

/** An engine with a memory of its own that never grows beyond so many bytes. */
function limited(most, file) {
  const wasm = readFileSync(join(installed, file));
  for (let at = 8; at < wasm.length; ) {
    const [length, begins] = number(wasm, at + 1);
    if (wasm[at] === 5) {
      // One memory, without a limit.
      assert.deepEqual([...wasm.subarray(begins, begins + 2)], [1, 0]);
      const [pages] = number(wasm, begins + 2);
      const memory = [1, 1, ...leb128(pages), ...leb128(Math.max(pages, most >> 16))];
      return Buffer.concat([
        wasm.subarray(0, at),
        Buffer.of(5, memory.length, ...memory),
        wasm.subarray(begins + length),
      ]);
    }
    at = begins + length;
  }
  throw new Error("there is no memory");
}

/** A host with WebAssembly whose memory ends there. */
async function wasmOf(most) {
  const WXWebAssembly = {
    instantiate: (path, imports) => WebAssembly.instantiate(limited(most, basename(path, ".br")), imports),
  };
  const load = requiring((path, module, require) =>
    new Function("module", "exports", "require", "WXWebAssembly", "wx", text(path))(
      module,
      module.exports,
      require,
      WXWebAssembly,
      {},
    ),
  );
  const healthcode = together(load("miniprogram_dist/index.js"), load("miniprogram_dist/checkpoint.js"));
  await healthcode.init();
  assert.equal(healthcode.engine(), "wasm");
  return { healthcode, end: () => undefined };
}

/** A host without, that has no buffer of more. */
async function scriptOf(most) {
  const { ArrayBuffer: Buffer } = globalThis;
  const end = () => {
    globalThis.ArrayBuffer = Buffer;
  };
  globalThis.ArrayBuffer = new Proxy(Buffer, {
    construct: (target, [length, ...more]) => {
      if (length > most) throw new RangeError("Array buffer allocation failed");
      return Reflect.construct(target, [length, ...more]);
    },
  });
  const load = requiring((path, module) => new Function("module", "exports", text(path))(module, module.exports));
  const healthcode = together(load("anywhere/index.js"), load("anywhere/checkpoint.js"));
  await healthcode.init();
  assert.equal(healthcode.engine(), "javascript");
  return { healthcode, end };
}

const ROWS = 60_000;
const hour = 3_600_000;
/** A table of so many rows, and the manifest that names it beside the rules. */
const large = (() => {
  const table = authority.riskTable(8, { rows: ROWS, issued: new Date(now - hour).toISOString() });
  const named = authority.named(table, { kind: "risk-table", version: 8 });
  const { version, region, id } = person.assessment.rules;
  const rules = authority.named(bytes(journey.rules), { kind: "rule-pack", version, place: region, id });
  return { table, rules, manifest: authority.manifest(10, new Date(now).toISOString(), [rules, named]) };
})();

for (const [engine, open, limits] of [
  ["WebAssembly", wasmOf, [8, 12, 16, 24, 32, 48, 64]],
  ["its translation", scriptOf, [8, 16, 32, 64]],
]) {
  test(`row 14, ${engine}: whatever the host's memory is, a phone is left as it was or has all of it`, async (t) => {
    const results = new Set();
    for (const most of limits) {
      const { healthcode, end } = await open(most * MEGABYTE);
      try {
        const network = server();
        const storage = tracedStorage();
        const phone = await enrolled(healthcode, options(storage, { network })).catch((thrown) => thrown);
        if (phone instanceof Error) {
          assert.equal(phone.code, "engine-out-of-memory", `${most} MB: ${phone.message}`);
          continue;
        }
        await phone.report(person.reports[0].answers);
        const checkpoint = await healthcode.openCheckpoint(options(tracedStorage(), { network }));
        assert.deepEqual(await checkpoint.refresh(), []);
        network.answers["/manifest"] = large.manifest;
        network.answers[`/files/${authority.sha256(large.table)}`] = large.table;
        for (let round = 0; round < 2; round += 1) {
          const problems = (await phone.refresh()).map(({ code }) => code);
          const loaded = problems.length === 0;
          assert.ok(loaded || problems.join() === "engine-out-of-memory", `${most} MB: ${problems}`);
          results.add(loaded);
          assert.equal(phone.file("risk-table").version, loaded ? 8 : 7, `${most} MB`);
          // It is whole, changes, and is stored.
          assert.equal((await phone.show()).result, "shown", `${most} MB`);
          await phone.note();
          assert.equal((await phone.addVisit({ ...person.diary[0], place: `330${round + 1}` })).result, "added");
          assert.deepEqual(await checkpoint.refresh(), []);
          assert.equal(checkpoint.verify((await phone.show()).code.text).verdict, "accepted");
          assert.ok(
            [undefined, "engine-out-of-memory"].includes(phone.storageProblem?.code),
            phone.storageProblem?.code,
          );
        }
        if (phone.storageProblem === undefined) {
          const saved = hex(phone.holder.save());
          phone.close();
          const again = await healthcode.openPhone(options(storage, { network }));
          assert.equal(hex(again.holder.save()), saved, `${most} MB`);
        }
      } finally {
        end();
      }
    }
    assert.equal(results.size, 2, "there was enough, and there was not");
    t.diagnostic(`${limits.length} sizes of memory, a table of ${large.table.length} bytes`);
  });
}

test("a delta that would make a table many times as long takes no more memory than the manifest allows", async () => {
  const network = server();
  network.answers["/manifest"] = large.manifest;
  network.answers[`/files/${authority.sha256(large.table)}`] = large.table;
  const storage = tracedStorage({ most: 5e6, total: 1e8 });
  const { healthcode } = await wasmOf(256 * MEGABYTE);
  const first = await enrolled(healthcode, options(storage, { network }));
  await first.report(person.reports[0].answers);
  first.close();
  const values = [...storage.values];
  const next = {
    kind: "risk-table",
    id: "",
    version: 9,
    length: large.table.length,
    digest: "cd".repeat(32),
    deltas: 8,
  };
  const issued = new Date(now).toISOString();
  network.answers["/manifest"] = authority.manifest(11, issued, [large.rules, next]);
  const path = `/deltas/${next.digest}/8`;
  network.answers[path] = authority.swelling(large.table, 9, new Date(now - hour).toISOString());
  assert.ok(network.answers[path].length < 200);
  let opened = 0;
  for (const most of [16, 32, 48, 64, 72, 80, 88]) {
    const { healthcode } = await wasmOf(most * MEGABYTE);
    for (const [key, value] of values) storage.values.set(key, value);
    network.asked.length = 0;
    const phone = await healthcode.openPhone(options(storage, { network })).catch((thrown) => thrown);
    if (phone instanceof Error) {
      assert.equal(phone.code, "engine-out-of-memory");
      continue;
    }
    await phone.refresh();
    opened += 1;
    assert.ok(network.asked.includes(path));
    assert.equal((await phone.show()).result, "shown", `${most} MB`);
    await phone.note();
    assert.equal(phone.file("risk-table").version, 8);
  }
  assert.ok(opened > 1);
});

test("a diary of visits that name all places where they were not is handed over and stored, or refused", async () => {
  const notIn = Array.from({ length: 256 }, (_, at) => String(330_106_001_001 + at));
  const at = (n) => new Date(now - n * 600_000).toISOString();
  const results = new Set();
  for (const most of [8, 12, 24, 96]) {
    const { healthcode } = await wasmOf(most * MEGABYTE);
    const holder = new healthcode.Holder(journey.roots);
    for (let n = 0; n < 900; n += 1) {
      const visit = { place: "330106", arrive: at(2 * n + 2), leave: at(2 * n + 1), mode: "stay", notIn };
      const added = (() => {
        try {
          return holder.addVisit(visit, now).result;
        } catch (thrown) {
          return thrown.code;
        }
      })();
      assert.ok(["added", "engine-out-of-memory"].includes(added), added);
    }
    for (const act of [() => holder.save(), () => holder.diary(), () => holder.reports()]) {
      try {
        act();
        results.add(true);
      } catch (thrown) {
        assert.equal(thrown.code, "engine-out-of-memory", `${most} MB: ${thrown.message}`);
        results.add(false);
      }
    }
  }
  assert.equal(results.size, 2, "there was enough, and there was not");
});
