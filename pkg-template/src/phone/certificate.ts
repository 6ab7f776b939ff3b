// The day certificate of a phone's person, and the codes signed with its key.
import { drawn } from "../adaptors/given.js";
import type { Adaptors } from "../adaptors/interfaces.js";
import type { FileState, Holder, Identity, ShowResult } from "../engine/core/healthcode.js";
import { failure } from "../failure.js";
import type { FailureCode } from "../texts/failures.js";
import { problemOf } from "../texts/problem.js";
import type { Done, Kept } from "./kept.js";
import { type HostKeys, tried } from "./keys.js";
import type { Server } from "./server.js";

/**
 * A day certificate is renewed when it has less than this left, in milliseconds. Phones ask for new files every hour, and
 * warn when it has six hours left: who is online by then has another.
 */
const RENEW = 8 * 3_600_000;
/** After this long, in milliseconds, another one may say something else of the person: what the issuer says comes with it. */
const LOOK = 3_600_000;
const GONE = "the device no longer has the key of the day certificate";
/** How many random bytes make a key. */
const KEY_BYTES = 32;

/** The day certificate of a person, with a key of its own: the phone's, or one that the host keeps. */
export class DayCertificate {
  /** Whether the host has lost its key. */
  lost: boolean | undefined;
  private readonly kept: Kept;
  private readonly keys: HostKeys;
  private readonly server: Server;
  private readonly adaptors: Adaptors;

  constructor(kept: Kept, keys: HostKeys, server: Server, adaptors: Adaptors) {
    this.kept = kept;
    this.keys = keys;
    this.server = server;
    this.adaptors = adaptors;
  }

  /** Whether one should be requested now; `held` is the present one. */
  due(held: FileState | undefined): boolean {
    const expires = held?.expires;
    return this.lost || expires === undefined || Date.parse(expires) - this.now() < RENEW;
  }

  /** Whether the issuer should be asked again what it says of the person, though the present one will do. */
  stale(held: FileState | undefined): boolean {
    return held?.issued !== undefined && this.now() - Date.parse(held.issued) >= LOOK;
  }

  /** Requests one for the masked identity. */
  async request(identity: Identity): Promise<Done> {
    const { kept } = this;
    // The certificate's key must be stored before anybody can know of it.
    const { result: request } = await kept.change(async (holder) => {
      if (kept.storageProblem === undefined && !kept.outdated) await this.keys.tidy(holder);
      const request = (await this.hostRequest(holder, identity)) ?? (await this.ownRequest(holder, identity));
      kept.begin();
      return request;
    });
    const certificate = await this.server.certificate(request());
    const { result: loaded, done } = await kept.change((holder) => {
      const loaded = holder.load(certificate, this.now());
      // One who was refused may have mistyped, and is asked again.
      if (loaded.result === "loaded") kept.name(identity);
      return loaded;
    });
    if (loaded.result === "refused") throw failure(loaded.problem.code as FailureCode, loaded.problem.message);
    this.lost = false;
    return done;
  }

  /** A code signed with its key; `host-key-gone` if the host has lost that. */
  async show(here?: string, challenge?: Uint8Array): Promise<ShowResult> {
    const { kept } = this;
    for (let tries = 0; ; tries += 1) {
      const now = this.now();
      const step = kept.core.codeToSign(now, here, challenge);
      let signature: string | undefined;
      try {
        signature = step && (await this.keys.sign(step));
      } catch (thrown) {
        kept.alive();
        return { result: "unavailable", problem: problemOf(thrown) };
      }
      const shown = kept.core.show(now, here, challenge, signature);
      const code = shown.result === "unavailable" ? shown.problem.code : undefined;
      // Asking for another one gives up the certificate; until that comes, the reason is the same.
      this.lost = code === "holder-host-key" || (this.lost === true && code === "holder-no-certificate");
      if (this.lost) return { result: "unavailable", problem: { code: "host-key-gone", message: GONE } };
      // The phone's data may have changed meanwhile.
      if (code !== "holder-host-signature" || tries > 0) return shown;
    }
  }

  /** A request with keys that the host keeps, if it keeps any. */
  private async hostRequest(holder: Holder, identity: Identity): Promise<(() => Uint8Array) | undefined> {
    try {
      return await this.keys.request(holder, identity, this.now());
    } finally {
      this.kept.alive();
    }
  }

  /** A request with keys of the phone's own; what is thrown for it comes with it. */
  private async ownRequest(holder: Holder, identity: Identity): Promise<() => Uint8Array> {
    const enrolment = holder.publicKey() === undefined ? await this.random() : undefined;
    const day = await this.random();
    this.kept.alive();
    if (enrolment !== undefined) holder.createKey(enrolment);
    return tried(() => holder.certificateRequest(identity, day, this.now()));
  }

  /** Fresh random bytes for a key. Throws `random-missing`. */
  private random(): Promise<Uint8Array> {
    return drawn(this.adaptors.random, KEY_BYTES);
  }

  private now(): number {
    return this.adaptors.clock.now();
  }
}
