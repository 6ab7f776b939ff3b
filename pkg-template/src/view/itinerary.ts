// The component `itinerary`: the last 14 days by prefecture, as people name it.
import type { Assessment, Level, Place, Visit } from "../engine/core/healthcode.js";
import { levelName } from "./explain/names.js";
import { day, fullDay, seconds } from "./format.js";
import { words } from "./language.js";
import type { Phone } from "./phone.js";
import { placeName, stopOf } from "./places/names.js";
import { session } from "./session.js";
import { range } from "./spans.js";
import type { Context, View } from "./view.js";
import { retry, waiting } from "./waiting.js";
import { whereabouts } from "./whereabouts.js";

const DAY = 86_400_000;
/** How far back the card looks, in days. */
const BACK = 14;

const text = words(
  {
    title: "行程卡",
    about: "您在前14天内到达或途经：",
    none: "前14天没有行程记录。",
    own: "只按这台手机上的行程记录列出，是本人自己的记录，不是官方证明。",
    counted: (level: string) => `规则认定：${level}`,
    now: "更新于",
    to: (when: string) => `${when}至今`,
  },
  {
    title: "Itinerary card",
    about: "Arrived at or passed through in the last 14 days:",
    none: "The diary has nothing from the last 14 days.",
    own: "From the diary on this phone only: the holder’s own record, not official proof.",
    counted: (level) => `by the rules: ${level}`,
    now: "As of",
    to: (when) => `${when} to now`,
  },
);

/** One prefecture of the card. */
interface Stop {
  place: Place;
  first: number;
  last: number;
  still: boolean;
  /** The worst level given by the rules that visits there triggered. */
  level: Level | undefined;
}

const LEVELS: Level[] = ["none", "low", "medium", "high"];

/**
 * The prefectures of the last 14 days, in the order of arrival. Those that a rule named in the assessment have a
 * level: the phone says nothing else about the risk of a place.
 */
export function stopsOf(visits: Visit[], assessment: Assessment | undefined, now: number): Stop[] {
  const since = now - BACK * DAY;
  const found = new Map<Place, Stop>();
  const ordered = [...visits].sort((a, b) => Date.parse(a.arrive) - Date.parse(b.arrive));
  for (const { place, arrive, leave } of ordered) {
    const last = leave ? Date.parse(leave) : now;
    if (last < since || Date.parse(arrive) > now) continue;
    const prefecture = stopOf(place);
    const known = found.get(prefecture);
    const first = Math.max(since, Date.parse(arrive));
    found.set(prefecture, {
      place: prefecture,
      first: known ? Math.min(known.first, first) : first,
      last: Math.max(known?.last ?? 0, last),
      still: leave === undefined || (known?.still ?? false),
      level: undefined,
    });
  }
  for (const { fact } of assessment?.reasons ?? []) {
    const stop = fact.kind === "visit" ? found.get(stopOf(fact.place)) : undefined;
    if (stop && fact.kind === "visit" && LEVELS.indexOf(fact.level) > LEVELS.indexOf(stop.level ?? "none"))
      stop.level = fact.level;
  }
  return [...found.values()];
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
      stops: this.stops.map(({ place, first, last, still, level }) => ({
        id: place,
        place: placeName(place),
        when: still ? t.to(day(first)) : day(first) === day(last) ? day(first) : range(day(first), day(last)),
        flagged: level !== undefined,
        flag: level ? t.counted(levelName(level)) : "",
        sign: level === "high" ? "red" : level ? "yellow" : "",
      })),
      own: t.own,
    };
  }

  changed(): void {
    const { phone } = session;
    this.made = phone?.now() ?? 0;
    this.stops = phone ? stopsOf(visitsOf(phone), phone.holder.rules() ? phone.assess() : undefined, this.made) : [];
  }

  tick(): void {
    if (Math.abs((session.phone?.now() ?? 0) - this.made) >= 60_000) this.changed();
    this.context.update();
  }

  readonly on = { retry };
}
