// Keys that a browser keeps: in the real browsers, none of them is anywhere in what is stored, and codes and certificates are
// signed with them all the same.
import assert from "node:assert/strict";
import { createPrivateKey, createPublicKey } from "node:crypto";
import { test } from "node:test";
import { sentence } from "../package.mjs";
import { names, open } from "./driver.mjs";
import { pages } from "./told.mjs";

/** A browser whose Web Cryptography is older than Ed25519. */
const OLD = `SubtleCrypto.prototype.generateKey = () => Promise.reject(new DOMException("unknown", "NotSupportedError"))`;
/** What IndexedDB has: each text, and of each key whether it can be read. */
const DUMP = `
  const opening = indexedDB.open("healthcode");
  await new Promise((resolve) => (opening.onsuccess = resolve));
  const store = opening.result.transaction("texts").objectStore("texts");
  const all = (request) => new Promise((resolve) => (request.onsuccess = () => resolve(request.result)));
  const [names, values] = await Promise.all([all(store.getAllKeys()), all(store.getAll())]);
  opening.result.close();
  const exported = (key, format) => crypto.subtle.exportKey(format, key).then(() => "exported", ({ name }) => name);
  return Promise.all(names.map(async (name, at) => {
    const value = values[at];
    if (typeof value === "string") return { name, value };
    const { type, extractable, algorithm } = value;
    return { name, type, extractable, algorithm: algorithm.name, exported: [await exported(value, "pkcs8"), await exported(value, "jwk")] };
  }));`;
/** Takes those keys away whose names have this in them, as a browser may that clears a part. */
const LOSE = `
  const opening = indexedDB.open("healthcode");
  await new Promise((resolve) => (opening.onsuccess = resolve));
  const transaction = opening.result.transaction("texts", "readwrite");
  const range = IDBKeyRange.bound("healthcode.key.", "healthcode.key/");
  transaction.objectStore("texts").getAllKeys(range).onsuccess = ({ target }) => {
    for (const name of target.result) if (name.includes(arguments[0])) target.source.delete(name);
  };
  await new Promise((resolve) => (transaction.oncomplete = resolve));
  opening.result.close();`;
const told = (browser, script, ...args) =>
  browser.run(`return (async (...given) => { ${script.replaceAll("arguments[", "given[")} })(...arguments)`, ...args);

/** PKCS #8 of an Ed25519 key, up to its 32 secret bytes (RFC 8410). */
const PKCS8 = Buffer.from("302e020100300506032b657004220420", "hex");
function publicOf(secret) {
  const key = createPrivateKey({ key: Buffer.concat([PKCS8, secret]), format: "der", type: "pkcs8" });
  return Buffer.from(createPublicKey(key).export({ format: "jwk" }).x, "base64url").toString("hex");
}

/** Which of these keys have their secret in the newest copy of a person's data, wherever it may be there. */
function betrayed(stored, keys) {
  const texts = Object.fromEntries(stored.filter(({ value }) => value).map(({ name, value }) => [name, value]));
  const generation = (slot) => Number((texts[`healthcode.person-1.${slot}`] ?? "").split(" ")[1] ?? 0);
  const slot = generation("b") > generation("a") ? "b" : "a";
  const bytes = Buffer.from(texts[`healthcode.person-1.${slot}.0`], "base64");
  const found = new Set();
  for (let at = 0; at + 32 <= bytes.length; at += 1) {
    const window = bytes.subarray(at, at + 32);
    // Of 32 random bytes fewer are different once in a hundred thousand times; of most texts fewer are.
    if (new Set(window).size >= 22) found.add(publicOf(window));
  }
  return keys.map((key) => found.has(key));
}

const ENROL = "await enrol(); await phone.report(answers); return shows();";
const KEYS = "return [phone.holder.publicKey(), ...phone.holder.hostKeys()];";
const VERIFY = `
  const { openCheckpoint } = await import("/package/web/checkpoint.mjs");
  const desk = await openCheckpoint(options);
  await desk.refresh();
  const { code } = await phone.show();
  return desk.verify(code.text).verdict;`;

