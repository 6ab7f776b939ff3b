/** All that the health code must know. Everything else is in the signed files. */
export const config = {
  /** Where the signed files and the day certificates come from. */
  server: process.env.HEALTHCODE_SERVER ?? "http://127.0.0.1:8080",
  /** The root keys to pin, 64 hexadecimal digits each; with none, the demo issuer is asked for its own. */
  roots: [],
};
