// All that the health code must know of your app. Everything else is in the signed files.
module.exports = {
  /** Where the signed files and the day certificates come from. On a phone: HTTPS, and registered in your mini-program's settings. */
  server: "http://127.0.0.1:8080",
  /** The root keys that your app pins, 64 hexadecimal digits each. */
  roots: [],
  /** Where 32 random bytes for the phone's key come from: see random.js. */
  random: "http://127.0.0.1:8081/random",
  /** Ask the demo issuer (`healthcode serve`) for its root key and its clock. Never in an app that people use. */
  demo: true,
};
