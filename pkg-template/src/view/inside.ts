// The question where in a place a visit was: in one of the listed places inside, or in none of them.
import { somewhere } from "../../../words/places.json";
import type { Cause, Mode, Place, Problem, Visit } from "../engine/core/healthcode.js";
import { levelName } from "./explain/names.js";
import { say, textsOf, wordsOf } from "./language.js";
import type { Phone } from "./phone.js";
import { placeName, places } from "./places/names.js";

textsOf("places", { somewhere });

/** The texts of the question. */
export const insideWords = wordsOf(
  "inside",
  {
    ask: "是不是到过其中哪一个？",
    is: "是不是其中哪一个？",
    none: "都不是",
    unsure: "说不清",
    save: "确定",
    stays: "说不清的，健康码可能因此无法判定。",
    many: "当时列入的地方太多，没法逐个问。请把地点选得更具体。",
    kept: "您的选择只记在这台手机上。",
  },
  {
    ask: "Was it one of these?",
    is: "Is it one of these?",
    none: "None of these",
    unsure: "I cannot say",
    save: "Confirm",
    stays: "As long as you cannot say, your code may be undecided.",
    many: "Too many places were listed there to ask about each. Choose a more exact place.",
    kept: "Your choice stays on this phone.",
  },
);

/** What somebody says: a place, that it was none of them, or that they cannot say. */
export type Said = Place | "none" | "unsure";

/** What somebody said, and of which places. */
export interface Answered {
  said: Said;
  asked: Place[];
}

/** The question as every page and component shows it. */
export interface InsideField {
  /** Which question or form it belongs to. */
  of: string;
  /** Which of several such questions it is. */
  index: string;
  /** Whether there is anything to choose from. */
  asks: boolean;
  ask: string;
  options: { said: Said; label: string; chosen: boolean }[];
  hint: string;
}

type Unclear = Extract<Cause, { cause: "visit-unclear" }>;

/** The visit that a cause names. */
export const visitOf = ({ place, arrive, leave, mode }: Unclear): Visit => ({
  place,
  arrive,
  mode,
  ...(leave === undefined ? {} : { leave }),
});

/**
 * A visit from and until these moments, in milliseconds, that can be asked about while it is entered: one that has begun, and whose
 * times are in order.
 */
export function entered(
  now: number,
  place: Place | undefined,
  mode: Mode,
  from: number,
  until?: number,
): Visit | undefined {
  if (place === undefined || !(from <= now) || (until !== undefined && !(until > from))) return undefined;
  const text = (moment: number) => new Date(Math.max(0, moment)).toISOString();
  return { place, arrive: text(from), mode, ...(until === undefined ? {} : { leave: text(until) }) };
}

/** A place by its name; by its code, too, where the name is that of what is around it. */
const exactly = (code: Place): string => {
  const around = code.length > 6 && places()?.get(code) === undefined;
  return around ? say(somewhere, { name: placeName(code), code }) : placeName(code);
};

/** The question about a visit; of none, and where nothing is listed inside, it asks nothing. */
export function insideField(
  phone: Pick<Phone, "listedInside"> | undefined,
  visit: Visit | undefined,
  answered: Answered | undefined,
  of = "",
  index = "",
  ask = insideWords().ask,
): InsideField {
  const t = insideWords();
  const listed = phone && visit ? phone.listedInside(visit) : [];
  const every = listed?.every(({ place }) => answered?.asked.includes(place));
  // None of them was said of those that were listed then.
  const said = answered?.said === "none" && !every ? undefined : answered?.said;
  const option = (value: Said, label: string) => ({ said: value, label, chosen: said === value });
  const named = (listed ?? []).map(({ place, level }) => option(place, `${exactly(place)} · ${levelName(level)}`));
  const asks = named.length > 0;
  const hint = listed === undefined ? t.many : !asks ? "" : said === "unsure" ? t.stays : t.kept;
  const options = asks ? [...named, option("none", t.none), option("unsure", t.unsure)] : [];
  return { of, index, asks, ask, options, hint };
}

/** What was said of a visit that `insideField` asked about. */
export function answered(phone: Pick<Phone, "listedInside">, visit: Visit, said: Said): Answered {
  return { said, asked: (phone.listedInside(visit) ?? []).map(({ place }) => place) };
}

const moment = (text: string | undefined): number => (text === undefined ? 0 : Date.parse(text));

/** Whether a visit of the diary is the one of a cause, which says nothing of an end that has not come. */
const isMeant = (known: Visit, meant: Visit, now: number): boolean =>
  known.place === meant.place &&
  moment(known.arrive) === moment(meant.arrive) &&
  (moment(known.leave) === moment(meant.leave) || (meant.leave === undefined && moment(known.leave) > now)) &&
  (known.mode ?? "stay") === (meant.mode ?? "stay");

/** A visit or a trip with what was said of it. */
export function clarified<V extends { place: Place; notIn?: Place[] }>(visit: V, answered: Answered | undefined): V {
  if (answered === undefined || answered.said === "unsure") return visit;
  if (answered.said !== "none") return { ...visit, place: answered.said };
  return { ...visit, notIn: [...new Set([...(visit.notIn ?? []), ...answered.asked])] };
}

/** Keeps with the diary what was said: in place of the visit there, or beside the trip of a report. */
export async function keep(phone: Phone, visit: Visit, answered: Answered): Promise<Problem | undefined> {
  const known = phone.holder.diary().find((other) => isMeant(other, visit, phone.now()));
  const before = known ?? visit;
  const clear = clarified(before, answered);
  if (clear === before) return undefined;
  const result = await (known ? phone.change({ remove: known, add: clear }) : phone.addVisit(clear));
  return result.result === "refused" ? result.problem : undefined;
}
