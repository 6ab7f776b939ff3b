// The entry point in a Worker of Alipay's.
import { phoneEngine } from "../engine/of-phone.js";
import { alipayWorker } from "./alipay-worker-host.js";
import { provide } from "./entry.js";

export * from "../api.js";

provide(alipayWorker(phoneEngine, "healthcode.wasm"));
