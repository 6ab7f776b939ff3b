// Asks a server for signed files and certificates, with limits of time and length.
import type { Network, NetworkAnswer } from "../adaptors/interfaces.js";
import { isAbsent } from "../argument.js";
import type { Named } from "../engine/core/healthcode.js";
import { decodeUtf8 } from "../engine/text-codec.js";
import { codeOf, failure, type HealthcodeError } from "../failure.js";
import {
  CERTIFICATE_BYTES,
  FILE_BYTES,
  MAILBOX_BYTES,
  MANIFEST_BYTES,
  PROOF_BYTES,
  REFUSAL_BYTES,
  STATUS_BYTES,
} from "../limits.js";
import type { FailureCode } from "../texts/failures.js";
import { cleaned, isCode } from "../texts/outside.js";
import { knownCodes, problemOf } from "../texts/problem.js";

/** An address to which paths are appended. */
const ADDRESS = /^https:\/\/[^\s\\/?#@]+(\/[^\s\\?#]*)?$/i;
/** The same on this computer, where nobody else hears what is asked. */
const LOOPBACK = /^http:\/\/(localhost|[a-z0-9-]+\.localhost|127(\.\d{1,3}){3}|\[::1\])(:\d{1,5})?(\/[^\s\\?#]*)?$/i;

/**
 * Throws `misuse-argument` for anything but the address of a server with HTTPS, or of one on this computer; without any, it is
 * the page's own site.
 */
export function checkServer(server: string | undefined | null): void {
  if (isAbsent(server) || server === "") return;
  if (typeof server !== "string")
    throw failure("misuse-argument", "`server` must be text, such as the `href` of a URL");
  if (!(ADDRESS.test(server) || LOOPBACK.test(server)))
    throw failure(
      "misuse-argument",
      "`server` must be an address with https://, or with http:// on this computer, without user, query and fragment",
    );
}

/**
 * A server of signed files and certificates, such as `healthcode serve`. The files are the same for everyone: fetching
 * them says nothing about the person.
 */
export class Server {
  private readonly base: string;
  private readonly network: Network;

  constructor(base: string, network: Network) {
    this.base = base.replace(/\/+$/, "");
    this.network = network;
  }

  /** The current manifest; `undefined` if it is the one whose SHA-256 is `held`. */
  manifest(held?: string): Promise<Uint8Array | undefined> {
    return this.ask({ path: "/manifest", most: MANIFEST_BYTES, held });
  }

  /** The newest trust list, or the one of that number. */
  async trustList(version?: number): Promise<Uint8Array> {
    return this.get(version === undefined ? "/trust-list" : `/trust/${version}`, FILE_BYTES);
  }

  /** A file that the manifest names. */
  async file({ kind, digest, length }: Named): Promise<Uint8Array> {
    try {
      return await this.get(`/files/${digest}`, length);
    } catch (thrown) {
      if (codeOf(thrown) !== "envelope-too-large") throw thrown;
      throw failure("file-not-in-manifest", `the ${kind} that came is longer than the manifest says: ${this.base}`);
    }
  }

  /** What leads to a risk table from the version that is there; there may be none. */
  async delta({ digest, length }: Named, from: number): Promise<Uint8Array> {
    const delta = await this.ask({ path: `/deltas/${digest}/${from}`, most: length, unsigned: true });
    return delta ?? new Uint8Array(0);
  }

  /** The proof that the public log has a file, which whoever made it may not have written yet. */
  proof(digest: string): Promise<Uint8Array | undefined> {
    return this.ask({ path: `/proofs/${digest}.cbor`, most: PROOF_BYTES, unsigned: true });
  }

  /** A mailbox, which is one of many people: nobody can tell for which of them it is fetched. */
  mailbox(path: string): Promise<Uint8Array> {
    return this.get(`/${path}`, MAILBOX_BYTES);
  }

  /** The list of withdrawn certificates at that path. */
  statuses(path: string): Promise<Uint8Array> {
    return this.get(`/${path}`, STATUS_BYTES);
  }

  /** Sends a certificate request: the only thing about a person that ever leaves the phone. */
  certificate(request: Uint8Array): Promise<Uint8Array> {
    return this.get("/certificates", CERTIFICATE_BYTES, request);
  }

  private async get(path: string, most: number, body?: Uint8Array): Promise<Uint8Array> {
    return (await this.ask({ path, most, body })) ?? new Uint8Array(0);
  }

  /**
   * The signed bytes; `undefined` if they are the ones that are held. Throws `network-…`, or the code that the server
   * gives as the reason.
   */
  private async ask({ path, most, body, held, unsigned }: Asked): Promise<Uint8Array | undefined> {
    const url = this.base + path;
    let answer: NetworkAnswer;
    try {
      answer = await this.network.ask({
        url,
        most,
        ...(body && { body, type: "application/cose" }),
        ...(held && { held }),
      });
    } catch (thrown) {
      const { code, message } = problemOf(thrown);
      throw failure(code as FailureCode, `${message}: ${url}`);
    }
    if (held !== undefined && answer.status === 304) return undefined;
    if (answer.status < 200 || answer.status > 299) throw refusal(answer, url);
    // An app's own adaptor may not cut.
    if (answer.cut || answer.body.length > most)
      throw failure("envelope-too-large", `more than ${most} bytes came: ${url}`);
    // Signed files begin with a CBOR tag (RFC 9052); a network's sign-in page does not.
    if (!unsigned && answer.body[0]! >> 4 !== 13) throw failure("network-not-signed", `no signed file came: ${url}`);
    return answer.body;
  }
}

/** A request. */
interface Asked {
  path: string;
  /** How many bytes of the answer are taken. */
  most: number;
  body?: Uint8Array | undefined;
  /** The SHA-256 of what is there already. */
  held?: string | undefined;
  /** Whether what comes has no signature of its own. */
  unsigned?: boolean;
}

/** What a server can have reasons about; the codes about this phone are the phone's alone to give. */
const REASON = /^(cbor|certificate|envelope|file|http|issuer|key|place|time|trust)-/;

/** Whether a server can give this code as its reason. */
function isReason(code: unknown): code is FailureCode {
  return isCode(code) && REASON.test(code) && (knownCodes() as string[]).indexOf(code) >= 0;
}

/**
 * The server's reason for refusing, if it gives one in its own format. Otherwise it, or what stands before it, has too much to do
 * (RFC 6585, section 4) or a fault (RFC 9110, 15.6).
 */
function refusal({ status, body, cut }: NetworkAnswer, url: string): HealthcodeError {
  try {
    if (cut || body.length > REFUSAL_BYTES) throw new Error("longer than any reason");
    const { code, message } = JSON.parse(decodeUtf8(body)) as { code?: unknown; message?: unknown };
    if (isReason(code) && typeof message === "string") return failure(code, cleaned(message));
  } catch {
    // Not in its own format.
  }
  const busy = status === 429 || (status >= 500 && status <= 599);
  return failure(busy ? "network-busy" : "network-status", `the server answered ${status}: ${url}`);
}
