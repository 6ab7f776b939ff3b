// The texts of the codes that a phone meets, from `words/errors/`.
import entries from "../../../words/errors/entries.json";
import holder from "../../../words/errors/holder.json";
import rules from "../../../words/errors/rules.json";
import type { CHECKPOINTS } from "./checkpoint.js";
import type { COMMON } from "./common.js";
import "./common.js";
import { know } from "./text.js";

const PHONES = { ...entries, ...holder, ...rules };

know(PHONES);

// Declarations then spell the names out, and need no files of words.
const names = <T extends object>(of: T) => Object.keys(of) as (keyof T & string)[];

/** The codes that have a text. */
export const known = (of: typeof COMMON & typeof PHONES & typeof CHECKPOINTS) => names(of);

/** A code that has a text, of the core, of the package or of the issuer's server. */
export type KnownCode = ReturnType<typeof known>[number];
