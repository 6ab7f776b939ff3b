// Finds places by what people type: Chinese, pinyin or initials.
import type { Place } from "../../engine/core/healthcode.js";
import type { Named, PlaceTable } from "./table.js";

/** How many places a search gives. */
const MOST = 20;
/** How many words are looked at. */
const WORDS = 8;

/** Letters in lower case without their marks: people type ü as v or u, and leave spaces and apostrophes out. */
const plain = (text: string) =>
  text
    .normalize("NFKD")
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

/** A place's names in plain letters. */
interface Plain {
  /** Whole, with and without the word for the sort of a place. */
  names: string[];
  /** Their last words: `america` of the United States of America. */
  ends: string[];
  initials: string;
}

const known = new WeakMap<Named, Plain>();

function plainOf(place: Named): Plain {
  const before = known.get(place);
  if (before) return before;
  const names = [sort(place.en), place.en, ...place.also, place.pinyin].map(plain).filter((name) => name !== "");
  const ends = [sort(place.en), ...place.also].map((name) => name.split(" "));
  const made = {
    names,
    ends: ([] as string[]).concat(
      ...ends.map((words) => words.slice(1).map((_, at) => plain(words.slice(at + 1).join(" ")))),
    ),
    initials: initials(place),
  };
  known.set(place, made);
  return made;
}

/** How well letters fit a place, 0 best; undefined if they do not. */
function letters(place: Named, typed: string): number | undefined {
  const { names, ends, initials } = plainOf(place);
  if (names.includes(typed)) return 0;
  if (ends.includes(typed)) return 1;
  if (names.some((name) => name.startsWith(typed))) return 2;
  return initials.startsWith(typed) ? 3 : undefined;
}

/** How well a text fits a place, 0 best; undefined if it does not. */
function fit(place: Named, typed: string): number | undefined {
  if (/[\u4e00-\u9fff]/.test(typed)) {
    const at = place.zh.indexOf(typed);
    return at < 0 ? undefined : at === 0 ? Number(place.zh !== typed) : 3;
  }
  const plainly = plain(typed);
  return plainly === "" ? undefined : letters(place, plainly);
}

/** The part of a text behind the name that it begins with, long or short: 武汉 of 湖北武汉, behind 湖北省. */
function behind(name: string, typed: string): string | undefined {
  let length = 0;
  while (length < name.length && name.charAt(length) === typed.charAt(length)) length += 1;
  return length < 2 ? undefined : typed.slice(length);
}

/** How well Chinese names that stand one behind another, the widest first, fit the narrowest of them. */
function chain(place: Named, around: Named[], typed: string): number | undefined {
  const found = around.map(({ zh }, at) => {
    const rest = behind(zh, typed);
    return rest ? (fit(place, rest) ?? chain(place, around.slice(at + 1), rest)) : undefined;
  });
  return found.find((rank) => rank !== undefined);
}

/** China, which has no line of its own, around every place of GB/T 2260. */
const CHINA: Named = { code: "", zh: "中国", en: "China", pinyin: "", from: "", until: "", became: [], also: [] };

/** How well all that was typed fits a place: its name, or names of what contains it and then its own. */
function fitAll(table: PlaceTable, place: Named, words: string[]): number | undefined {
  const whole = fit(place, words.join(""));
  if (whole === 0) return whole;
  let around: Named[] | undefined;
  const wider = () => {
    around ??= [
      ...(/^\d/.test(place.code) ? [CHINA] : []),
      ...table.path(place.code).filter(({ code }) => code !== place.code),
    ];
    return around;
  };
  const lies = (wide: string) => wider().some((one) => fit(one, wide) !== undefined);
  const ranks = [whole];
  for (let at = 1; at < words.length; at += 1) {
    const [first, last] = [words.slice(0, at), words.slice(at)];
    // English puts the narrowest first.
    for (const [wide, narrow] of [
      [first, last],
      [last, first],
    ] as const) {
      const rank = fit(place, narrow.join(""));
      if (rank !== undefined && (wide.every(lies) || lies(wide.join("")))) ranks.push(rank);
    }
  }
  const typed = words.join("");
  if (/^[\u4e00-\u9fff]{3,}$/.test(typed)) ranks.push(chain(place, wider(), typed));
  const fitting = ranks.filter((rank): rank is number => rank !== undefined);
  return fitting.length === 0 ? undefined : Math.min(...fitting);
}

/** Whether a place is at home, in the same province, or elsewhere: 0, 1 or 2. */
function distance(code: Place, home: Place | undefined): number {
  if (!home) return 2;
  if (code.startsWith(home)) return 0;
  return code.startsWith(home.slice(0, 2)) ? 1 : 2;
}

/**
 * The places that go by what somebody has typed, the best first, 20 at most: Chinese (武昌), pinyin (wuchang) or its initials (wc), or
 * English, in whatever case and with or without spaces. Names of what contains the place may stand around its own, with spaces
 * between (`hangzhou xihu`, `Xihu, Hangzhou`, `浙江 西湖`) or without (`浙江西湖`). Only codes in force in that month, `2020-02`, or in the
 * newest edition. Of places with one name those in `home` come first, then those of its province.
 */
export function search(table: PlaceTable, typed: string, month?: string, home?: Place): Named[] {
  const words = typed
    .trim()
    .split(/[\s,，、]+/)
    .filter((word) => word !== "")
    .slice(0, WORDS);
  const found: { place: Named; rank: number }[] = [];
  for (const place of words.length === 0 ? [] : table.all(month)) {
    const rank = fitAll(table, place, words);
    // Of two that fit as well, the wider one is meant more often.
    if (rank !== undefined)
      found.push({ place, rank: (rank * 10 + distance(place.code, home)) * 100 + place.code.length });
  }
  found.sort((a, b) => a.rank - b.rank);
  return found.slice(0, MOST).map(({ place }) => place);
}
