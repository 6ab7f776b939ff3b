import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";
import { compressed } from "./build/compressed.ts";
import { offline } from "./build/offline.ts";
import { contentSecurityPolicy } from "./build/policy.ts";
import { preloadEngine } from "./build/preload.ts";

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));
/** Where `npm run dev` finds a running `healthcode serve`. */
const server = process.env.HEALTHCODE_SERVER ?? "http://127.0.0.1:8080";

/** What all pages have in common. */
const SHARED =
  /www\/src\/(app\/(?!as-text)|i18n\/)|vite\/preload-helper|www\/src\/styles\/(?!checkpoint)|lit-html|pkg\/web\/(chunk|common)|pkg-template\/src\/(failure|own|argument|texts\/|view\/language)/;

export default defineConfig({
  // The sentences for stable codes come with the package: once is enough.
  resolve: {
    alias: [
      { find: /^view\//, replacement: `${path("../pkg-template/src/view")}/` },
      { find: /^(\.\.\/)+texts\/problem\.js$/, replacement: path("../pkg/web/common.mjs") },
    ],
  },
  build: {
    target: "es2022",
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    rolldownOptions: {
      input: [path("index.html"), path("citizen.html"), path("checkpoint.html"), path("venue.html")],
      // What all pages have in common is one file: each further one costs as much again in headers.
      output: { codeSplitting: { groups: [{ name: "shared", test: SHARED }] } },
    },
  },
  plugins: [contentSecurityPolicy(), preloadEngine(), offline(), compressed()],
  server: {
    fs: { allow: [path("..")] },
    proxy: Object.fromEntries(
      ["/manifest", "/files", "/trust", "/certificates", "/demo.json", "/venue.json"].map((path) => [path, server]),
    ),
  },
});
