// What is typed into the searches of a component's fields for places.
import type { Place } from "../../engine/core/healthcode.js";
import { wordsOf } from "../language.js";
import type { Happened } from "../view.js";
import { found, nameOf, namesAround } from "./names.js";

/** The texts of the search. */
export const findWords = wordsOf(
  "find",
  { find: "搜索地点：名称、拼音或首字母", none: "没有找到" },
  { find: "Find by name, pinyin or initials", none: "Nothing found" },
);

/** A search for a place; on hosts with a list of regions of their own there is none. */
export interface Search {
  /** The field for what is typed; another one, and so an empty one, after each choice. */
  fields: { key: string; label: string }[];
  found: { code: Place; name: string; around: string }[];
  nothing: string;
}

/** What was typed into the fields of one component. */
export class Finding {
  private readonly typed = new Map<string, string>();
  private chosen = 0;

  /** The search of one field. */
  of(question: string, index: string): Search {
    const typed = this.typed.get(keyOf(question, index)) ?? "";
    const t = findWords();
    const places = found(typed);
    return {
      fields: places ? [{ key: String(this.chosen), label: t.find }] : [],
      found: (places ?? []).map((place) => ({
        code: place.code,
        name: nameOf(place),
        around: namesAround(place.code),
      })),
      nothing: places?.length === 0 && typed.trim() !== "" ? t.none : "",
    };
  }

  /** Takes what is typed. */
  type({ data, value }: Happened): void {
    this.typed.set(keyOf(data.question, data.index), value);
  }

  /** Forgets what was typed: a place was chosen. */
  clear(): void {
    this.typed.clear();
    this.chosen += 1;
  }
}

const keyOf = (question = "", index = "") => `${question} ${index}`;
