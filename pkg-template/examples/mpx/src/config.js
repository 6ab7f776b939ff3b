/** All that the health code must know of your app. Everything else is in the signed files. */
export const config = {
  /** Where the signed files and the day certificates come from: HTTPS, and registered in your mini-program's settings. */
  server: "https://health.example",
  /** The root keys that your app pins, 64 hexadecimal digits each, and how many of them must sign a trust list. */
  roots: { keys: [], signers: 1 },
};
