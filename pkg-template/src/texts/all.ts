import answers from "../../../words/errors/answers.json";
import codes from "../../../words/errors/codes.json";
import files from "../../../words/errors/files.json";
import holder from "../../../words/errors/holder.json";
import host from "../../../words/errors/host.json";
import rules from "../../../words/errors/rules.json";
import start from "../../../words/errors/start.json";
import { advised, type ErrorTexts } from "./text.js";

const ALL: ErrorTexts = advised({ ...start, ...answers, ...codes, ...host, ...files, ...holder, ...rules });

/** The texts of all codes. */
export const texts = (): ErrorTexts => ALL;
