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

const ALL: ErrorTexts = advised({ ...start, ...entries, ...codes, ...host, ...files, ...holder, ...server, ...rules });

/** The texts of all codes. */
export const texts = (): ErrorTexts => ALL;
