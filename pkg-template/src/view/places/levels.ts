// Lists to pick a place from, level by level.
import type { Place } from "../../engine/core/healthcode.js";
import { english, wordsOf } from "../language.js";
import type { Named, PlaceTable } from "./table.js";

const text = wordsOf(
  "placeLevels",
  {
    province: "省（区、市）或境外",
    prefecture: "市（州、盟）",
    county: "区（县）",
    choose: "请选择",
    all: "不确定／只选到这一级",
  },
  {
    province: "Province or country",
    prefecture: "City or prefecture",
    county: "District or county",
    choose: "Choose",
    all: "Not sure / all of it",
  },
);
export type PlaceLevelsText = ReturnType<typeof text>;

/** One list of places to choose from. */
export interface Level {
  /** How many digits its places have. */
  digits: number;
  label: string;
  /** The text for no choice. */
  none: string;
  /** Whether the list before this one already answers the question. */
  enough: boolean;
  options: Named[];
  chosen: Named | undefined;
  /** The place that applies if none of these is chosen. */
  before: Place | undefined;
}

/**
 * The lists for choosing a place; each appears when the one before it has been answered. They have the places of a month, `2020-02`, or
 * of the newest edition, and the one that is chosen, whether its code is still in force or not.
 */
export function levels(table: PlaceTable, value: Place, least: number, month?: string): Level[] {
  const t = text();
  const path = value === "" ? [] : table.path(value);
  const found: Level[] = [];
  let options = [...table.provinces(), ...byName(table.countries())];
  for (let depth = 0; options.length > 0; depth += 1) {
    const before = path[depth - 1]?.code;
    const chosen = path[depth];
    if (chosen && !options.includes(chosen)) options = [chosen, ...options];
    const digits = options[0]?.code.length ?? 2;
    const enough = (before?.length ?? 0) >= least;
    const label = [t.province, t.prefecture, t.county][digits / 2 - 1] ?? t.county;
    found.push({ digits, label, none: enough ? t.all : t.choose, enough, options, chosen, before });
    if (chosen === undefined) break;
    options = table.within(chosen.code, month);
  }
  return found;
}

/** In the order of their names in the language in use: of letters without their accents, or of syllables. */
function byName(places: Named[]): Named[] {
  const letters = english()
    ? ({ en }: Named) => en.normalize("NFD").replace(/[\u0300-\u036f]/g, "")
    : ({ pinyin }: Named) => pinyin;
  const named = places.map((place) => ({ place, key: letters(place).toLowerCase() }));
  const order = (one: { key: string }, other: { key: string }) =>
    one.key < other.key ? -1 : Number(one.key > other.key);
  return named.sort(order).map(({ place }) => place);
}
