// A risk table that has changed comes as its changes, whole if those cannot be had, and either way all or nothing of it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { sha256 } from "./authority.mjs";
import { all } from "./expected.mjs";
import { bytes, required, vectors } from "./installed.mjs";
import { clockAt, options, place, server, tracedStorage } from "./phone.mjs";

const healthcode = required("healthcode");
const { openPhone } = healthcode;
const { manifests, base, cases } = vectors("deltas");
const [{ delta, file }] = cases;
const files = [base, file].map(bytes);
const path = `/deltas/${sha256(files[1])}/7`;
const clock = clockAt(Date.parse(all.files.at));

const before = () => ({
  "/manifest": bytes(manifests[0]),
  "/trust-list": bytes(all.files.files["trust-list"]),
  [place(files[0])]: files[0],
});
const after = (changes) => ({
  ...before(),
  "/manifest": bytes(manifests[1]),
  [place(files[1])]: files[1],
  ...(changes && { [path]: changes }),
});
const opened = (storage, network) => openPhone(options(storage, { roots: all.files.roots, network, clock }));
const versions = (phone) =>
  phone.holder
    .files()
    .filter(({ kind }) => kind === "risk-table")
    .map(({ version }) => version);

/** A phone that has the table before. */
async function phoneBefore() {
  const storage = tracedStorage();
  const network = server({ published: before() });
  const phone = await opened(storage, network);
  assert.deepEqual(await phone.refresh(), []);
  assert.deepEqual(versions(phone), [7]);
  return { storage, network, phone };
}

test("a phone asks for the changes from the version that it has, and for nothing else", async () => {
  const { network, phone } = await phoneBefore();
  Object.assign(network.answers, after(bytes(delta)));
  network.asked.length = 0;
  assert.deepEqual(await phone.refresh(), []);
  assert.deepEqual(versions(phone), [8]);
  assert.deepEqual(network.asked, ["/manifest", path]);
});

test("if the changes cannot be had or are others, the whole table comes", async () => {
  const flawed = cases.filter(({ file }) => file === undefined).map(({ name, delta }) => [name, bytes(delta)]);
  const altered = bytes(delta);
  altered[altered.length - 1] ^= 1;
  const others = [
    ["404", undefined],
    ["a page that wants a password", new TextEncoder().encode("<html>")],
    ["nothing", new Uint8Array()],
    ["altered", altered],
    ["longer than the table", new Uint8Array(files[1].length + 1)],
  ];
  assert.ok(flawed.length > 10);
  for (const [name, answer] of [...flawed, ...others]) {
    const { network, phone } = await phoneBefore();
    Object.assign(network.answers, after(answer));
    network.asked.length = 0;
    assert.deepEqual(await phone.refresh(), [], name);
    assert.deepEqual(versions(phone), [8], name);
    assert.deepEqual(network.asked, ["/manifest", path, place(files[1])], name);
  }
});

test("two phones of one person, and one that is refreshed twice, fetch the changes and not the whole table", async () => {
  for (const pages of [1, 2]) {
    const { storage, network, phone } = await phoneBefore();
    const other = pages === 2 ? await opened(storage, network) : phone;
    Object.assign(network.answers, after(bytes(delta)));
    network.asked.length = 0;
    assert.deepEqual(await Promise.all([phone.refresh(), other.refresh()]), [[], []]);
    assert.deepEqual(
      network.asked.filter((url) => url === place(files[1])),
      [],
      `${pages} pages`,
    );
    for (const one of [phone, other]) {
      assert.deepEqual(await one.refresh(), []);
      assert.deepEqual(versions(one), [8]);
    }
  }
});

test("wherever the power fails, the phone has the table before or the one after", async () => {
  const seen = new Set();
  for (let power = 0; ; power += 1) {
    const { storage, network, phone } = await phoneBefore();
    Object.assign(network.answers, after(bytes(delta)));
    storage.power = power;
    await phone.refresh().catch(() => undefined);
    const done = storage.power > 0;
    storage.power = Infinity;
    const again = await opened(storage, server({ offline: true }));
    const [version, ...more] = versions(again);
    assert.ok(more.length === 0 && (version === 7 || version === 8), `${power}: ${version}`);
    assert.ok(
      again.holder.files().every(({ problem }) => problem === undefined),
      `${power}`,
    );
    seen.add(version);
    // And what is missing comes once there is power again.
    const later = await opened(storage, network);
    assert.deepEqual(await later.refresh(), [], `${power}`);
    assert.deepEqual(versions(later), [8], `${power}`);
    if (done) break;
  }
  assert.deepEqual([...seen].sort(), [7, 8]);
});
