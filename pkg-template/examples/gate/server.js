// A server for gates that send what they scan to one, as they did to health codes' back ends: it verifies codes itself, offline but for the
// signed files, and keeps nothing. docs/standards.md says how it relates to GB/T 38963-2020.
import { createHash, timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";
import { openCheckpoint, verdictText } from "healthcode/checkpoint";
import { config } from "./config.js";
import { refused } from "./interfaces.js";

const BODY = 8_192;
const QUARTER = 15 * 60_000;
/** A scanner may read one code twice; after that somebody else may have been sent a picture of it. */
const TWICE = 5_000;

const { server: source, roots, purpose, adaptors } = config;
const desk = await openCheckpoint({ server: source, roots, purpose, ...(adaptors && { adaptors }) });

/** What cannot be fetched is said here; codes are undecided with a reason once it matters. */
async function refresh() {
  for (const { code, message } of await desk.refresh()) console.warn(code, message);
}
await refresh();
const quarterly = setInterval(() => refresh().catch((thrown) => console.error(thrown)), QUARTER);

const digest = (text) => createHash("sha256").update(text).digest();
const expected = digest(`Bearer ${config.token}`);
if (!config.token) throw new Error("GATE_TOKEN is what gates show: it must be set");

/** A body in JSON; nothing if it is too long or none. */
async function read(request) {
  const parts = [];
  let length = 0;
  for await (const part of request.iterator({ destroyOnReturn: false })) {
    length += part.length;
    if (length > BODY) return undefined;
    parts.push(part);
  }
  try {
    return JSON.parse(Buffer.concat(parts).toString());
  } catch {
    return undefined;
  }
}

/** 验码: the text of a code, and what is to be done with whoever shows it. */
function verify(asked) {
  const { text, language = "zh-Hans" } = asked ?? {};
  if (typeof text !== "string" || typeof language !== "string") return [400, { code: "malformed" }];
  const verdict = desk.verify(text);
  const { shownBefore } = verdict;
  const passedOn = shownBefore !== undefined && desk.adaptors.clock.now() - shownBefore > TWICE;
  const pass = verdict.verdict === "accepted" && verdict.colour === "green" && !passedOn;
  // Name and last characters are masked, as the code has them: a person at the gate compares them with the document.
  const { colour, name, digits, code, again } = verdict;
  const says = verdictText(verdict, language);
  return [200, { pass, verdict: verdict.verdict, colour, name, digits, code, again, shownBefore, says }];
}

async function answer(request) {
  const { method, url } = request;
  if (!timingSafeEqual(digest(request.headers.authorization ?? ""), expected)) return [401, { code: "gate-token" }];
  if (Object.hasOwn(refused, url)) {
    const { name, ...why } = refused[url];
    return [501, { code: "not-on-a-server", interface: name, why }];
  }
  // 健康码调用申请: where the code is opened, which says nothing of anybody.
  if (method === "GET" && url === "/call") return [200, config.open];
  // 纠错: a slip of one's own is corrected on the phone, what an authority has recorded by the authority.
  if (method === "GET" && url === "/correct") return [200, { own: config.open, record: config.correct }];
  if (method === "POST" && url === "/verify") return verify(await read(request));
  return [404, { code: "not-here" }];
}

const server = createServer(async (request, response) => {
  let status = 500;
  let body = { code: "fault" };
  try {
    [status, body] = await answer(request);
  } catch (thrown) {
    console.error(thrown.code ?? thrown.name);
  }
  const close = status === 400 || status === 401;
  response.writeHead(status, {
    "content-type": "application/json; charset=utf-8",
    "cache-control": "no-store",
    ...(close && { connection: "close" }),
  });
  response.end(JSON.stringify(body));
});
server.headersTimeout = server.requestTimeout = 10_000;
server.listen(config.port, "127.0.0.1", () => console.log(`gates ask http://127.0.0.1:${server.address().port}`));
for (const signal of ["SIGINT", "SIGTERM"])
  process.on(signal, () => {
    clearInterval(quarterly);
    server.close(() => process.exit());
    server.closeAllConnections();
  });
