// One stack from nothing to its first symbol, in a page of its own that has its inputs and the stack's files already.
import { firstDay, inputs } from "./journey.js";

const given = await inputs();
if (document.readyState !== "complete") await new Promise((resolve) => addEventListener("load", resolve));
const start = performance.now();
const stack = await import(/* @vite-ignore */ `/${location.search.slice(1)}.js`);
await stack.ready();
const ready = performance.now();
if (!firstDay(stack, given).includes("<svg")) throw new Error("no symbol");
globalThis.cold = { ready: ready - start, first: performance.now() - start };
