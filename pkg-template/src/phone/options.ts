// What an app gives to open anything.
import type { Adaptors } from "../adaptors/interfaces.js";
import type { Roots } from "../engine/core/healthcode.js";

/** Options for opening a phone, a family or a checkpoint. */
export interface OpenOptions {
  /**
   * The root keys that your app pins, each as 64 hexadecimal digits, and how many of them must sign a trust list:
   * `{ keys: ["…"], signers: 1 }`.
   */
  roots: Roots;
  /**
   * Where the signed files and certificates come from, such as `https://health.example`; `http://` only on this computer. By
   * default the page's own site. Where there is no page, as in Node and in mini-programs, what is stored works without, and
   * `refresh` and `certify` have `misuse-argument`.
   */
  server?: string | undefined;
  /**
   * Where the person lives, as a place code of 2, 4, 6, 9 or 12 digits such as `3301`: whose rules a phone takes. Without it,
   * those of the day certificate's region, or the only ones that the server has: leave it out unless the server has rules of
   * several regions. A region for which the server has none leaves the phone without rules. What was given once is stored with the
   * phone, so that leaving it out later changes nothing: give another. Checkpoints have no use for it.
   */
  region?: string | undefined;
  /**
   * What a checkpoint asks codes to be for: `everyday`, a purpose such as `hospital`, either of one region (`3301`, `44/hospital`), or
   * `any`, which it is by default. It is the checkpoint's `purpose`, which can be set later. Phones have no use for it.
   */
  purpose?: string | undefined;
  /** Replacements for the host's own adaptors: `{ storage: memoryStorage() }`. Those left out are the host's own. */
  adaptors?: { [K in keyof Adaptors]?: Adaptors[K] | undefined } | undefined;
}
