// A field for a place, by the host's list of regions or by lists of the package's own.
import type { Place } from "../../engine/core/healthcode.js";
import { wordsOf } from "../language.js";
import type { Finding, Search } from "./finding.js";
import { listsOf, nameOf, places, placesAreMissing, placeToday } from "./names.js";

const text = wordsOf(
  "placeField",
  { place: "地点", choose: "请选择地点", missing: "地点名称加载失败，请联网后重试。", again: "重试" },
  {
    place: "Place",
    choose: "Choose the place",
    missing: "The names of places could not be loaded. Go online and try again.",
    again: "Try again",
  },
);
export type PlaceFieldText = ReturnType<typeof text>;

/** A field for a place, both for hosts without a list of regions and for hosts that have one. */
export interface PlaceField {
  /** Which question or form it belongs to. */
  of: string;
  /** Which of several such fields it is. */
  index: string;
  /** The place's name, or what to do. */
  name: string;
  label: string;
  /** The Chinese names of its levels, at which WeChat's list of regions opens. */
  region: string[];
  /** The depth of WeChat's list. */
  depth: "city" | "region" | "sub-district";
  lists: { depth: string; label: string; options: string[]; index: number }[];
  search: Search;
  /** That the names did not come, if there are none to choose from for it. */
  missing: string;
  again: string;
  wrong: string;
}

/** The field's current data; `least` is the minimum number of digits of the place. */
export function placeField(
  of: string,
  index: string,
  value: Place | undefined,
  least: number,
  wrong: boolean,
  finding: Finding,
): PlaceField {
  const lists = listsOf(value, least);
  return {
    of,
    index,
    name: value ? placeToday(value) : text().choose,
    label: text().place,
    region:
      value && lists.length === 0
        ? (places()
            ?.path(value)
            .map(({ zh }) => zh) ?? [])
        : [],
    depth: least > 6 ? "sub-district" : least > 4 ? "region" : "city",
    lists: lists.map(({ label, none, options, chosen }, depth) => ({
      depth: String(depth),
      label,
      options: [none, ...options.map(nameOf)],
      index: chosen ? options.indexOf(chosen) + 1 : 0,
    })),
    search: finding.of(of, index),
    missing: placesAreMissing() ? text().missing : "",
    again: text().again,
    wrong: wrong ? "wrong" : "",
  };
}

/** The place after a choice in one of the lists: `picked` is the index in that list, 0 for none. */
export function picked(value: Place | undefined, least: number, depth: string, picked: string): Place | undefined {
  const list = listsOf(value, least)[Number(depth)];
  return list?.options[Number(picked) - 1]?.code ?? list?.before;
}
