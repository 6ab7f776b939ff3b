// The shipped module beside what one would write in JavaScript instead, in Debian's Chromium: sizes, then both stacks
// warm in one page and cold in a fresh one each time. Times are medians of turns; trust the ratios.
import { readFile, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { chromium } from "playwright-core";
import { build } from "vite";
import { CHROMIUM } from "../../tests/chromium.mjs";

const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));
const dist = path("../../target/bench-page");
const COLD = 9;

/** Bundles these sources, each into one file with what only it needs. */
async function bundle(names) {
  const { output } = await build({
    root: path("."),
    logLevel: "warn",
    build: {
      target: "esnext",
      outDir: dist,
      emptyOutDir: false,
      modulePreload: false,
      assetsInlineLimit: 0,
      rolldownOptions: {
        input: names.map((name) => path(`src/${name}.js`)),
        preserveEntrySignatures: "strict",
        output: { entryFileNames: "[name].js", chunkFileNames: "shared-[name].js" },
      },
    },
  });
  return output;
}

await rm(dist, { recursive: true, force: true });
await bundle(["warm"]);
const alone = await bundle(["cold", "healthcode", "javascript"]);

// ---- the page

const vector = async (name) => JSON.parse(await readFile(path(`../../tests/vectors/signed/${name}.json`), "utf8"));
const [journey, busy] = await Promise.all(["journey", "busy"].map(vector));

/** What each stack consists of, for the page to have it at hand. */
const { fileName: shipped } = alone.find(({ fileName }) => fileName.endsWith(".wasm"));
const preload = (name, as) => `<link rel="preload" as="${as}" href="/${name}" crossorigin>`;
const preloads = {
  healthcode: preload("healthcode.js", "script") + preload(shipped, "fetch"),
  javascript: preload("javascript.js", "script"),
};
const page = (name) => `<!doctype html><meta charset="utf-8"><script type="module" src="/${name}.js"></script>`;

const TYPES = { ".js": "text/javascript", ".wasm": "application/wasm" };

async function answer({ pathname, search }) {
  if (pathname === "/inputs.json") return ["application/json", JSON.stringify({ journey, busy })];
  if (pathname === "/warm") return ["text/html", page("warm")];
  if (pathname === "/cold") return ["text/html", page("cold") + preloads[search.slice(1)]];
  return [TYPES[extname(pathname)], await readFile(dist + pathname)];
}

