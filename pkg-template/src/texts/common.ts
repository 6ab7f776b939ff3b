// The texts of the codes that phones and checkpoints have in common, from `words/errors/`.
import codes from "../../../words/errors/codes.json";
import files from "../../../words/errors/files.json";
import host from "../../../words/errors/host.json";
import server from "../../../words/errors/server.json";
import start from "../../../words/errors/start.json";
import { know } from "./text.js";

/** The texts by their codes. */
export const COMMON = { ...start, ...codes, ...host, ...files, ...server };

know(COMMON);
