// The demo issuer allows its own page only, so the development server asks it on the page's behalf.
const issuer = "http://127.0.0.1:8080";
const paths = [
  "^/manifest$",
  "^/trust-list$",
  "^/trust/",
  "^/files/",
  "^/deltas/",
  "^/mailboxes/",
  "^/status/",
  "^/certificates$",
  "^/demo.json$",
];

export default {
  server: { proxy: Object.fromEntries(paths.map((path) => [path, issuer])) },
};
