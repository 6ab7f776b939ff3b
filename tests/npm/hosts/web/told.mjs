// A page with the package in it that does what a test tells it, on the demo issuer.
import { join } from "node:path";
import { serve } from "../../../browser/server.mjs";
import { work } from "../places.mjs";
import { web } from "../server.mjs";

/** How long another page may take to hear of a change, in milliseconds: far less than the half minute after which a new code comes. */
export const HEARD = 5_000;

/** A page that does what it is told. `phone` is opened on the demo issuer, `ahead` is how far its clock is from the device's. */
const PAGE = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Storage</title><link rel="icon" href="data:,">
<script src="/package/web/healthcode.js"></script><script src="page.js"></script></html>`;
const SCRIPT = `
// In the global object, where other realms and drivers find them.
var answers = { residence: "resident", home: "330106", temperature: 36.5, symptoms: ["none"], household_ill: false, contact: false, been_away: false };
async function start(more = {}) {
  const { roots, clock } = await (await fetch("/demo.json")).json();
  // All pages of the site have one clock, as on a device.
  const ahead = Number((localStorage.ahead ??= Date.parse(clock.now) - Date.now()));
  globalThis.options = { roots, adaptors: { clock: { now: () => Date.now() + ahead } }, ...more };
  globalThis.phone = await healthcode.openPhone(options);
}
/** Waits until something is so. */
async function until(so) {
  for (const started = Date.now(); !(await so()); ) {
    if (Date.now() - started > HEARD) throw new Error("it did not come: " + so);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
var fever = { ...answers, temperature: 39.5 };
/** What a new code says, or why there is none. */
var shows = async () => (({ code, problem }) => problem?.code ?? code.colour)(await phone.show());
/** What is heard of the phone. */
var hear = () => ((globalThis.heard = []), phone.listen((news) => heard.push(news)));
async function enrol() {
  await start();
  await phone.refresh();
  await phone.certify(healthcode.maskIdentity("测试员", "330106190001010000"));
}
var visit = (day, hour = 8) => ({ place: "330106", arrive: "2020-02-" + day + "T0" + hour + ":00:00+08:00", leave: "2020-02-" + day + "T09:00:00+08:00" });
/** Takes all the room that the browser gives, to the last half kilobyte; \`empty\` gives it back. */
async function fill() {
  for (let size = 1 << 18; size >= 512; ) {
    const bytes = new Uint8Array(size);
    for (let at = 0; at < size; at += 65_536) crypto.getRandomValues(bytes.subarray(at, at + 65_536));
    if (!(await kept(bytes))) size /= 2;
  }
}
async function kept(bytes) {
  const opening = indexedDB.open("other", 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore("bytes", { autoIncrement: true });
  await new Promise((resolve) => (opening.onsuccess = opening.onerror = resolve));
  if (opening.error) return false;
  const transaction = opening.result.transaction("bytes", "readwrite");
  transaction.objectStore("bytes").add(bytes);
  const stored = await new Promise((resolve) => Object.assign(transaction, { oncomplete: () => resolve(true), onabort: () => resolve(false) }));
  opening.result.close();
  return stored;
}
function empty() {
  return new Promise((resolve) => (indexedDB.deleteDatabase("other").onsuccess = () => resolve()));
}
var HEARD = ${HEARD};
var counts = () => [phone.holder.reports().length, phone.holder.diary().length];
`;

export const pages = async (t) => {
  const issuer = await serve(t, { folder: null });
  return web(t, {
    folders: { "/package/": join(work, "script", "node_modules", "healthcode") },
    files: { "/": PAGE, "/page.js": SCRIPT },
    issuer: () => issuer.url,
  });
};
