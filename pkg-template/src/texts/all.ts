import { answers } from "./answers.js";
import { codes } from "./codes.js";
import { failures } from "./failures.js";
import { files } from "./files.js";
import { holder } from "./holder.js";
import { rules } from "./rules.js";
import type { ErrorTexts } from "./text.js";

const ALL: ErrorTexts = { ...answers, ...codes, ...failures, ...files, ...holder, ...rules };

/** The texts of all codes. WeChat's script has `carried.ts` in the place of this. */
export const texts = (): ErrorTexts => ALL;
