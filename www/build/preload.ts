import type { Plugin } from "vite";

/** Which engine each page needs: the browser fetches it beside the scripts, not after them. */
const ENGINES: Record<string, RegExp> = {
  "citizen.html": /^assets\/healthcode-.*\.wasm$/,
  "checkpoint.html": /^assets\/checkpoint-.*\.wasm$/,
};

/** Has each page preload its engine. */
export function preloadEngine(): Plugin {
  return {
    name: "preload-engine",
    apply: "build",
    transformIndexHtml: {
      order: "post",
      handler: (_, { bundle = {}, filename }) => {
        const wanted = Object.entries(ENGINES).find(([page]) => filename.endsWith(page))?.[1];
        const engines = Object.keys(bundle).filter((file) => wanted?.test(file));
        return engines.map((file) => ({
          tag: "link",
          attrs: { rel: "preload", href: `/${file}`, as: "fetch", type: "application/wasm", crossorigin: "" },
          injectTo: "head",
        }));
      },
    },
  };
}
