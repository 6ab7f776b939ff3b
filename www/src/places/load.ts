import { places, setPlaces } from "view/places/names.ts";
import { PlaceTable } from "view/places/table.ts";

/** Loads the names once. They are in a separate file, because checkpoints do not need them. */
export async function loadPlaces(): Promise<PlaceTable> {
  const known = places();
  if (known) return known;
  const { default: lines } = await import("../../../pkg-template/data/places.tsv?raw");
  const table = new PlaceTable(lines);
  setPlaces(table);
  return table;
}
