import type { PhoneOptions } from "healthcode";

/** Your issuer's root keys, and how many of them must have signed its trust list; without a `server`, the page's own site is asked. */
export const config: PhoneOptions = {
  roots: { keys: [], signers: 1 },
};
