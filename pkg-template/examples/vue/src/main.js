// Your own page: index.html names this file in place of demo.js.
import { config } from "./config.js";
import { open } from "./page.js";

open(() => config);
