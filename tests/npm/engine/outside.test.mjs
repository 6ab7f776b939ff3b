// What comes from outside is measured, cut and cleaned before anything is made of it; what was there goes on.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { test } from "node:test";
import { certificate } from "./authority.mjs";
import { both, required } from "./installed.mjs";
import { enrolled, now, options, person, published, server, tracedStorage } from "./phone.mjs";

const healthcode = both("healthcode");
const { openCheckpoint, problemText } = healthcode;
const json = (reason) => new TextEncoder().encode(JSON.stringify(reason));

test("row 12: of a server's reasons only those that it can have are taken, and as much of a message as can be shown", async () => {
  const message = "no";
  for (const [reason, code, told] of [
    [{ code: "issuer-not-here", message }, "issuer-not-here", "no"],
    [
      { code: "certificate-request-signature", message: "a\u0000\u202eb\u{e0041}" },
      "certificate-request-signature",
      "a��b�",
    ],
    [{ code: "issuer-not-here", message: "x".repeat(1_900) }, "issuer-not-here", `${"x".repeat(300)}…`],
    ...["toString", "__proto__", "constructor", "hasOwnProperty", ""].map((code) => [{ code, message }]),
    // A newer server's, one that is the phone's own to give, and what is no code.
    [{ code: "issuer-of-tomorrow", message }],
    [{ code: "issuer-constructor", message }],
    ...["storage-damaged", "phone-forgotten", "engine-missing", "holder-no-key"].map((code) => [{ code, message }]),
    [{ code: `issuer-${"x".repeat(60)}`, message }],
    [{ code: 7, message }],
    [{ code: ["issuer-not-here"], message }],
    [{ code: "issuer-not-here", message: { toString: 1 } }],
    [{ code: "issuer-not-here", message: "x".repeat(2_100) }],
    [null],
    ["issuer-not-here"],
  ]) {
    const network = server();
    const phone = await enrolled(healthcode, options(tracedStorage(), { network }));
    await phone.report(person.reports[0].answers);
    network.ask = async () => ({ status: 403, body: json(reason) });
    const problems = [
      ...(await phone.refresh()),
      ...(await (await openCheckpoint(options(tracedStorage(), { network }))).refresh()),
    ];
    problems.push(await phone.certify(phone.identity).catch(healthcode.problemOf));
    assert.ok(problems.length >= 3);
    for (const problem of problems) {
      assert.equal(problem.code, code ?? "network-status", JSON.stringify(reason));
      if (told) assert.equal(problem.message, told);
      for (const language of ["zh", "en"]) assert.equal(typeof problemText(problem, language), "string");
    }
    assert.equal((await phone.show()).result, "shown");
  }
});

/** A server that answers as `answer` says, and how many bytes it could send. */
async function loopback(t, answer) {
  const sent = { bytes: 0, ended: 0 };
  const web = createServer((request, response) => {
    response.on("close", () => (sent.ended += 1));
    // The vectors' clock is not today's, and phones would notice.
    response.sendDate = false;
    answer(request, response, sent);
  });
  await new Promise((resolve) => web.listen(0, "127.0.0.1", resolve));
  t.after(() => new Promise((resolve) => web.close(resolve).closeAllConnections()));
  return { url: `http://127.0.0.1:${web.address().port}`, sent };
}

/** Writes to a response for as long as somebody reads it. */
function endless(response, sent) {
  const piece = Buffer.alloc(1 << 16, 0xd8);
  const more = () => {
    while (!response.destroyed && sent.bytes < 400 << 20) {
      sent.bytes += piece.length;
      if (!response.write(piece)) return response.once("drain", more);
    }
    response.end();
  };
  more();
}

const MEGABYTE = 1 << 20;
/** By how much the process grows while something is done. */
async function growth(act) {
  const before = process.memoryUsage().rss;
  let most = before;
  const timer = setInterval(() => (most = Math.max(most, process.memoryUsage().rss)), 5);
  await act();
  clearInterval(timer);
  return (Math.max(most, process.memoryUsage().rss) - before) / MEGABYTE;
}

