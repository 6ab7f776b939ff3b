// Keys that the host keeps: they sign what the phone gives them.
import type { Keys } from "../adaptors/interfaces.js";
import type { Holder, Identity, ToSign } from "../engine/core/healthcode.js";
import { fromHex, toHex } from "./bytes.js";

/** What comes of it, to be had later: what it throws, too. */
export function tried<T>(act: () => T): () => T {
  try {
    const result = act();
    return () => result;
  } catch (thrown) {
    return () => {
      throw thrown;
    };
  }
}

/** The keys of one person that the host keeps, if it keeps any. */
export class HostKeys {
  private readonly keys: Keys | undefined;
  private readonly owner: string;

  constructor(keys: Keys | undefined, owner: string) {
    this.keys = keys;
    this.owner = owner;
  }

  /** The signature as the core takes it; `undefined` if the host does not have the key any more. */
  async sign({ key, bytes }: ToSign): Promise<string | undefined> {
    const signature = await this.keys?.sign(this.owner, key, fromHex(bytes));
    return signature && toHex(signature);
  }

  /** Removes all of them. */
  async forget(): Promise<void> {
    await this.keys?.keep(this.owner, []);
  }

  /**
   * A request for a day certificate whose key the host has made, and which the holder then knows of; `undefined` if it
   * makes none, so that the phone makes its own. What is thrown for the request itself comes with it.
   */
  async request(holder: Holder, identity: Identity, now: number): Promise<(() => Uint8Array) | undefined> {
    const { keys, owner } = this;
    const enrolment = holder.publicKey();
    const depends = enrolment !== undefined && holder.hostKeys().includes(enrolment);
    const make = async () => {
      try {
        return await keys?.make(owner);
      } catch (thrown) {
        // Without storage a phone works as long as it is open, but a key that is there must not be given up for that.
        if (depends) throw thrown;
        return undefined;
      }
    };
    const day = await make();
    if (day === undefined) {
      if (depends) holder.loseHostKey(now);
      return undefined;
    }
    // Once more if the host has lost the enrolment key.
    for (let lost = false; ; lost = true) {
      if (holder.publicKey() === undefined) {
        const made = await make();
        if (made === undefined) return undefined;
        holder.useHostKey(made);
      }
      let steps: ToSign[];
      try {
        steps = holder.certificateRequestToSign(identity, day, now);
      } catch (thrown) {
        return () => {
          throw thrown;
        };
      }
      const signatures = await Promise.all(steps.map((step) => this.sign(step)));
      const whole = signatures.filter((signature) => signature !== undefined);
      if (whole.length === steps.length || lost)
        return tried(() => holder.certificateRequestSigned(identity, day, now, whole));
      holder.loseHostKey(now);
    }
  }

  /** Removes those that a phone no longer needs; if that fails, another time. */
  async tidy(holder: Holder): Promise<void> {
    await this.keys?.keep(this.owner, holder.hostKeys()).catch(() => undefined);
  }
}
