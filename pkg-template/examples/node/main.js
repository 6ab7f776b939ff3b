import { config } from "./config.js";
import { goTheWay } from "./health.js";

await goTheWay(config);
