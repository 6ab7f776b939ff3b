// The texts of all codes, from `words/errors/`.
import codes from "../../../words/errors/codes.json";
import entries from "../../../words/errors/entries.json";
import files from "../../../words/errors/files.json";
import holder from "../../../words/errors/holder.json";
import host from "../../../words/errors/host.json";
import rules from "../../../words/errors/rules.json";
import server from "../../../words/errors/server.json";
import start from "../../../words/errors/start.json";
import { advised, type ErrorTexts } from "./text.js";

const ENTRIES = { ...start, ...entries, ...codes, ...host, ...files, ...holder, ...server, ...rules };
const ALL: ErrorTexts = advised(ENTRIES);

/** The texts of all codes. */
export const texts = (): ErrorTexts => ALL;

// Declarations then spell the names out, and need no files of words.
const names = <T extends object>(of: T) => Object.keys(of) as (keyof T & string)[];

/** Every code that has a text. */
export const known = () => names(ENTRIES);

/** A code that has a text, of the core, of the package or of the issuer's server. */
export type KnownCode = ReturnType<typeof known>[number];
