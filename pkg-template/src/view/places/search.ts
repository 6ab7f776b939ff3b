// Finds places by what people type: Chinese, pinyin or initials.
import type { Place } from "../../engine/core/healthcode.js";
import type { Named, PlaceTable } from "./table.js";

/** How many places a search gives. */
const MOST = 20;

/** Letters in lower case without their marks: people type ü as v or u, and leave spaces and apostrophes out. */
const plain = (text: string) =>
  text
    .normalize("NFD")
    .toLowerCase()
    .replace(/v/g, "u")
    .replace(/[^a-z]/g, "");

/** A syllable; n and ng belong to the next one where that begins with a vowel. */
const SYLLABLE = /(?:[zcs]h|[bpmfdtnlgkhjqxrzcsyw])?[aeiouü]+(?:ng(?![aeiouü])|n(?![aeiouü])|r(?![aeiouü]))?/g;

/** The word for the sort of a place in English, which people leave out. */
const sort = (en: string) => en.replace(/ (District|County|Prefecture|League|Banner|New Area)$/, "");

function initials({ en, pinyin }: Named): string {
  const syllables = pinyin === "" ? (sort(en).toLowerCase().match(SYLLABLE) ?? []) : pinyin.split(" ");
  return syllables.map((syllable) => syllable.charAt(0)).join("");
}

/** How well a word fits a place, 0 best; undefined if it does not. */
function fit(place: Named, word: string): number | undefined {
  if (/[\u4e00-\u9fff]/.test(word)) {
    const at = place.zh.indexOf(word);
    return at < 0 ? undefined : at === 0 ? Number(place.zh !== word) : 3;
  }
  const typed = plain(word);
  if (typed === "") return undefined;
  const [en, py] = [plain(place.en), plain(place.pinyin)];
  if (plain(sort(place.en)) === typed || py === typed) return 0;
  if (en.startsWith(typed) || (py !== "" && py.startsWith(typed))) return 1;
  return initials(place).startsWith(typed) ? 2 : undefined;
}

/** Whether a place is at home, in the same province, or elsewhere: 0, 1 or 2. */
function distance(code: Place, home: Place | undefined): number {
  if (!home) return 2;
  if (code.startsWith(home)) return 0;
  return code.startsWith(home.slice(0, 2)) ? 1 : 2;
}

/**
 * The places that go by what somebody has typed, the best first, 20 at most: Chinese (武昌), pinyin (wuchang) or its initials (wc), or
 * English. Of several words the last one names the place, and the others those that contain it: `hangzhou xihu`, `浙江 西湖`. Only codes in
 * force in that month, `2020-02`, or in the newest edition. Of places with one name those in `home` come first, then those of its
 * province.
 */
export function search(table: PlaceTable, typed: string, month?: string, home?: Place): Named[] {
  const words = typed.trim().split(/[\s,，、]+/);
  const [word = ""] = words.slice(-1);
  const around = words.slice(0, -1);
  const found: { place: Named; rank: number }[] = [];
  for (const place of word === "" ? [] : table.all(month)) {
    const rank = fit(place, word);
    const lies = (wide: string) => table.path(place.code).some((one) => one !== place && fit(one, wide) !== undefined);
    // Of two that fit as well, the wider one is meant more often.
    if (rank !== undefined && around.every(lies))
      found.push({ place, rank: (rank * 10 + distance(place.code, home)) * 100 + place.code.length });
  }
  found.sort((a, b) => a.rank - b.rank);
  return found.slice(0, MOST).map(({ place }) => place);
}
