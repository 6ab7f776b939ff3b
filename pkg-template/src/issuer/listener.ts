// An issuer's server over HTTP, as docs/server.md has it: what Node's `createServer` calls.
import { isRecord, need, needFunction } from "../argument.js";
import { codeOf, failure } from "../failure.js";
import type { Site } from "./site.js";

/** What a request for a certificate may have, in bytes: it has about 330. */
const REQUEST_BYTES = 2_048;
/** Characters of a path: those of phones have under ninety. */
const PATH = 2_048;
/** Milliseconds in which the rest of a request must come. */
const BODY_TIME = 10_000;

const COSE = "application/cose";

/** Which of an issuer's faults are the request's. */
const REFUSALS = /^(certificate|issuer|http|key|place|time|cbor|envelope|file|trust)-/;

/** What is taken of a request: Node's `IncomingMessage` has it. */
export interface HttpRequest {
  /** `GET`, `POST` and the like. */
  readonly method?: string | undefined;
  /** Path and query. */
  readonly url?: string | undefined;
  /** The headers, by their names in small letters. */
  readonly headers: { readonly [name: string]: string | readonly string[] | undefined };
  /** Whether all of it was read. */
  readonly readableEnded: boolean;
  /** Calls a function with each part of the body, and at its end. */
  on(event: string, listener: (part: Uint8Array) => void): unknown;
  /** Reads no more for now. */
  pause(): unknown;
}

/** What an answer is written with: Node's `ServerResponse` has it. */
export interface HttpResponse {
  /** Begins it. */
  writeHead(status: number, headers: { readonly [name: string]: string }): unknown;
  /** Ends it. */
  end(body?: Uint8Array): unknown;
}

/** What answers phones. */
export interface Issuing {
  /** What is published now. */
  site(): Site;
  /** The day certificate for a request. What it throws with a code is the refusal; anything else is the issuer's own fault. */
  certify(request: Uint8Array): Uint8Array | Promise<Uint8Array>;
  /** The issuer's clock, by which phones check theirs; the machine's, if it is left out. */
  now?(): number;
  /** Which pages may ask, by their `Origin`, this server's own too; all, if it is left out. */
  allows?(origin: string): boolean;
  /** Is told when and how something was answered: nothing of anybody is in it. */
  log?(line: { method: string; path: string; status: number }): void;
  /** Is told of a fault of the issuer's own. */
  fault?(thrown: unknown): void;
}

/** An answer. */
export interface Answer {
  readonly status: number;
  readonly headers?: { readonly [name: string]: string };
  readonly body?: Uint8Array | string;
}

/** Paths that a log names; of any other, which may have anything in it, nothing. */
const KNOWN = /^\/(manifest|trust-list|certificates|trust\/\d{1,10}|files\/[0-9a-f]{64})$/;

/** A refusal, as phones read it. */
export function refusal(status: number, code: string, message: string): Answer {
  const headers = { "Content-Type": "application/json; charset=utf-8", "Cache-Control": "no-store" };
  return { status, headers, body: JSON.stringify({ code, message }) };
}

/** Calls what an integrator has written, whose own fault must not end the process: nobody waits for what is thrown there. */
function unthrown<T>(act: () => T): T | undefined {
  try {
    return act();
  } catch (thrown) {
    console.error(thrown);
    return undefined;
  }
}

/** What a phone's request is refused for, with the status that tells a request's fault from the issuer's. */
function refused(thrown: unknown, fault: Issuing["fault"]): Answer {
  const code = codeOf(thrown);
  if (code !== undefined && REFUSALS.test(code) && code !== "issuer-fault") {
    const status = { "issuer-not-here": 403, "issuer-not-enrolled": 403 }[code] ?? 400;
    return refusal(status, code, (thrown as Error).message.slice(0, 500));
  }
  return faulty(thrown, fault);
}

/** What is the issuer's own fault, whatever code it has. */
function faulty(thrown: unknown, fault: Issuing["fault"]): Answer {
  unthrown(() => fault?.(thrown));
  return refusal(500, "issuer-fault", "the issuer failed; its log says why");
}

/** The bytes of a request, or why they are not taken. */
function bodyOf(request: HttpRequest): Promise<Uint8Array | Answer> {
  const large = refusal(
    413,
    "issuer-request-too-large",
    `a request for a certificate has at most ${REQUEST_BYTES} bytes`,
  );
  if (Number(header(request, "content-length")) > REQUEST_BYTES) return Promise.resolve(large);
  return new Promise((resolve) => {
    const cut = () => resolve(refusal(400, "issuer-request-cut", "the request was cut short; send it again"));
    const late = setTimeout(() => {
      resolve(refusal(408, "http-slow-request", "the request did not come in time; send it again"));
    }, BODY_TIME);
    const parts: Uint8Array[] = [];
    let length = 0;
    request.on("data", (part) => {
      length += part.length;
      if (length > REQUEST_BYTES) {
        request.pause();
        resolve(large);
      } else parts.push(part);
    });
    request.on("end", () => resolve(new Uint8Array(Buffer.concat(parts))));
    request.on("error", cut);
    request.on("close", () => {
      clearTimeout(late);
      cut();
    });
  });
}

/** A header that was sent once. */
const header = ({ headers }: HttpRequest, name: string): string | undefined => {
  const given = headers[name];
  return typeof given === "string" ? given : undefined;
};

