// The names of places.
import { lapsed, somewhere, within } from "../../../../words/places.json";
import { isObject, need, needText } from "../../argument.js";
import type { Place } from "../../engine/core/healthcode.js";
import { pause } from "../../pause.js";
import { english, say, textsOf } from "../language.js";
import { renew, session } from "../session.js";
import { list } from "../spans.js";
import type { Level } from "./levels.js";
import { type Named, PlaceTable } from "./table.js";

textsOf("places", { lapsed, somewhere, within });

/** A function that makes the lists for choosing a place: `levels`. */
export type Lists = (table: PlaceTable, value: Place, least: number, month?: string) => Level[];

/** A function that finds places by what somebody typed: `search`. */
export type Finder = (table: PlaceTable, typed: string, month?: string, home?: Place) => Named[];

let table: PlaceTable | undefined;
/** The lines that an app has added. */
let added = "";
let source: (() => string | Promise<string>) | undefined;
let lists: Lists | undefined;
let finder: Finder | undefined;
let coming = false;
/** Whether they did not come when they were last asked for. */
let missing = false;
/** Whether they are asked for again only on somebody's word. */
let resting = false;
/** Chinese names from the host's own list of regions, for places that the table does not have. */
const learnt = new Map<Place, string>();

/** How long names that did not come are left alone, in milliseconds. */
const REST = 30_000;

/**
 * Sets the names of places; a place without a name is shown by its code. Throws `misuse-argument` for anything but a
 * `PlaceTable`.
 */
export function setPlaces(names: PlaceTable): void {
  need(isObject(names) && typeof names.path === "function", "names", "a PlaceTable");
  table = names;
  table.add(added);
  renew();
}

/**
 * Adds names to those of the package: lines of code, Chinese name and English name, with tabs between, as `PlaceTable` reads them.
 * Throws `misuse-argument` for anything but text.
 */
export function addPlaces(lines: string): void {
  needText(lines, "lines");
  added += `${lines}\n`;
  table?.add(lines);
  renew();
}

/**
 * Sets the source of the names, as `PlaceTable` reads them, for when they are first needed. `levels` and `search` are for hosts
 * without their own list of regions.
 */
export function placesFrom(load: () => string | Promise<string>, levels?: Lists, search?: Finder): void {
  source = load;
  lists = levels;
  finder = search;
}

/** The places that go by what somebody typed, the best first; `undefined` where there is no search. */
export function found(typed: string): Named[] | undefined {
  const table = places();
  // Of places with one name, that of the region whose rules apply is meant more often.
  const home = typed === "" ? undefined : session.phone?.holder.rules()?.region;
  return table && finder?.(table, typed, thisMonth(), home);
}

/** The names of what contains a place, the narrowest first. */
export function namesAround(code: Place): string {
  const path = places()?.path(code) ?? [];
  const around = path.filter((place) => place.code !== code).reverse();
  return around.map(nameOf).join(" · ");
}

/** The lists for choosing a place; empty on hosts with their own list of regions, or without names. */
export function listsOf(value: Place | undefined, least: number): Level[] {
  const table = places();
  return table && lists ? lists(table, value ?? "", least, thisMonth()) : [];
}

/** The month by the phone's clock, whose edition of the codes is offered. */
const thisMonth = (): string | undefined => session.phone && new Date(session.phone.now()).toISOString().slice(0, 7);

/** The names in use; if they are still loading, every component is redrawn when they arrive. */
export function places(): PlaceTable | undefined {
  if (table === undefined && source && !coming && !resting) {
    const lines = source();
    if (typeof lines === "string") {
      table = new PlaceTable(lines);
      table.add(added);
    } else {
      coming = true;
      void come(lines);
    }
  }
  return table;
}

/** Takes names that are on their way. Without them, codes are shown, and fields say that there is nothing to choose from. */
async function come(lines: Promise<string>): Promise<void> {
  try {
    const text = await lines;
    coming = missing = false;
    setPlaces(new PlaceTable(text));
  } catch {
    coming = false;
    missing = resting = true;
    renew();
    await pause(REST);
    resting = false;
  }
}

/** Whether names did not come when they were asked for. */
export const placesAreMissing = (): boolean => places() === undefined && missing;

/** Asks again for names that did not come. */
export function placesAgain(): void {
  resting = false;
  renew();
}

/** Whether names are on their way: what can do without a place for that long says nothing of it. */
export const placesAreComing = (): boolean => places() === undefined && coming;

/** Remembers what the host's list of regions called a place. */
export function learn(code: Place, name: string): void {
  if (code !== "" && name !== "") learnt.set(code, name);
}

/** The name of one place, without those that contain it. */
export function nameOf(place: Named): string {
  return english() && place.en !== "" ? place.en : place.zh;
}

/** A place with the prefecture or province that contains it: `武汉市武昌区`, `Wuchang District, Wuhan`. */
export function placeName(code: Place): string {
  const path = places()?.path(code).slice(-2) ?? [];
  const known = path[path.length - 1];
  // A street that has no name here is shown by its district.
  const exact = known !== undefined && known.code.length >= Math.min(code.length, 6);
  if (!exact) return learnt.get(code) ?? (known ? say(somewhere, { name: nameOf(known), code }) : code);
  // The name of a province adds little to that of a city, but where there are two of that name.
  const apart = known.code.length > 4 || hasTwin(known);
  const around = path.length === 2 && apart ? path[0] : undefined;
  return around ? say(within, { around: nameOf(around), name: nameOf(known) }) : nameOf(known);
}

/** Whether another prefecture has the same name: Suzhou is in Jiangsu and in Anhui. */
function hasTwin(place: Named): boolean {
  const name = nameOf(place);
  const others = places()?.all() ?? [];
  return others.some((other) => other.code.length === 4 && other.code !== place.code && nameOf(other) === name);
}

/** The name of a place, and what is there now if its code is no longer in force. */
export function placeToday(code: Place): string {
  const name = placeName(code);
  const [table, month] = [places(), thisMonth()];
  const until = table?.get(code)?.until ?? "";
  if (!table || until === "" || (month !== undefined && month <= until)) return name;
  const now = table.now(code, month).map((place) => placeName(place.code));
  return now.length === 0 ? name : say(lapsed, { name, now: list(now) });
}

/**
 * The place under which a stay is on the itinerary card: the prefecture; of a county directly under its province that county; of a
 * municipality, whose districts are in no prefecture, the municipality; abroad, the country.
 */
export function stopOf(code: Place): Place {
  if (/^[A-Z]|^(11|12|31|50|71|81|82)/.test(code)) return code.slice(0, 2);
  return code.slice(0, /^(41|42|46|65)90/.test(code) ? 6 : 4);
}
