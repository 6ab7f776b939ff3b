import type { Colour, Forecast } from "../../engine/core/healthcode.js";
import { dayAndTime } from "../format.js";
import { words } from "../language.js";
import { colourName } from "../names.js";

const text = words(
  {
    title: "接下来会怎样",
    assumed: "前提：按要求继续申报，数据照常更新，没有新情况。",
    now: "现在",
    green: (when: string) => `最早转绿：${when}`,
    isGreen: "现在就是绿码。",
    settled: "办好上面说的事，如果没有新情况，马上就能转绿。",
    noGreen: (when: string) => `到${when}为止，还看不到转绿的时间；它取决于登记或数据的更新。`,
    change: (colour: string, when: string) => `如果什么都不做：${when}变为${colour}（数据或申报过期）。`,
  },
  {
    title: "What comes next",
    assumed: "Provided that you keep reporting when asked, data are renewed as usual, and nothing new happens.",
    now: "Now",
    green: (when) => `Green at the earliest: ${when}`,
    isGreen: "You are green now.",
    settled: "Green as soon as what is named above is done, if it brings nothing new.",
    noGreen: (when) => `No green is in sight until ${when}; it depends on what is put on record or on new data.`,
    change: (colour, when) => `If nothing comes in: ${colour} from ${when}, when data or your report are too old.`,
  },
);

/** What is to come, in words. */
export interface ToldOutlook {
  title: string;
  /** When the colour is green at the earliest. */
  earliest: string;
  /** The colour now and its next changes; empty where there is nothing to wait for. */
  steps: { colour: Colour; word: string; at: string }[];
  /** On what assumption. */
  assumed: string;
  /** What happens if nothing is done; empty if nothing does. */
  change: string;
}

/** The forecast: the next changes, the earliest green, and what happens if nothing is done. */
export function outlookInWords(forecast: Forecast): ToldOutlook {
  const t = text();
  const names = colourName();
  const { colour, green } = forecast;
  // What comes either way is among the steps.
  const [next] = forecast.steps;
  const either = forecast.change?.at === next?.at && forecast.change?.colour === next?.colour;
  const change = either ? undefined : forecast.change;
  const settled = colour === "grey" && green !== undefined && forecast.steps.length === 0;
  const waits = colour !== "green" && !settled;
  const later = forecast.steps.map((step) => ({
    colour: step.colour,
    word: names[step.colour],
    at: dayAndTime(step.at),
  }));
  const earliest = green ? t.green(dayAndTime(green)) : t.noGreen(dayAndTime(forecast.horizon));
  return {
    title: t.title,
    earliest: colour === "green" ? t.isGreen : settled ? t.settled : earliest,
    steps: waits ? [{ colour, word: names[colour], at: t.now }, ...later] : [],
    assumed: t.assumed,
    change: change ? t.change(names[change.colour], dayAndTime(change.at)) : "",
  };
}
