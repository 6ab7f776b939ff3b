// What the demo publishes: rules and risk data of February 2020, whose dates are moved to these weeks.
import { readFileSync } from "node:fs";
import type { RiskRow } from "../issuer/signing.js";

const DAY = 86_400_000;

/** The day of the rules that the first day of a month becomes. */
const THEN = Date.parse("2020-02-20T00:00:00Z");

/** A month, as the demo's versions count: its rules are others each month. */
export interface Month {
  /** The number that its files have as their version: 202611. */
  readonly version: number;
  /** By how many days dates are moved. */
  readonly days: number;
}

/** The month of a moment, in China. */
export function monthOf(now: number): Month {
  const there = new Date(now + 8 * 3_600_000);
  const [year, month] = [there.getUTCFullYear(), there.getUTCMonth()];
  return { version: year * 100 + month + 1, days: Math.round((Date.UTC(year, month, 1) - THEN) / DAY) };
}

/** A text whose dates are moved. */
export const moved = (text: string, days: number): string =>
  text.replace(/\b20\d\d-[01]\d-[0-3]\d/g, (date) =>
    new Date(Date.parse(`${date}T00:00:00Z`) + days * DAY).toISOString().slice(0, 10),
  );

/** The rows of a table in CSV: a line of column names, then rows; what is quoted may have commas in it. */
export function rowsOf(csv: string): RiskRow[] {
  const [head = "", ...lines] = csv.split(/\r?\n/).filter((line) => line !== "");
  const fields = (line: string) =>
    [...line.matchAll(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g)].map(([, field = ""]) => field.replace(/^"|"$/g, ""));
  const names = fields(head);
  return lines.map((line) => {
    const row = Object.fromEntries(fields(line).map((field, index) => [names[index], field]));
    const at = (time: string | undefined) => (time?.length === 10 ? `${time}T00:00:00+08:00` : time);
    const { place = "", level, from, to } = row;
    return { place, level, from: at(from), ...(to ? { to: at(to) } : {}) } as RiskRow;
  });
}

/** What is in a file, with its dates moved. */
export const movedFile = (file: string | URL, days: number): string => moved(readFileSync(file, "utf8"), days);
