import type { Place } from "healthcode";
import { preferences } from "../app/preferences.ts";
import type { Named, PlaceTable } from "./table.ts";

let table: PlaceTable | undefined;

/** Loads the names, once: they are a file of their own, because a checkpoint needs none of them. */
export async function loadPlaces(): Promise<PlaceTable> {
  if (table === undefined) {
    const [{ PlaceTable }, { default: lines }] = await Promise.all([
      import("./table.ts"),
      import("../../data/places.tsv?raw"),
    ]);
    table = new PlaceTable(lines);
  }
  return table;
}

/** The name of one place, without those that hold it. */
export function nameOf(place: Named): string {
  return preferences.language === "en" ? place.en : place.zh;
}

/** A place with the prefecture or province that holds it: `武汉市武昌区`, `Wuchang District, Wuhan`. */
export function placeName(code: Place): string {
  const path = table?.path(code).slice(-2) ?? [];
  // The name of a province says little beside that of a city.
  const told = path.length === 2 && path[1]?.code.length === 4 ? path.slice(1) : path;
  if (told.length === 0) return code;
  return preferences.language === "en" ? told.map(nameOf).reverse().join(", ") : told.map(nameOf).join("");
}
