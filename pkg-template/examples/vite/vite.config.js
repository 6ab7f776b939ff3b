// The demo issuer allows its own page only, so the development server asks it on the page's behalf.
const issuer = "http://127.0.0.1:8080";

export default { server: { proxy: { "/files": issuer, "/certificates": issuer, "/demo.json": issuer } } };
