// The entry point for Alipay's mini-programs.
import { fallbackEngine } from "../engine/fallback.js";
import { phoneEngine } from "../engine/of-phone.js";
import { alipay } from "./alipay-host.js";
import { provide } from "./entry.js";

export * from "../adaptors/alipay.js";
export { pooledRandom } from "../adaptors/pooled.js";
export * from "../api.js";
export type { Alipay } from "./alipay-types.js";

provide(alipay(phoneEngine, fallbackEngine));
