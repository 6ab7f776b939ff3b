// The languages of the texts: Chinese and English, which every text has, and those that an app adds.
import { isObject } from "../argument.js";
import { own } from "../own.js";

/** The languages of every text in the package and in every rule pack. */
export type Language = "zh-Hans" | "en";

/** A language as texts are spoken in it. */
export interface Spoken {
  readonly tag: string;
  /** What is said where it has no text of its own. */
  readonly fallback: Language;
  readonly dir: "ltr" | "rtl";
  /** Which form of a sentence a number takes. */
  plural(count: number): string;
}

/** What is known of a language that is added. */
type Known = { readonly [Name in "fallback" | "dir" | "plural"]: Spoken[Name] | null | undefined };

interface Added extends Spoken {
  /** The tags for which it is meant, in small letters. */
  readonly tags: readonly string[];
}

/** A text in each of its languages: one sentence, or all that a screen says. */
type InEach<T> = { [tag in Language]: T };

type Node = { [name: string]: unknown };

const plural = (count: number): string => (count === 1 ? "one" : "other");

const BUILT: { readonly [tag in Language]: Spoken } = {
  "zh-Hans": { tag: "zh-Hans", fallback: "zh-Hans", dir: "ltr", plural },
  en: { tag: "en", fallback: "en", dir: "ltr", plural },
};

let languages: Added[] = [];

/** What was added: for tables that come later. */
const given: [language: Spoken, texts: Node][] = [];

/** What there is to say, by names. */
export const tables: [name: string, texts: Node][] = [];

const heard: (() => void)[] = [];

/**
 * The language for a host's tag, such as `zh_CN`, `zh-Hant-HK` or `EN`: Chinese for any Chinese tag or if there is no
 * tag, English for all others. Never throws.
 */
export function languageOf(tag?: string): Language {
  return typeof tag !== "string" || tag === "" || /^zh/i.test(tag) ? "zh-Hans" : "en";
}

/** A tag without its last part. */
const wider = (tag: string): string => tag.replace(/-?[^-]*$/, "");

/** In the same way among those that were added, too: the longest tag that the host's begins with (RFC 4647, lookup). */
export function spokenFor(tag?: string): Spoken {
  const wanted = typeof tag === "string" ? tag.replace(/_/g, "-").toLowerCase() : "";
  for (let range = wanted; range; range = wider(range)) {
    const found = languages.find(({ tags }) => tags.indexOf(range) >= 0);
    if (found) return found;
  }
  return BUILT[languageOf(tag)];
}

/** Adds a language, or more texts of one that is there; `tags` are those besides its own. */
export function addTexts(tag: string, tags: readonly string[], how: Known, texts: object): void {
  const before = languages.filter((one) => one.tag === tag)[0] ?? { ...BUILT[languageOf(tag)], tag, tags: [] };
  const all = [...before.tags, ...[tag, ...tags].map((one) => one.toLowerCase())];
  const language: Added = {
    tag,
    tags: all,
    fallback: how.fallback ?? before.fallback,
    dir: how.dir ?? before.dir,
    plural: how.plural ?? before.plural,
  };
  languages = [language, ...languages.filter((one) => one !== before)];
  given.push([language, texts as Node]);
  for (const [name, table] of tables) put(table, own(texts as Node, name), language);
  for (const act of heard) act();
}

/** Calls `act` whenever there are more texts. */
export function onTexts(act: () => void): void {
  heard.push(act);
}

/** Texts that languages may have under a name; gives them back. */
export function textsOf<T extends object>(name: string, texts: T): T {
  tables.push([name, texts as Node]);
  for (const [language, more] of given) put(texts as Node, own(more, name), language);
  return texts;
}

/** The text in a language: in the nearest that it has, `pt` for `pt-BR`. */
export function inLanguage<T>(text: InEach<T>, { tag, fallback }: Spoken): T {
  for (let range = tag; range; range = wider(range)) {
    const found = own<T>(text, range);
    if (found) return found;
  }
  return text[fallback];
}

/** Puts what a language has beside what is there; what has another form than that stays out. */
function put(into: Node, texts: unknown, language: Spoken): void {
  const { tag, fallback } = language;
  if (!isObject(texts)) return;
  const whole = own(into, fallback);
  if (isObject(whole)) into[tag] = merged(own(into, tag) ?? whole, texts);
  else
    for (const name of Object.keys(texts)) {
      const [to, text] = [own(into, name) as Node | undefined, texts[name]];
      if (!isObject(to)) continue;
      if (typeof own(to, "zh-Hans") !== "string") put(to, text, language);
      else if (typeof text === "string" || (isObject(text) && typeof text.other === "string")) to[tag] = text;
    }
}

/** The texts of a screen, with those of `more` in place of others of the same form. */
function merged(texts: unknown, more: unknown): unknown {
  if (!isObject(texts) || !isObject(more)) return more;
  const all = Object.assign(Array.isArray(texts) ? [] : {}, texts) as Node;
  for (const name of Object.keys(more)) {
    const text = own(texts, name);
    if (text === undefined || typeof text === typeof more[name]) all[name] = merged(text, more[name]);
  }
  return all;
}