for (const name of names) {
  test(`${name}: the browser keeps the keys`, async (t) => {
    const url = await pages(t);
    const browser = await open(t, name);
    const again = async (before = "") => {
      await browser.go(url);
      await told(browser, `${before}; await start();`);
    };
    await browser.go(url);
    assert.equal(await told(browser, ENROL), "green");
    assert.equal(await told(browser, VERIFY), "accepted");
    const [enrolment, ...kept] = await told(browser, KEYS);
    const [first, day] = kept;
    assert.deepEqual([first, kept.length], [enrolment, 2]);
    const stored = await told(browser, DUMP);
    const keys = stored.filter(({ type }) => type);
    assert.deepEqual(keys.map(({ name }) => name).sort(), kept.map((key) => `healthcode.key.person-1.${key}`).sort());
    for (const { type, extractable, algorithm, exported } of keys)
      assert.deepEqual(
        [type, extractable, algorithm, ...exported],
        ["private", false, "Ed25519", "InvalidAccessError", "InvalidAccessError"],
      );
    assert.deepEqual(betrayed(stored, kept), [false, false]);

    // After a restart as before; the next certificate has a key of its own, and the one before that goes.
    await again();
    assert.equal(await told(browser, "return shows();"), "green");
    await told(browser, "await phone.certify(phone.identity);");
    await told(browser, "await phone.certify(phone.identity);");
    const renewed = await told(browser, KEYS);
    assert.deepEqual([renewed[0], renewed.includes(day)], [enrolment, false]);
    assert.deepEqual(
      (await told(browser, DUMP)).filter(({ name }) => name.includes(day)),
      [],
    );

    // Without the certificate's key there is no code, until there is another certificate.
    const lost =
      "return [await shows(), phone.certificateDue(), healthcode.problemText((await phone.show()).problem, 'en')];";
    const found =
      "return [(await phone.renew()).length, await shows(), phone.certificateDue(), phone.holder.publicKey()];";
    await told(browser, LOSE, renewed.at(-1));
    await again();
    assert.deepEqual(await told(browser, lost), ["host-key-gone", true, sentence("host-key-gone", "en")]);
    assert.deepEqual(await told(browser, found), [0, "green", false, enrolment]);
    // Nor without the enrolment key: then the phone has another.
    await told(browser, LOSE, "");
    await again();
    assert.equal((await told(browser, lost))[0], "host-key-gone");
    const anew = await told(browser, found);
    assert.deepEqual(anew.slice(0, 3), [0, "green", false]);
    assert.notEqual(anew[3], enrolment);
    assert.equal(await told(browser, VERIFY), "accepted");

    await told(browser, "await phone.forget();");
    const left = (await told(browser, DUMP)).filter(({ name }) => name.includes("person"));
    assert.deepEqual(left, [], "of the person nothing is left");
  });

  test(`${name}: a browser that fails to make a key takes none away`, async (t) => {
    const url = await pages(t);
    const browser = await open(t, name);
    await browser.go(url);
    assert.equal(await told(browser, ENROL), "green");
    const keys = await told(browser, KEYS);
    const failed = `
      SubtleCrypto.prototype.generateKey = () => Promise.reject(new DOMException("busy", "OperationError"));
      return phone.certify(phone.identity).then(() => "made", ({ code }) => code);`;
    assert.equal(await told(browser, failed), "storage-unavailable");
    assert.deepEqual(await told(browser, KEYS), keys);
    assert.equal(await told(browser, "return shows();"), "green");
    // One that fails now and then, as WebKitGTK does at every 120th key, makes it when it is asked again.
    await browser.go(url);
    const now = `
      const make = SubtleCrypto.prototype.generateKey;
      let failures = 3;
      SubtleCrypto.prototype.generateKey = function (...asked) {
        return failures-- > 0 ? Promise.reject(new DOMException("now", "OperationError")) : make.apply(this, asked);
      };
      await start();
      await phone.certify(phone.identity);
      return failures;`;
    assert.equal(await told(browser, now), -1);
    const renewed = await told(browser, KEYS);
    assert.deepEqual([renewed[0], renewed.at(-1) === keys.at(-1)], [keys[0], false]);
    assert.equal(await told(browser, "return shows();"), "green");
  });

  test(`${name}: without Ed25519 the phone makes its keys, and goes on with them`, async (t) => {
    const url = await pages(t);
    const browser = await open(t, name);
    await browser.go(url);
    assert.equal(await told(browser, `${OLD}; ${ENROL}`), "green");
    assert.equal(await told(browser, VERIFY), "accepted");
    const [enrolment, ...none] = await told(browser, KEYS);
    assert.deepEqual(none, []);
    const stored = await told(browser, DUMP);
    assert.deepEqual(
      stored.filter(({ type }) => type),
      [],
    );
    assert.deepEqual(betrayed(stored, [enrolment]), [true], "the search finds what there is");
    // The browser is updated: the next certificate's key is the browser's.
    await browser.go(url);
    await told(browser, "await start();");
    assert.equal(await told(browser, "return shows();"), "green");
    await told(browser, "await phone.certify(phone.identity);");
    const [same, day] = await told(browser, KEYS);
    assert.equal(same, enrolment);
    assert.deepEqual(betrayed(await told(browser, DUMP), [day]), [false]);
    assert.equal(await told(browser, VERIFY), "accepted");
  });
}
