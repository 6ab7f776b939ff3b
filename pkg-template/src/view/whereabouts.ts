// Where somebody was, as one list: the visits of the diary, the trips that reports tell, and what was corrected of them.
import type { Report, Trip, Visit } from "../engine/core/healthcode.js";
import { flat } from "./flat.js";
import { momentOf } from "./format.js";
import type { Phone } from "./phone.js";

const DAY = 86_400_000;

/** One stay or transit. */
export interface Whereabout {
  visit: Visit;
  /** Its index in the diary, if it is there. */
  index?: number;
  /** The report that tells it, if one does: the newest that does. */
  report?: Report;
  /** When it was corrected, if it was; rules then do not read it. */
  corrected?: string;
  /** What came into its place; absent if it was removed. */
  by?: Visit;
  /** Whether it is of the same stay as a visit of the diary, with which it counts once. */
  same: boolean;
}

const start = (day: string): number => Date.parse(momentOf(`${day}T00:00`));
const text = (moment: number): string => new Date(moment).toISOString();
const begin = ({ arrive }: Visit): number => Date.parse(arrive);
const end = ({ leave }: Visit): number => (leave === undefined ? Number.POSITIVE_INFINITY : Date.parse(leave));

/** The trips of a report: of its answers, those alone are lists of objects. */
const tripsOf = ({ answers }: Report): Trip[] =>
  flat(
    Object.keys(answers).map((id) => {
      const answer = answers[id];
      return Array.isArray(answer) ? (answer as (string | Trip)[]).filter(isTrip) : [];
    }),
  );

const isTrip = (item: string | Trip): item is Trip => typeof item === "object";

/** The visit that a trip is by the day of its report; one without an end was known to last until another report came. */
function visitOf({ place, from, to, mode, notIn }: Trip, handedIn: number, over: boolean): Visit {
  const arrive = start(from);
  const last = to === undefined ? (over ? handedIn : undefined) : start(to) + DAY;
  // Handed in on its last day, it was over by then.
  const leave = last !== undefined && handedIn > arrive ? Math.min(last, handedIn) : last;
  return {
    place,
    arrive: text(arrive),
    ...(leave === undefined ? {} : { leave: text(leave) }),
    ...(mode ? { mode } : {}),
    ...(notIn ? { notIn } : {}),
  };
}

/** Whether two visits are of one stay: at the same place, or one inside the other, at a time in common. */
const isSame = (one: Visit, other: Visit): boolean =>
  (one.place.startsWith(other.place) || other.place.startsWith(one.place)) &&
  begin(one) <= end(other) &&
  begin(other) <= end(one);

/** Where somebody was, the newest first. */
export function whereabouts({ holder }: Pick<Phone, "holder">): Whereabout[] {
  const diary = holder.diary();
  const reports = [...holder.reports()].sort((a, b) => Date.parse(b.at) - Date.parse(a.at));
  const told = new Map<string, Whereabout>();
  for (const [index, report] of reports.entries()) {
    for (const trip of tripsOf(report)) {
      // The same trip in the report of each day is one, as the newest tells it.
      const key = [trip.place, trip.from, trip.mode ?? "stay"].join(" ");
      if (told.has(key)) continue;
      const visit = visitOf(trip, Date.parse(report.at), index > 0);
      told.set(key, { visit, report, same: diary.some((other) => isSame(visit, other)) });
    }
  }
  const corrected = holder
    .corrections()
    .map(({ at, visit, by }) => (visit ? [{ visit, corrected: at, ...(by ? { by } : {}), same: false }] : []));
  const all: Whereabout[] = [
    ...diary.map((visit, index) => ({ visit, index, same: false })),
    ...told.values(),
    ...flat(corrected),
  ];
  return all.sort((a, b) => begin(b.visit) - begin(a.visit));
}
