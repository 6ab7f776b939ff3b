// The server side of random.js, for the demonstration: `node random-server.mjs`.
import { randomBytes } from "node:crypto";
import { createServer } from "node:http";

createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url, "http://localhost");
  if (pathname !== "/random" || searchParams.get("length") !== "32") return response.writeHead(404).end();
  response.writeHead(200, { "content-type": "application/octet-stream", "cache-control": "no-store" });
  return response.end(randomBytes(32));
}).listen(8081, "127.0.0.1");
