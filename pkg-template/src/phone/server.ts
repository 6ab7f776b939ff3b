import type { Network, NetworkAnswer } from "../adaptors/interfaces.js";
import { decodeUtf8 } from "../engine/text-codec.js";
import { failure, type Failure } from "../failure.js";

/** The signed files that everyone gets alike: fetching them says nothing about the person. */
export type FileName = "trust-list" | "rule-pack" | "risk-table";

/** A server of signed files and certificates, as `healthcode serve` is one. */
export class Server {
  private readonly base: string;
  private readonly network: Network;

  constructor(base: string, network: Network) {
    this.base = base.replace(/\/+$/, "");
    this.network = network;
  }

  /** The current signed file. */
  file(name: FileName): Promise<Uint8Array> {
    return this.ask(`/files/${name}`);
  }

  /** Sends a certificate request: the only thing about a person that ever leaves the phone. */
  certificate(request: Uint8Array): Promise<Uint8Array> {
    return this.ask("/certificates", request);
  }

  /** Throws `network-…`, or the code that the server gives as its reason. */
  private async ask(path: string, body?: Uint8Array): Promise<Uint8Array> {
    const url = this.base + path;
    const answer = await this.network.ask(body === undefined ? { url } : { url, body, type: "application/cose" });
    if (answer.status < 200 || answer.status > 299) throw refusal(answer);
    return answer.body;
  }
}

/** What the server says of why it refused, where it says so in its own form. */
function refusal({ status, body }: NetworkAnswer): Failure {
  try {
    const { code, message } = JSON.parse(decodeUtf8(body)) as { code?: unknown; message?: unknown };
    if (typeof code === "string" && typeof message === "string") return Object.assign(new Error(message), { code });
  } catch {
    // Not in its own form.
  }
  return failure("network-status", `the server answered ${status}`);
}
