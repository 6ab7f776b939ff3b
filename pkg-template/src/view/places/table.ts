// The table of places: names by code, in the order of the codes.
import { needText } from "../../argument.js";
import type { Place } from "../../engine/core/healthcode.js";

/** A place and its names. */
export interface Named {
  /** The code of GB/T 2260, 2, 4 or 6 digits, of GB/T 10114 with 9 or 12, or that of a country, `JP`. */
  code: Place;
  /** In Chinese; empty for a level that exists only for the numbering. */
  zh: string;
  /** In English letters; empty if there is only the Chinese name. */
  en: string;
  /** The syllables of its Chinese name, where the English one does not show them. */
  pinyin: string;
  /** The first and the last month in which its code is in force, such as 2021-04; empty if that is not known or has not come. */
  from: string;
  until: string;
  /** What is there after the last month, if it is known. */
  became: Place[];
  /** What else it is called in English. */
  also: string[];
}

/** The names of places by code, and which place contains which. */
export class PlaceTable {
  private readonly byCode = new Map<Place, Named>();

  /**
   * Reads lines of code, Chinese name, English name, pinyin, first month, last month, what the place became, and its other English names
   * with semicolons between, with tabs between the fields, in the order of the codes; fields at the end of a line may be missing. Throws `misuse-argument` for anything but text.
   */
  constructor(lines: string) {
    needText(lines, "lines");
    this.add(lines.slice(lines.indexOf("\n") + 1));
  }

  /** Adds places, in lines as above without the first one: streets and communities, with 9 and 12 digits, that an app has names for. */
  add(lines: string): void {
    needText(lines, "lines");
    for (const line of lines.split("\n").filter((line) => line.trim() !== "")) {
      const [code = "", zh = "", en = "", pinyin = "", from = "", until = "", became = "", also = ""] =
        line.split("\t");
      const all = (text: string, mark: string) => (text === "" ? [] : text.split(mark));
      const more = { became: all(became, " "), also: all(also, ";") };
      this.byCode.set(code, { code, zh, en, pinyin, from, until, ...more });
    }
  }

  /** The place with that code, in force or not. */
  get(code: Place): Named | undefined {
    return this.byCode.get(code);
  }

  /** The places with a name whose codes are in force in a month, `2020-02`; without one, in the newest edition. */
  all(month?: string): Named[] {
    return [...this.byCode.values()].filter((place) => place.zh !== "" && holds(place, month));
  }

  /** The provinces. */
  provinces(): Named[] {
    return this.all().filter(({ code }) => /^\d\d$/.test(code));
  }

  /** The countries and territories that are not in GB/T 2260. */
  countries(): Named[] {
    return this.all().filter(({ code }) => /^[A-Z]/.test(code));
  }

  /** The places of the next level within a place, in a month. A level that exists only for the numbering is skipped. */
  within(code: Place, month?: string): Named[] {
    const inside = [...this.byCode.values()].filter(
      (place) => place.code.length === code.length + 2 && place.code.startsWith(code) && holds(place, month),
    );
    const named = inside.map((place) => (place.zh === "" ? this.within(place.code, month) : [place]));
    return ([] as Named[]).concat(...named);
  }

  /** The place and those that contain it, widest first, as far as they have names. */
  path(code: Place): Named[] {
    const levels = [2, 4, 6, 9, 12].filter((digits) => digits <= code.length);
    const places = levels.map((digits) => this.byCode.get(code.slice(0, digits)));
    return places.filter((place): place is Named => place !== undefined && place.zh !== "");
  }

  /** What is there in a month where a code was: the place itself, what it became, or nothing if that is not known. */
  now(code: Place, month?: string): Named[] {
    const place = this.byCode.get(code);
    if (place === undefined || holds(place, month)) return place ? [place] : [];
    const found = place.became.filter((other) => other !== code).map((other) => this.now(other, month));
    return ([] as Named[]).concat(...found);
  }
}

const holds = ({ from, until }: Named, month: string | undefined) =>
  month === undefined ? until === "" : from <= month && (until === "" || month <= until);
