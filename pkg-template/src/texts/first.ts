import start from "../../../words/errors/start.json";
import { advised } from "./text.js";

/** What can go wrong before the engine is there. */
export const first = advised(start);
