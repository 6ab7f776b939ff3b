// Serves folders and made-up files to a browser, and asks other servers for what a mini-program's native side would.
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";

const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json",
  ".wasm": "application/wasm",
  ".svg": "image/svg+xml",
};

/**
 * Serves until the test is over. `folders` maps a path's beginning to a folder, `files` a path to its text; `issuer` gets
 * what the paths of docs/server.md and `/demo.json` ask for; `change` may alter the bytes of a path, or take them away
 * with null.
 */
export async function web(test, { folders = {}, files = {}, issuer, policy, change } = {}) {
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, "http://localhost");
    try {
      if (policy) response.setHeader("content-security-policy", policy);
      if (pathname === "/native/request")
        return await pass(
          request,
          response,
          request.headers["x-url"],
          request.headers["x-method"],
          request.headers["x-type"],
          request.headers["x-held"],
        );
      if (
        issuer?.() &&
        /^\/(manifest$|files\/|trust-list$|trust\/|mailboxes\/|status\/|certificates$|demo\.json$)/.test(pathname)
      ) {
        const { "content-type": type, "if-none-match": held } = request.headers;
        return await pass(request, response, issuer() + pathname, request.method, type, held);
      }
      if (files[pathname] !== undefined) return send(response, extname(pathname) || ".html", files[pathname]);
      const start = Object.keys(folders)
        .filter((start) => pathname.startsWith(start))
        .sort((one, other) => other.length - one.length)[0];
      if (start === undefined) throw new Error("nothing here");
      let path = join(folders[start], normalize(decodeURIComponent(pathname.slice(start.length))) || ".");
      if ((await stat(path)).isDirectory()) path = join(path, "index.html");
      await stat(path);
      const type = path.endsWith(".wasm.br") ? ".wasm" : extname(path);
      if (path.endsWith(".wasm.br")) response.setHeader("content-encoding", "br");
      const changed = await change?.(pathname, path);
      if (changed === null) throw new Error("taken away");
      if (changed !== undefined) return send(response, type, changed);
      response.setHeader("content-type", TYPES[type] ?? "application/octet-stream");
      createReadStream(path).pipe(response);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  test.after(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${server.address().port}`;
}

function send(response, type, body) {
  response.setHeader("content-type", TYPES[type] ?? "application/octet-stream");
  response.end(body);
}

async function pass(request, response, url, method = "GET", type = "application/octet-stream", held = undefined) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const body = method === "GET" || method === "HEAD" ? undefined : Buffer.concat(chunks);
  let reply;
  try {
    const headers = { ...(body && { "content-type": type }), ...(held && { "if-none-match": held }) };
    reply = await fetch(url, { method, body, headers });
  } catch {
    response.writeHead(502, { "x-failed": "yes" }).end();
    return;
  }
  // The issuer's clock is not this machine's, and phones check theirs by it.
  const date = reply.headers.get("date");
  if (date) response.setHeader("date", date);
  response.writeHead(reply.status, { "content-type": reply.headers.get("content-type") ?? "" });
  response.end(Buffer.from(await reply.arrayBuffer()));
}
