// The colours of the past and to come, day by day: as a drawing, and as a table.
import type { Colour, Forecast } from "../engine/core/healthcode.js";
import type { PastColour } from "../phone/colours.js";
import { day, dayNumber, type Moment, millis, time } from "./format.js";
import { wordsOf } from "./language.js";
import { colourName } from "./names.js";
import { range } from "./spans.js";

const DAY = 86_400_000;
/** How many days to come are drawn at most: the longest courses are two weeks, and what they lead to is to be seen. */
const AHEAD = 21;
/** How many days are drawn of a colour that ends nothing. */
const CALM = 7;
/** How many are drawn of the last colour that comes. */
const AFTER = 2;

const text = wordsOf(
  "days",
  {
    title: "每天的颜色",
    hint: "实心是这台手机显示过的，空心是预计的，加框的是今天；没有柱子的那天没有打开过。柱子越高，颜色越严。",
    days: "日期",
    colours: "颜色",
    kind: "说明",
    past: "显示过",
    today: "今天",
    coming: "预计",
    none: "没有打开过",
    from: (colour: string, time: string) => `${time}起${colour}`,
    among: "，",
    cell: "：",
    between: "；",
    drawn: "看图",
    told: "看表格",
  },
  {
    title: "Colours day by day",
    hint: "Filled: shown on this phone. Outlined: expected. Framed: today. No bar: not opened on that day. The taller the bar, the stricter the colour.",
    days: "Days",
    colours: "Colour",
    kind: "Basis",
    past: "shown",
    today: "today",
    coming: "expected",
    none: "not opened",
    from: (colour, time) => `${colour} from ${time}`,
    among: ", ",
    cell: ": ",
    between: "; ",
    drawn: "Show the drawing",
    told: "Show as a table",
  },
);
export type DaysText = ReturnType<typeof text>;

/** A colour of a part of a day. */
interface Part {
  /** Its place among those of the day. */
  key: string;
  colour: Colour;
  at: Moment;
  /** `shown`, or `coming` if it is expected. */
  look: "shown" | "coming";
}

/** A day in the drawing. */
export interface DrawnDay {
  /** Its number since 1970. */
  key: string;
  at: number;
  when: "past" | "today" | "coming";
  parts: Part[];
}

/** A row of the table: days in a row that are the same. */
interface Row {
  key: string;
  days: string;
  colours: string;
  kind: string;
}

/** The days, from the first that is known to the last that is foretold, with no more than what is to come in three weeks. */
export function daysOf(past: readonly PastColour[], forecast: Forecast | undefined, now: number): DrawnDay[] {
  const today = dayNumber(now);
  const known = past.filter(({ at }) => at <= now);
  const [first] = known;
  const steps = forecast?.steps ?? [];
  const last = lastDay(forecast, today);
  const days: DrawnDay[] = [];
  for (let number = first ? dayNumber(first.at) : today; number <= last; number += 1) {
    const at = now + (number - today) * DAY;
    const when = number < today ? "past" : number > today ? "coming" : "today";
    const found: Omit<Part, "key">[] = known
      .filter((one) => dayNumber(one.at) === number)
      .map(({ at, colour }) => ({ at, colour, look: "shown" }));
    // What stands above is shown now, whether it was noted already or not.
    if (when === "today" && forecast && found[found.length - 1]?.colour !== forecast.colour)
      found.push({ at: found.length === 0 ? 0 : now, colour: forecast.colour, look: "shown" });
    const before = steps.filter((step) => dayNumber(step.at) < number).slice(-1)[0] ?? forecast;
    if (when === "coming" && before) found.push({ at: 0, colour: before.colour, look: "coming" });
    for (const { at, colour } of steps)
      if (dayNumber(at) === number) {
        // From midnight on, the day has no other.
        if (when === "coming" && dayNumber(millis(at) - 1) < number) found.length = 0;
        found.push({ at, colour, look: "coming" });
      }
    days.push({ key: String(number), at, when, parts: found.map((part, at) => ({ ...part, key: String(at) })) });
  }
  return days;
}

/** The number of the last day to draw. */
function lastDay(forecast: Forecast | undefined, today: number): number {
  if (forecast === undefined) return today;
  const { colour, green, horizon, steps } = forecast;
  const [step] = steps.slice(-1);
  // Nothing says how long a grey code stays grey that no step ends.
  if (step === undefined && colour === "grey") return today;
  const wanted = step === undefined ? today + CALM : dayNumber(step.at) + AFTER;
  const open = green === undefined ? dayNumber(horizon) : wanted;
  return Math.min(Math.max(wanted, open), dayNumber(horizon), today + AHEAD);
}

/** A day's colours in words; of several, from when each is. */
function coloursInWords({ parts }: DrawnDay): string {
  const t = text();
  const told = parts.map(({ colour, at }, place) =>
    parts.length === 1 || (place === 0 && at === 0) ? colourName(colour) : t.from(colourName(colour), time(at)),
  );
  return told.length === 0 ? t.none : told.join(t.among);
}

/** Days in a row that are the same, as one row each. */
function rowsOf(days: DrawnDay[]): Row[] {
  const t = text();
  const rows: (Row & { from: number; to: number })[] = [];
  for (const one of days) {
    const [colours, kind] = [coloursInWords(one), one.parts.length === 0 ? "" : t[one.when]];
    const [last] = rows.slice(-1);
    if (last?.colours === colours && last.kind === kind && one.when !== "today") last.to = one.at;
    else rows.push({ key: one.key, days: "", colours, kind, from: one.at, to: one.at });
  }
  return rows.map(({ key, colours, kind, from, to }) => ({
    key,
    days: from === to ? day(from) : range(day(from), day(to)),
    colours,
    kind,
  }));
}

/** What is drawn and told of the days; `tabled` is whether the table stands in place of the drawing. */
export function daysData(days: DrawnDay[], tabled: boolean) {
  const t = text();
  const rows = rowsOf(days);
  const said = rows.map(({ days, colours, kind }) => `${days}${t.cell}${colours}${kind && `${t.among}${kind}`}`);
  const [first, last] = [days[0], days[days.length - 1]];
  return {
    // One day is what stands above.
    known: days.length > 1,
    title: t.title,
    list: days,
    label: [t.title, ...said].join(t.between),
    first: first ? day(first.at) : "",
    last: last ? day(last.at) : "",
    hint: t.hint,
    tabled,
    head: { days: t.days, colours: t.colours, kind: t.kind },
    rows,
    toggle: tabled ? t.drawn : t.told,
  };
}
