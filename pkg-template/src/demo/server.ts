// The demo over HTTP: the issuer's paths, the page, and what a page must know of the demo.
import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { extname } from "node:path";
import { type Answer, listener, refusal, send } from "../issuer/listener.js";
import type { DemoIssuer } from "./issuer.js";

/** Connections at once: a browser opens six. */
const CONNECTIONS = 100;

/** A page may load and call nothing but its own site; WebAssembly needs its own word. */
const POLICY =
  "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const TYPES: { readonly [extension: string]: string } = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".wasm": "application/wasm",
};

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/i;

/** Whether a page's origin is a server of this machine, of whichever port, or has one of these addresses. */
export function isOwn(origin: string, addresses: readonly string[]): boolean {
  const [, host = ""] = /^https?:\/\/(\[[0-9a-f:.]+\]|[^\s/:@?#[\]]+)(?::\d{1,5})?$/i.exec(origin) ?? [];
  return LOOPBACK.test(host) || addresses.includes(host);
}

/** What is served. */
export interface Demo {
  readonly issuer: DemoIssuer;
  /** Its files, by the paths under which it has them. */
  readonly files: ReadonlyMap<string, string>;
  /** The addresses of this machine that it answers to, beside those that lead nowhere else. */
  readonly addresses: readonly string[];
  /** Is told a line of the log. */
  say(line: string): void;
}

/** What a page must know to say that this is a demo, and to pin its root. */
function about({ issuer }: Demo): Answer {
  const now = Date.now();
  issuer.site(now);
  const rules = issuer.rules.map(({ id, version, region, purpose, title }) => ({
    id,
    version,
    for: purpose === undefined ? region : `${region}/${purpose}`,
    title,
  }));
  const said = {
    demo: true,
    roots: issuer.roots,
    clock: { now: new Date(now).toISOString().replace(/\.\d+Z$/, "Z"), system: true },
    rules,
    manifest: "/manifest",
    certificates: "/certificates",
    desks: [],
  };
  const headers = { "Content-Type": "application/json; charset=utf-8", "Cache-Control": "no-store" };
  return { status: 200, headers, body: JSON.stringify(said) };
}

/** A file of the page. */
function fileAt(file: string): Answer {
  const headers = {
    "Content-Type": TYPES[extname(file)] ?? "application/octet-stream",
    "Cache-Control": "no-cache",
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "no-referrer",
  };
  return { status: 200, headers, body: new Uint8Array(readFileSync(file)) };
}

/** Whether a request is for this server by one of its own names: whatever else leads here is somebody's trick. */
function isMeant(request: IncomingMessage, { addresses }: Demo): boolean {
  const { host = "" } = request.headers;
  const [, name = "", port = "80"] = /^(\[[0-9a-f:.]+\]|[^\s/:@?#[\]]+)(?::(\d{1,5}))?$/i.exec(host) ?? [];
  return (LOOPBACK.test(name) || addresses.includes(name)) && Number(port) === request.socket.localPort;
}

/** The demo's server, which listens nowhere yet. */
export function demoServer(demo: Demo): Server {
  const { issuer, files, addresses, say } = demo;
  const allows = (origin: string) => isOwn(origin, addresses);
  const log = ({ method, path, status }: { method: string; path: string; status: number }) =>
    say(`${method.slice(0, 10)} ${path} ${status}`);
  const fault = (thrown: unknown) => say(`error: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
  const phones = listener({
    site: () => issuer.site(),
    certify: (request) => issuer.certify(request),
    allows,
    log,
    fault,
  });
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    const path = request.url?.split("?")[0] ?? "";
    const page = path === "/" ? "/index.html" : path;
    const reads = request.method === "GET" || request.method === "HEAD";
    const { origin } = request.headers;
    const allowed = origin !== undefined && allows(origin);
    const cross: { readonly [name: string]: string } = allowed ? { "Access-Control-Allow-Origin": origin } : {};
    const own = (answered: Answer) => {
      send(request, response, answered, { ...cross, Vary: "Origin" });
      log({
        method: request.method ?? "",
        path: files.has(page) || path === "/demo.json" ? path : "other",
        status: answered.status,
      });
    };
    if (!isMeant(request, demo)) own(refusal(421, "http-other-host", "this server answers to its own names only"));
    else if (reads && path === "/demo.json") own(about(demo));
    else if (reads && files.has(page)) own(fileAt(files.get(page) as string));
    else void phones(request, response);
  };
  const server = createServer((request, response) => {
    response.on("error", () => undefined);
    try {
      answer(request, response);
    } catch (thrown) {
      fault(thrown);
      if (response.headersSent) response.destroy();
      else send(request, response, refusal(500, "http-fault", "the server failed; its log says why"), {});
    }
  });
  server.maxConnections = CONNECTIONS;
  server.headersTimeout = 10_000;
  server.requestTimeout = 15_000;
  return server;
}
