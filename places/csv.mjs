// The files that people keep beside these scripts.

import { readFileSync } from "node:fs";

/** The lines of a file as lists of their fields, in which nothing is in quotes. */
export const csv = (name) =>
  readFileSync(new URL(name, import.meta.url), "utf8")
    .trim()
    .split("\n")
    .map((line) => line.split(","));
