// The component `itinerary`: the last 14 days by prefecture, as people name it.
import type { Assessment, Level, Place, Visit } from "../engine/core/healthcode.js";
import { levelName } from "./explain/names.js";
import { day, dayNumber, fullDay, seconds } from "./format.js";
import { wordsOf } from "./language.js";
import type { Phone } from "./phone.js";
import { placeName, stopOf } from "./places/names.js";
import { session } from "./session.js";
import { list, range, sentences } from "./spans.js";
import type { Context, View } from "./view.js";
import { retry, waiting } from "./waiting.js";
import { whereabouts } from "./whereabouts.js";

const DAY = 86_400_000;
/** How far back the card looks, in days. */
const BACK = 14;

const text = wordsOf(
  "itinerary",
  {
    title: "行程卡",
    about: "您在前14天内到达或途经：",
    none: "前14天没有行程记录。",
    own: "只按这台手机上的行程记录列出，是本人自己的记录，不是官方证明。",
    unmarked: "没有标注，不等于没有风险。",
    listed: (level: string) => `当时列为${level}`,
    now: "更新于",
    to: (when: string) => `${when}至今`,
  },
  {
    title: "Itinerary card",
    about: "Arrived at or passed through in the last 14 days:",
    none: "The diary has nothing from the last 14 days.",
    own: "From the diary on this phone only: the holder’s own record, not official proof.",
    unmarked: "No mark does not mean that there was no risk.",
    listed: (level) => `listed then: ${level}`,
    now: "As of",
    to: (when) => `${when} to now`,
  },
);
export type ItineraryText = ReturnType<typeof text>;

/** A time at a place without a day elsewhere; its end is not of it. */
interface Stay {
  first: number;
  last: number;
  still: boolean;
}

/** One prefecture of the card. */
interface Stop {
  place: Place;
  stays: Stay[];
  /** The worst level that the risk data or the reasons tell of the visits there, at their times. */
  level: Level | undefined;
}

const LEVELS: Level[] = ["none", "low", "medium", "high"];

/** The last moment of a stay. */
const lastOf = ({ first, last }: Stay): number => Math.max(first, last - 1);

/** The stays of a prefecture, those that share a day or follow from one day to the next as one; oldest first. */
function joined(stays: Stay[], stay: Stay): Stay[] {
  const before = stays[stays.length - 1];
  if (before === undefined || (!before.still && dayNumber(stay.first) > dayNumber(lastOf(before)) + 1))
    return [...stays, stay];
  const whole = { ...before, last: Math.max(before.last, stay.last), still: before.still || stay.still };
  return [...stays.slice(0, -1), whole];
}

/** The worse of two levels; `none` is not one to mark. */
const worse = (one: Level | undefined, other: Level): Level | undefined =>
  LEVELS.indexOf(other) > LEVELS.indexOf(one ?? "none") ? other : one;

/** The level at which the risk data lists the place of a visit, or what contains it up to its prefecture, at its time. */
function listed(phone: Pick<Phone, "listedInside"> | undefined, visit: Visit): Level | undefined {
  let level: Level | undefined;
  // Which of the places in the next wider one are listed: a province or country has no wider one to ask about.
  for (const wide of [2, 4, 6, 9].filter((digits) => digits < visit.place.length)) {
    const { place, arrive, leave, mode } = visit;
    const wider = { place: place.slice(0, wide), arrive, ...(leave ? { leave } : {}), ...(mode ? { mode } : {}) };
    const inside = phone?.listedInside(wider) ?? [];
    for (const one of inside) if (place.startsWith(one.place)) level = worse(level, one.level);
  }
  return level;
}

/**
 * The prefectures of the last 14 days, in the order of arrival, with when somebody was there, and the level that the risk data had
 * for it then, as far as the phone tells it.
 */
export function stopsOf(
  visits: Visit[],
  assessment: Assessment | undefined,
  now: number,
  phone?: Pick<Phone, "listedInside">,
): Stop[] {
  const since = now - BACK * DAY;
  const found = new Map<Place, Stop>();
  const ordered = [...visits].sort((a, b) => Date.parse(a.arrive) - Date.parse(b.arrive));
  for (const visit of ordered) {
    const { place, arrive, leave } = visit;
    const last = leave ? Date.parse(leave) : now;
    if (last < since || Date.parse(arrive) > now) continue;
    const prefecture = stopOf(place);
    const known = found.get(prefecture);
    const stay = { first: Math.max(since, Date.parse(arrive)), last, still: leave === undefined };
    found.set(prefecture, {
      place: prefecture,
      stays: joined(known?.stays ?? [], stay),
      level: worse(known?.level, listed(phone, visit) ?? "none"),
    });
  }
  for (const { fact } of assessment?.reasons ?? []) {
    const stop = fact.kind === "visit" ? found.get(stopOf(fact.place)) : undefined;
    if (stop && fact.kind === "visit") stop.level = worse(stop.level, fact.level);
  }
  return [...found.values()];
}

/** The days of a stay: `2月9日至2月10日`. */
function daysOf(stay: Stay): string {
  const [first, last] = [day(stay.first), day(lastOf(stay))];
  if (stay.still) return text().to(first);
  return first === last ? first : range(first, last);
}

/** Where somebody was: by the diary, and by the trips of reports. */
const visitsOf = (phone: Phone): Visit[] =>
  whereabouts(phone)
    .filter(({ corrected }) => corrected === undefined)
    .map(({ visit }) => visit);

/** The itinerary card: where somebody was in the last 14 days, by prefecture. */
export class ItineraryView implements View {
  private readonly context: Context;
  private stops: Stop[] = [];
  private made = 0;

  constructor(context: Context) {
    this.context = context;
    this.changed();
  }

  data() {
    const { phone } = session;
    const t = text();
    const now = phone?.now() ?? 0;
    return {
      open: phone !== undefined,
      ...waiting(),
      title: t.title,
      name: phone?.identity?.name ?? "",
      now: t.now,
      time: seconds(now),
      date: fullDay(now),
      about: this.stops.length > 0 ? t.about : t.none,
      stops: this.stops.map(({ place, stays, level }) => ({
        id: place,
        place: placeName(place),
        when: list(stays.map(daysOf)),
        flagged: level !== undefined,
        flag: level ? t.listed(levelName(level)) : "",
        sign: level === "high" ? "red" : level ? "yellow" : "",
      })),
      own: this.stops.length > 0 ? sentences([t.own, t.unmarked]) : t.own,
    };
  }

  changed(): void {
    const { phone } = session;
    this.made = phone?.now() ?? 0;
    this.stops = phone
      ? stopsOf(visitsOf(phone), phone.holder.rules() ? phone.assess() : undefined, this.made, phone)
      : [];
  }

  tick(): void {
    if (Math.abs((session.phone?.now() ?? 0) - this.made) >= 60_000) this.changed();
    this.context.update();
  }

  readonly on = { retry };
}