const server = createServer(async (request, response) => {
  try {
    const [type, body] = await answer(new URL(request.url, "http://bench"));
    // An isolated page has a clock of 5 µs, others one of 100 µs.
    response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
    response.setHeader("Cross-Origin-Embedder-Policy", "require-corp");
    response.writeHead(200, { "Content-Type": type }).end(body);
  } catch {
    response.writeHead(404).end();
  }
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const origin = `http://127.0.0.1:${server.address().port}`;

const browser = await chromium.launch(CHROMIUM);

/** What a page of its own gives. */
async function fresh(address, work) {
  const context = await browser.newContext();
  const page = await context.newPage();
  const failed = new Promise((_, reject) => page.on("pageerror", reject));
  await page.goto(origin + address);
  const found = await Promise.race([work(page), failed]);
  await context.close();
  return found;
}

const median = (list) => list.sort((a, b) => a - b)[list.length >> 1];

async function cold() {
  const found = { healthcode: [], javascript: [] };
  for (let round = 0; round < COLD; round += 1) {
    for (const name of Object.keys(found)) {
      const work = async (page) => (await page.waitForFunction(() => globalThis.cold)).jsonValue();
      found[name].push(await fresh(`/cold?${name}`, work));
    }
  }
  const both = (key) => {
    const [ours, theirs] = Object.values(found).map((list) => list.map((one) => one[key] * 1000));
    const times = median(theirs.map((time, round) => time / ours[round]));
    return { healthcode: { us: median(ours), times: 1 }, javascript: { us: median(theirs), times } };
  };
  return { ready: both("ready"), first: both("first") };
}

const measured = { cold: await cold() };
Object.assign(
  measured,
  await fresh("/warm", async (page) => {
    await page.waitForFunction(() => globalThis.bench);
    return page.evaluate(() => globalThis.bench());
  }),
);
const version = browser.version();
await browser.close();
server.close();

// ---- the report

const number = (value) => value.toLocaleString("en", { maximumFractionDigits: value < 100 ? 1 : 0 });
const us = ({ us }) => `${number(us)} µs`;
const times = (value) => `${value.toFixed(2)} ×`;

const lines = [];
const line = (what, value, target = "", met, beside = "") => {
  const verdict = met === undefined ? "" : met ? "ok" : "MISS";
  lines.push([what, value, target, verdict, beside]);
};
const group = (title) => lines.push([title]);
/** Another way, and how many times as long it takes as ours. */
const than = (name, theirs) => `${name} ${us(theirs)}, ${times(theirs.times)}`;

const wasm = await readFile(path("../../pkg/healthcode.wasm"));
const sizes = (bytes) => [bytes.length, gzipSync(bytes, { level: 9 }).length, brotliCompressSync(bytes).length];
const [raw, gzip, brotli] = sizes(wasm);
const bytes = (value) => `${number(value)} B`;
const [glue, javascript] = await Promise.all(
  ["healthcode", "javascript"].map(async (name) => sizes(await readFile(`${dist}/${name}.js`))),
);

group("What is loaded");
line(
  "shipped module, brotli",
  bytes(brotli),
  "≤ 140,000 B",
  brotli <= 140_000,
  `gzip ${bytes(gzip)}, raw ${bytes(raw)}`,
);
line("its JavaScript, brotli", bytes(glue[2]), "", undefined, `gzip ${bytes(glue[1])}, raw ${bytes(glue[0])}`);
line(
  "the other stack, JavaScript alone, brotli",
  bytes(javascript[2]),
  "",
  undefined,
  `gzip ${bytes(javascript[1])}, raw ${bytes(javascript[0])}`,
);

const { assess, qr, show, verify, signatures, own, opened, started, first } = measured;
group("Assess: 70 visits by 1,000 rows");
line(
  "holder.assess(), its answer as an object",
  us(assess.healthcode),
  "≤ 300 µs",
  assess.healthcode.us <= 300,
  than("JavaScript", assess.javascript),
);
line(
  "inside WebAssembly alone",
  us(assess.inside),
  "≤ 300 µs",
  assess.inside.us <= 300,
  `${times(assess.inside.times)} of it`,
);

group("Code");
line(
  "QR matrix of 300 characters, level M",
  us(qr.healthcode),
  "≤ 250 µs",
  qr.healthcode.us <= 250,
  than("npm qrcode", qr.qrcode),
);
line("as long as npm qr takes for it", times(1 / qr.qr.times), "< 1 ×", qr.qr.times > 1, `npm qr ${us(qr.qr)}`);
line(
  "assess, sign, encode, draw as SVG",
  us(show.healthcode),
  "≤ 1,000 µs",
  show.healthcode.us <= 1000,
  than("JavaScript", show.javascript),
);
const versions = Math.max(...journey.people.map((person) => person.qr_version));
line("version of a Hangzhou code's symbol", `${versions}-M`, "≤ 13-M", versions <= 13);

group("Verify a scanned text: two signatures, certificate, claims");
line(
  "as long as one bare signature takes",
  times(signatures.text.times),
  "≤ 2.5 ×",
  signatures.text.times <= 2.5,
  `${us(signatures.text)} and ${us(signatures.bare)}, in one module`,
);
line("checkpoint.verify()", us(verify.healthcode), "", undefined, than("JavaScript", verify.javascript));
line("one bare signature", us(signatures.bare), "", undefined, than("@noble/curves", signatures.noble));
if (own) line("the browser's own, where there is one (WebCrypto)", us({ us: own }));

group("The whole journey");
line(
  "open manifest, list, pack and table, nothing new",
  us(opened.healthcode),
  "",
  undefined,
  than("JavaScript", opened.javascript),
);
line(
  "a start: verify the files, assess, sign, draw",
  us(started.healthcode),
  "≤ 1,800 µs",
  started.healthcode.us <= 1800,
  than("JavaScript", started.javascript),
);
line(
  "the first day: a request and 70 visits as well",
  us(first.healthcode),
  "",
  undefined,
  than("JavaScript", first.javascript),
);
const { first: symbol, ready } = measured.cold;
line(
  "cold: from the script's start to the first symbol",
  us(symbol.healthcode),
  "",
  undefined,
  than("JavaScript", symbol.javascript),
);
line("of it until the code is loaded", us(ready.healthcode), "", undefined, than("JavaScript", ready.javascript));

console.log(
  `Chromium ${version}; medians of ways that take turns; × says how many times as long one takes as the other\n`,
);
for (const [what, value, target, verdict, beside] of lines) {
  if (value === undefined) console.log(`${what}`);
  else
    console.log(
      `  ${what.padEnd(50)} ${value.padStart(11)}  ${target.padEnd(11)} ${verdict.padEnd(4)}  ${beside}`.trimEnd(),
    );
}
const missed = lines.filter(([, , , verdict]) => verdict === "MISS").length;
console.log(missed ? `\n${missed} targets missed` : "\nEvery target is reached");
