// The question where in a place a visit was: in one of the listed places inside, or in none of them.
import { somewhere } from "../../../words/places.json";
import type { Cause, Listed, Place, Problem, Visit } from "../engine/core/healthcode.js";
import { levelName } from "./explain/names.js";
import { say, words } from "./language.js";
import type { Phone } from "./phone.js";
import { placeName } from "./places/names.js";

/** The texts of the question. */
export const insideWords = words(
  {
    ask: "是不是到过其中哪一个？",
    none: "都没去过",
    unsure: "说不清",
    save: "确定",
    stays: "说不清的，这一条行程仍按无法判定处理。",
    many: "当时列入的地方太多，没法逐个问。请在行程记录里添加这次行程，地点选得更具体。",
    kept: "您的选择只记在这台手机上。",
  },
  {
    ask: "Was it one of these?",
    none: "None of these",
    unsure: "I cannot say",
    save: "Confirm",
    stays: "As long as you cannot say, this visit leaves your code undecided.",
    many: "Too many places were listed there to ask about each. Add this visit to your diary with a more exact place.",
    kept: "Your choice stays on this phone.",
  },
);

/** What somebody says: a place, that it was none of them, or that they cannot say. */
export type Said = Place | "none" | "unsure";

type Unclear = Extract<Cause, { cause: "visit-unclear" }>;

/** The visit that a cause names. */
export const visitOf = ({ place, arrive, leave, mode }: Unclear): Visit => ({
  place,
  arrive,
  mode,
  ...(leave === undefined ? {} : { leave }),
});

/** A place by its name; by its code, too, where the name is that of the county around it. */
const exactly = (code: Place): string =>
  code.length > 6 ? say(somewhere, { name: placeName(code), code }) : placeName(code);

/** The choices for a visit; none if there are too many places to ask about. */
export function choices(phone: Pick<Phone, "listedInside">, visit: Visit): { said: Said; label: string }[] {
  const listed = phone.listedInside(visit) ?? [];
  if (listed.length === 0) return [];
  const t = insideWords();
  const named = listed.map(({ place, level }) => ({ said: place, label: `${exactly(place)} · ${levelName(level)}` }));
  return [...named, { said: "none", label: t.none }, { said: "unsure", label: t.unsure }];
}

const moment = (text: string | undefined): number => (text === undefined ? 0 : Date.parse(text));

const isSame = (one: Visit, other: Visit): boolean =>
  one.place === other.place &&
  moment(one.arrive) === moment(other.arrive) &&
  moment(one.leave) === moment(other.leave) &&
  (one.mode ?? "stay") === (other.mode ?? "stay");

/** The visit with what was said of it; `undefined` if nothing is known now that was not known before. */
export function clarified(visit: Visit, listed: Listed[], said: Said): Visit | undefined {
  if (said === "unsure") return undefined;
  if (said !== "none") return { ...visit, place: said };
  return { ...visit, notIn: [...new Set([...(visit.notIn ?? []), ...listed.map(({ place }) => place)])] };
}

/** Keeps with the diary what was said: in place of the visit there, or beside the trip of a report. */
export async function keep(phone: Phone, visit: Visit, said: Said): Promise<Problem | undefined> {
  const known = phone.holder.diary().find((other) => isSame(other, visit));
  const clear = clarified(known ?? visit, phone.listedInside(visit) ?? [], said);
  if (clear === undefined) return undefined;
  const result = await phone.addVisit(clear);
  if (result.result === "refused") return result.problem;
  if (known) await phone.removeVisit(known);
  return undefined;
}
