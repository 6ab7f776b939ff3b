// The entry point for any other host: the app brings all adaptors.
import { fallbackEngine } from "../engine/fallback.js";
import { phoneEngine } from "../engine/of-phone.js";
import { anywhere } from "./anywhere-host.js";
import { provide } from "./entry.js";

export { pooledRandom } from "../adaptors/pooled.js";
export * from "../api.js";

provide(anywhere(phoneEngine, fallbackEngine));
