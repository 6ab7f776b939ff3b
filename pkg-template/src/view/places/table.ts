// The table of places: names by division code.
import { needText } from "../../argument.js";
import type { Place } from "../../engine/core/healthcode.js";

/** A place and its names. */
export interface Named {
  /** The code of GB/T 2260: 2, 4 or 6 digits. */
  code: Place;
  /** In Chinese; empty for a level that exists only for the numbering. */
  zh: string;
  /** In English letters. */
  en: string;
}

/** The names of places by code, and which place contains which. */
export class PlaceTable {
  private readonly byCode = new Map<Place, Named>();

  /**
   * Reads lines of code, Chinese name, English name, with tabs between, in the order of the codes. Throws `misuse-argument`
   * for anything but text.
   */
  constructor(lines: string) {
    needText(lines, "lines");
    for (const line of lines.trim().split("\n").slice(1)) {
      const [code = "", zh = "", en = ""] = line.split("\t");
      this.byCode.set(code, { code, zh, en });
    }
  }

  /** The place with that code. */
  get(code: Place): Named | undefined {
    return this.byCode.get(code);
  }

  /** The provinces. */
  provinces(): Named[] {
    return [...this.byCode.values()].filter(({ code }) => code.length === 2);
  }

  /** The places of the next level within a place. */
  within(code: Place): Named[] {
    return [...this.byCode.values()].filter(
      (place) => place.code.length === code.length + 2 && place.code.startsWith(code),
    );
  }

  /** The place and those that contain it, widest first, as far as they have names. */
  path(code: Place): Named[] {
    const levels = [2, 4, 6].filter((digits) => digits <= code.length);
    const places = levels.map((digits) => this.byCode.get(code.slice(0, digits)));
    return places.filter((place): place is Named => place !== undefined && place.zh !== "");
  }
}
