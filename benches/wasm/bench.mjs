// The shipped module in Node beside what one would use instead in JavaScript: interleaved medians, and ratios within
// this run. Inputs are the signed vectors of tests/vectors.
import { readFileSync } from "node:fs";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { ed25519 } from "@noble/curves/ed25519.js";
import encodeQR from "qr";
import QRCode from "qrcode";
import { Holder, init, Qr, Verifier } from "../../pkg/node/index.mjs";

const at = (path) => new URL(`../../${path}`, import.meta.url);
const wasm = readFileSync(at("pkg/healthcode.wasm"));
await init();

const journey = JSON.parse(readFileSync(at("tests/vectors/signed/journey.json"), "utf8"));
const bytes = (name) => Uint8Array.from(Buffer.from(journey[name], "hex"));
const now = Date.parse(journey.now);
const holder = new Holder(journey.roots);
holder.createKey(bytes("random"));
for (const name of ["trust_list", "rules", "risk", "certificate"]) {
    const { result } = holder.load(bytes(name), now);
    if (result !== "loaded") throw new Error(`${name} was ${result}`);
}
const [person] = journey.people;
for (const report of person.reports) holder.submit(report.answers, Date.parse(report.at));
for (let day = 0; day < 70; day += 1) {
    const arrive = new Date(now - (day + 2) * 4 * 3600_000).toISOString();
    const leave = new Date(now - (day + 1.5) * 4 * 3600_000).toISOString();
    holder.addVisit({ place: day % 9 ? "330106" : "420106", arrive, leave, mode: "stay" }, now);
}
const verifier = new Verifier(journey.roots);
verifier.load(bytes("trust_list"), now);
if (verifier.verify(person.text, now).verdict !== "accepted") throw new Error("the code is not accepted");

const message = new Uint8Array(256).fill(7);
const secret = bytes("random");
const publicKey = ed25519.getPublicKey(secret);
const signature = ed25519.sign(message, secret);
const text = person.text.slice(0, 300).padEnd(300, "7");

/** Medians in µs of ways that take turns. */
function medians(ways, rounds) {
    const times = ways.map(() => []);
    for (let round = 0; round < rounds * 1.2; round += 1) {
        ways.forEach(([, work], way) => {
            const start = performance.now();
            work();
            if (round >= rounds * 0.2) times[way].push((performance.now() - start) * 1000);
        });
    }
    return times.map((list) => list.sort((a, b) => a - b)[list.length >> 1]);
}

function table(title, target, ways, rounds = 200) {
    const found = medians(ways, rounds);
    console.log(`\n${title}${target ? ` (to reach: ${target})` : ""}`);
    ways.forEach(([name], way) => {
        const ratio = way ? `  ${(found[way] / found[0]).toFixed(2)} × the first` : "";
        console.log(`  ${name.padEnd(52)} ${found[way].toFixed(1).padStart(10)} µs${ratio}`);
    });
}

const kilo = (size) => `${(size / 1000).toFixed(1)} kB`;
console.log("Shipped wasm (to reach: 110 kB brotli)");
console.log(`  raw ${kilo(wasm.length)}, gzip ${kilo(gzipSync(wasm, { level: 9 }).length)}, brotli ${kilo(brotliCompressSync(wasm).length)}`);

table("Assess 70 visits, answer as an object", "300 µs", [["healthcode", () => holder.assess(now)]]);
table("QR matrix of 300 characters, level M", "250 µs, and faster than npm qr", [
    ["healthcode", () => { const qr = new Qr(text); qr.modules(); qr.free(); }],
    ["npm qr", () => encodeQR(text, "raw", { ecc: "medium", encoding: "alphanumeric" })],
    ["npm qrcode", () => QRCode.create(text, { errorCorrectionLevel: "M" })],
]);
table("Assess, sign and encode a code to SVG", "1,000 µs", [
    ["healthcode", () => { const qr = new Qr(holder.show(now).code.text); qr.svg("Health code"); qr.free(); }],
]);
table("Verify a scanned text: two signatures, certificate, claims", "", [
    ["healthcode", () => verifier.verify(person.text, now)],
    ["@noble/curves, two bare signatures alone", () => {
        ed25519.verify(signature, message, publicKey);
        ed25519.verify(signature, message, publicKey);
    }],
], 60);