/** What came with a request. */
async function bodyOf(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}

for (const [what, status, length, code] of [
  ["400 MB", 200, undefined, "envelope-too-large"],
  ["400 MB that are announced", 200, 400 << 20, "envelope-too-large"],
  ["a refusal of 400 MB", 400, undefined, "network-status"],
]) {
  test(`row 14: an answer of ${what} is cut, and what was there goes on`, async (t) => {
    const flood = { files: false, certificates: false };
    const files = published();
    const { url, sent } = await loopback(t, async (request, response, sent) => {
      const file = files[request.url];
      if (file === undefined && request.method === "GET") return response.writeHead(404).end();
      if (file ? flood.files : flood.certificates) {
        response.writeHead(status, length === undefined ? {} : { "content-length": length });
        return endless(response, sent);
      }
      return response.end(file ?? certificate(await bodyOf(request), now));
    });
    const { network } = healthcode.hostAdaptors();
    const phone = await enrolled(healthcode, { ...options(tracedStorage(), { network }), server: url });
    await phone.report(person.reports[0].answers);
    const checkpoint = await openCheckpoint({ ...options(tracedStorage(), { network }), server: url });
    assert.deepEqual(await checkpoint.refresh(), []);
    const before = JSON.stringify(phone.holder.files());
    Object.assign(flood, { files: true, certificates: true });
    const grown = await growth(async () => {
      for (let round = 0; round < 3; round += 1) {
        const codes = (await phone.refresh()).map(({ code }) => code);
        assert.ok(codes.length > 0 && codes.every((one) => one === code), codes.join());
        assert.deepEqual(
          (await checkpoint.refresh()).map(({ code }) => code),
          [code],
        );
        await assert.rejects(phone.certify(phone.identity), { code });
      }
    });
    t.diagnostic(`the process grew by ${grown.toFixed()} MB; ${(sent.bytes / MEGABYTE).toFixed()} MB were sent`);
    // Fifteen answers, six of them of at most 8 MB, and what waits on both ends of the wires.
    assert.ok(grown < 120, `${grown} MB`);
    assert.ok(sent.bytes < 15 * 20 * MEGABYTE, `${sent.bytes} bytes`);
    assert.equal(JSON.stringify(phone.holder.files()), before);
    assert.equal((await phone.show()).result, "shown");
    assert.equal(checkpoint.verify(person.text, new TextEncoder().encode("gate 7.1")).verdict, "accepted");
    Object.assign(flood, { files: false, certificates: false });
    assert.deepEqual(await phone.refresh(), []);
  });
}

test("TUF: slow retrieval: an answer that trickles is given up in time, and what was there goes on", {
  timeout: 60_000,
}, async (t) => {
  const { timeout } = AbortSignal;
  const patience = [];
  t.mock.method(AbortSignal, "timeout", (milliseconds) => {
    patience.push(milliseconds);
    return timeout.call(AbortSignal, 400);
  });
  let slow = false;
  const files = published();
  const { url, sent } = await loopback(t, async (request, response, sent) => {
    if (files[request.url] === undefined && request.method === "GET") return response.writeHead(404).end();
    const file = files[request.url] ?? certificate(await bodyOf(request), now);
    if (!slow) return response.end(file);
    // A byte now and then: it would take hours.
    response.writeHead(200, { "content-length": file.length });
    const drip = setInterval(() => {
      response.write(file.subarray(sent.bytes, sent.bytes + 1));
      sent.bytes += 1;
    }, 40);
    response.on("close", () => clearInterval(drip));
  });
  const { network } = healthcode.hostAdaptors();
  const phone = await enrolled(healthcode, { ...options(tracedStorage(), { network }), server: url });
  await phone.report(person.reports[0].answers);
  const checkpoint = await openCheckpoint({ ...options(tracedStorage(), { network }), server: url });
  assert.deepEqual(await checkpoint.refresh(), []);
  const before = JSON.stringify([phone.holder.files(), checkpoint.manifest]);
  slow = true;
  const code = "network-unreachable";
  assert.deepEqual(
    (await phone.refresh()).map((problem) => problem.code),
    [code],
  );
  assert.deepEqual(
    (await checkpoint.refresh()).map((problem) => problem.code),
    [code],
  );
  await assert.rejects(phone.certify(phone.identity), { code });
  assert.ok(sent.bytes > 3, "something came each time");
  assert.ok(
    patience.every((milliseconds) => milliseconds === 15_000),
    patience.join(),
  );
  assert.equal(JSON.stringify([phone.holder.files(), checkpoint.manifest]), before);
  assert.equal((await phone.show()).result, "shown");
  slow = false;
  assert.deepEqual(await phone.refresh(), []);
});

