/** All that the health code must know of your app. Everything else is in the signed files. */
export const config = {
  /** Where the signed files and the day certificates come from; for the demo issuer: `http://127.0.0.1:8080`. */
  server: "http://127.0.0.1:8080",
  /** The root keys that your app pins, 64 hexadecimal digits each; the demo issuer's is in its `/demo.json`. */
  roots: [],
};