const known = (given: string | undefined, tag: string): boolean =>
  (given ?? "").split(",").some((one) => one.trim().replace(/^W\//, "") === tag || one.trim() === "*");

async function certificate(request: HttpRequest, { certify, fault }: Issuing): Promise<Answer> {
  const type = header(request, "content-type")?.split(";")[0]?.trim().toLowerCase();
  if (type !== COSE) return refusal(415, "issuer-request-type", `a request is sent with \`Content-Type: ${COSE}\``);
  const body = await bodyOf(request);
  if (!(body instanceof Uint8Array)) return body;
  try {
    const bytes = await certify(body);
    if (!(bytes instanceof Uint8Array)) throw failure("misuse-argument", "`certify` must give the certificate's bytes");
    return { status: 200, headers: { "Content-Type": COSE, "Cache-Control": "no-store" }, body: bytes };
  } catch (thrown) {
    return refused(thrown, fault);
  }
}

function answer(request: HttpRequest, path: string, issuing: Issuing): Answer | Promise<Answer> {
  const { method = "" } = request;
  const wrongMethod = (allowed: string): Answer => {
    const refused = refusal(405, "http-method", "this path does not take that method");
    return { ...refused, headers: { ...refused.headers, Allow: allowed } };
  };
  const origin = header(request, "origin");
  if (method === "POST" && origin !== undefined && issuing.allows && unthrown(() => issuing.allows?.(origin)) !== true)
    return refusal(403, "http-other-origin", "a page of another site asks, which this server does not answer");
  if (path === "/certificates") return method === "POST" ? certificate(request, issuing) : wrongMethod("POST, OPTIONS");
  const file = issuing.site().get(path);
  if (file === undefined) return refusal(404, "http-not-found", "there is nothing here");
  if (method !== "GET" && method !== "HEAD") return wrongMethod("GET, HEAD, OPTIONS");
  const { bytes, tag, forGood } = file;
  const caching = forGood ? "public, max-age=31536000, immutable" : "no-cache";
  const headers = { ETag: tag, "Cache-Control": caching };
  if (known(header(request, "if-none-match"), tag)) return { status: 304, headers };
  return { status: 200, headers: { ...headers, "Content-Type": COSE }, body: bytes };
}

/** What pages of other sites are told. */
function crossing(origin: string | undefined, allows: Issuing["allows"]): { readonly [name: string]: string } {
  if (allows === undefined) return { "Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": "Date, Age" };
  if (origin === undefined || unthrown(() => allows(origin)) !== true) return { Vary: "Origin" };
  return { Vary: "Origin", "Access-Control-Allow-Origin": origin, "Access-Control-Expose-Headers": "Date, Age" };
}

const PREFLIGHT = {
  "Access-Control-Allow-Methods": "GET, HEAD, POST",
  "Access-Control-Allow-Headers": "content-type, if-none-match",
  "Access-Control-Max-Age": "600",
};

/**
 * What answers phones: the published files, and `POST /certificates`. Give it to `createServer` of `node:http`, or to a framework
 * that takes a listener; paths below a prefix need it taken off first. What it gives never throws; it throws `misuse-argument`.
 */
export function listener(issuing: Issuing): (request: HttpRequest, response: HttpResponse) => Promise<void> {
  need(isRecord(issuing), "issuing", "an object");
  needFunction(issuing.site, "issuing.site");
  needFunction(issuing.certify, "issuing.certify");
  for (const name of ["now", "allows", "log", "fault"] as const)
    if (issuing[name] !== undefined) needFunction(issuing[name], `issuing.${name}`);
  return async (request, response) => {
    const { method = "", url = "" } = request;
    const path = url.split("?")[0] ?? "";
    const cross = crossing(header(request, "origin"), issuing.allows);
    let answered: Answer;
    try {
      if (url.length > PATH) answered = refusal(414, "http-path-too-long", `a path has at most ${PATH} characters`);
      else if (method === "OPTIONS") answered = { status: 204, headers: PREFLIGHT };
      else answered = await answer(request, path, issuing);
    } catch (thrown) {
      // What refuses a request has been caught before: this is of what is published.
      answered = faulty(thrown, issuing.fault);
    }
    const now = unthrown(() => issuing.now?.()) ?? Date.now();
    send(request, response, answered, { ...cross, Date: new Date(now).toUTCString() });
    unthrown(() => issuing.log?.({ method, path: KNOWN.test(path) ? path : "other", status: answered.status }));
  };
}

/** Sends an answer. What has not been read of the request is not waited for. */
export function send(
  request: HttpRequest,
  response: HttpResponse,
  { status, headers, body }: Answer,
  more: { readonly [name: string]: string },
): void {
  const bytes = typeof body === "string" ? new TextEncoder().encode(body) : (body ?? new Uint8Array(0));
  const empty = status === 304 || status === 204;
  const unread = request.method !== "GET" && request.method !== "HEAD" && !request.readableEnded;
  const length: { readonly [name: string]: string } = empty ? {} : { "Content-Length": String(bytes.length) };
  const closing: { readonly [name: string]: string } = unread ? { Connection: "close" } : {};
  response.writeHead(status, { "X-Content-Type-Options": "nosniff", ...length, ...closing, ...more, ...headers });
  response.end(request.method === "HEAD" || empty ? undefined : bytes);
}
