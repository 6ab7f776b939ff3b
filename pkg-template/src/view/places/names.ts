import type { Place } from "../../engine/core/healthcode.js";
import { english } from "../language.js";
import { renew } from "../session.js";
import { type Named, PlaceTable } from "./table.js";

let table: PlaceTable | undefined;
let source: (() => string | Promise<string>) | undefined;
let listed = false;
/** Chinese names that the host's own list of regions gave, of places that the table does not have. */
const learnt = new Map<Place, string>();

/** Tells places by these names from now on; without any, a place is told by its code. */
export function setPlaces(names: PlaceTable): void {
  table = names;
  renew();
}

/**
 * Where the names come from when they are first needed, as `PlaceTable` reads them, or nothing as long as they are not
 * there; `regions` says that the host has a list of regions of its own to choose from.
 */
export function placesFrom(load: () => string | Promise<string>, regions = false): void {
  source = load;
  listed = regions;
}

/** Whether the host has a list of regions to choose from. */
export const hasRegions = (): boolean => listed;

/** The names in use; where they are still to come, every component draws again when they are there. */
export function places(): PlaceTable | undefined {
  const load = source;
  if (table === undefined && load) {
    source = undefined;
    const lines = load();
    if (lines === "") source = load;
    else if (typeof lines === "string") table = new PlaceTable(lines);
    // Without names there are codes, and the next page asks again.
    else lines.then((text) => setPlaces(new PlaceTable(text))).catch(() => (source = load));
  }
  return table;
}

/** Remembers what the host's list of regions called a place. */
export function learn(code: Place, name: string): void {
  if (code !== "" && name !== "") learnt.set(code, name);
}

/** The name of one place, without those that hold it. */
export function nameOf(place: Named): string {
  return english() ? place.en : place.zh;
}

/** A place with the prefecture or province that holds it: `武汉市武昌区`, `Wuchang District, Wuhan`. */
export function placeName(code: Place): string {
  const path = places()?.path(code).slice(-2) ?? [];
  const known = path[path.length - 1]?.code ?? "";
  // Streets are told by their district.
  const exact = known.length >= Math.min(code.length, 6);
  if (!exact) return learnt.get(code) ?? [...path.slice(-1).map(nameOf), code].join(" ");
  // The name of a province says little beside that of a city.
  const told = path.length === 2 && path[1]?.code.length === 4 ? path.slice(1) : path;
  return english() ? told.map(nameOf).reverse().join(", ") : told.map(nameOf).join("");
}
