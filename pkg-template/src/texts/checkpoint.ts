// The texts of the codes that a checkpoint meets, from `words/errors/`.
import checkpoint from "../../../words/errors/checkpoint.json";
import "./common.js";
import { know } from "./text.js";

/** The texts of those that no phone meets, by their codes. */
export const CHECKPOINTS = checkpoint;

know(CHECKPOINTS);
