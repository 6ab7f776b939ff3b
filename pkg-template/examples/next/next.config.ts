import type { NextConfig } from "next";

/** The issuer's server: phones ask this site, and the site hands their questions on. */
const ISSUER = process.env.ISSUER ?? "http://127.0.0.1:8080";
const PATHS = [
  "manifest",
  "trust-list",
  "trust/:list*",
  "files/:file*",
  "deltas/:delta*",
  "mailboxes/:box*",
  "status/:list*",
  "certificates",
  "demo.json",
];

const config: NextConfig = {
  rewrites: async () => PATHS.map((path) => ({ source: `/${path}`, destination: `${ISSUER}/${path}` })),
};

export default config;