test("row 14: what a host or an app's own adaptor hands over whole is measured, too", async () => {
  const large = new Uint8Array((8 << 20) + 1).fill(0xd8);
  const network = server();
  const phone = await enrolled(healthcode, options(tracedStorage(), { network }));
  const { ask } = network;
  const asked = [];
  network.ask = async (request) => {
    asked.push([request.url, request.most]);
    return { status: 200, body: request.url === "/certificates" ? large.subarray(0, (256 << 10) + 1) : large };
  };
  const codes = (await phone.refresh()).map(({ code }) => code);
  assert.ok(codes.length > 0 && codes.every((code) => code === "envelope-too-large"), codes.join());
  await assert.rejects(phone.certify(phone.identity), { code: "envelope-too-large" });
  assert.deepEqual(Object.fromEntries(asked)["/certificates"], 256 << 10);
  assert.deepEqual(Object.fromEntries(asked)["/trust-list"], 8 << 20);
  assert.deepEqual(Object.fromEntries(asked)["/manifest"], 256 << 10);
  network.ask = ask;
  assert.deepEqual(await phone.refresh(), []);
});

test("mini-programs' answers are cut at their headers, or measured before they are copied", async () => {
  const { wechatNetwork } = required("healthcode/wechat");
  const { alipayNetwork } = required("healthcode/alipay");
  const data = new ArrayBuffer(5_000);
  const request = { url: "https://a.example/", most: 4_096 };
  const plain = async (asked) => {
    const { header: _, ...answer } = await asked;
    return answer;
  };
  const cut = (status) => ({ status, body: new Uint8Array(), cut: true });
  for (const [status, most, whole] of [
    [200, 4_096, false],
    [200, 5_000, true],
    [200, undefined, true],
    [403, undefined, false],
  ]) {
    const expected = whole ? { status, body: new Uint8Array(5_000) } : cut(status);
    const given = { url: "https://a.example/", ...(most && { most }) };
    const wx = { request: ({ success }) => void success({ statusCode: status, data }) };
    assert.deepEqual(await plain(wechatNetwork(wx).ask(given)), expected);
    const my = {
      request: ({ success, fail }) => (status === 200 ? success({ status, data }) : fail({ error: 19, status, data })),
    };
    assert.deepEqual(await plain(alipayNetwork(my).ask(given)), expected);
  }
  for (const header of [{ "Content-Length": "5000" }, { "content-length": 5_000 }]) {
    let aborted = 0;
    const wx = {
      request: () => ({
        abort: () => (aborted += 1),
        onHeadersReceived: (heard) => setTimeout(() => heard({ header })),
      }),
    };
    assert.deepEqual(await plain(wechatNetwork(wx).ask(request)), cut(200));
    assert.equal(aborted, 1);
  }
  for (const header of [undefined, null, {}, { "content-length": "x" }, { "content-length": "4096" }]) {
    const wx = {
      request: ({ success }) => ({
        onHeadersReceived: (heard) => {
          heard({ header });
          success({ statusCode: 200, data: new ArrayBuffer(4_096) });
        },
      }),
    };
    assert.equal((await wechatNetwork(wx).ask(request)).body.length, 4_096);
  }
  const odd = { request: ({ success }) => success({ status: 200, data: { bytes: 1 } }) };
  await assert.rejects(alipayNetwork(odd).ask(request), { code: "network-status" });
});
