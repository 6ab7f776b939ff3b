/** All that the health code must know. Everything else is in the signed files. */
export const config = {
  /** Where the signed files and the day certificates come from. */
  server: "https://health.example",
  /** The root keys to pin, 64 hexadecimal digits each, and how many of them must sign a trust list. */
  roots: { keys: [], signers: 1 },
};
