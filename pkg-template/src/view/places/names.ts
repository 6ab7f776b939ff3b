import type { Place } from "../../engine/core/healthcode.js";
import { english } from "../language.js";
import type { Named, PlaceTable } from "./table.js";

let table: PlaceTable | undefined;

/** Tells places by these names from now on; without any, a place is told by its code. */
export function setPlaces(names: PlaceTable): void {
  table = names;
}

/** The names in use. */
export const places = (): PlaceTable | undefined => table;

/** The name of one place, without those that hold it. */
export function nameOf(place: Named): string {
  return english() ? place.en : place.zh;
}

/** A place with the prefecture or province that holds it: `武汉市武昌区`, `Wuchang District, Wuhan`. */
export function placeName(code: Place): string {
  const path = table?.path(code).slice(-2) ?? [];
  // The name of a province says little beside that of a city.
  const told = path.length === 2 && path[1]?.code.length === 4 ? path.slice(1) : path;
  if (told.length === 0) return code;
  return english() ? told.map(nameOf).reverse().join(", ") : told.map(nameOf).join("");
}
