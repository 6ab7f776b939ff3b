// What is to come, in words.
import words from "../../../../words/outlook.json";
import type { Change, Colour, Forecast } from "../../engine/core/healthcode.js";
import { dayAndTime } from "../format.js";
import { say, textsOf } from "../language.js";
import { colourName } from "../names.js";

textsOf("outlook", words);

/** The forecast in words. */
export interface ToldOutlook {
  title: string;
  /** The earliest green. */
  earliest: string;
  /** The colour now and its next changes; empty if there is nothing to wait for. */
  steps: { colour: Colour; word: string; at: string }[];
  /** The assumption behind the steps. */
  assumed: string;
  /** What happens if nothing is done; empty if nothing happens. */
  change: string;
}

/** The forecast: the next changes, the earliest green, and what happens if nothing is done. */
export function outlookInWords(forecast: Forecast): ToldOutlook {
  const { colour, green } = forecast;
  // A change that comes either way is among the steps.
  const [next] = forecast.steps;
  const either = forecast.change?.at === next?.at && forecast.change?.colour === next?.colour;
  const change = either ? undefined : forecast.change;
  // Whoever is green by what is told, once it is told.
  const settled = colour === "grey" && green !== undefined && (!next || Date.parse(green) < Date.parse(next.at));
  const waits = next !== undefined || (colour !== "green" && !settled);
  const step = (colour: Colour, at: string) => ({ colour, word: colourName(colour), at });
  const later = forecast.steps.map(({ colour, at, rules }) => {
    const when = dayAndTime(at);
    return step(colour, rules ? say(words.ofRules, { when }) : when);
  });
  const at = { when: dayAndTime(green ?? forecast.horizon) };
  const isGreen = next ? say(words.isGreenUntil, { when: dayAndTime(next.at) }) : say(words.isGreen);
  const earliest = say(green === undefined ? words.noGreen : words.green, at);
  return {
    title: say(words.title),
    earliest: colour === "green" ? isGreen : settled ? say(words.settled) : earliest,
    steps: waits ? [step(colour, say(words.now)), ...later] : [],
    assumed: say(words.assumed),
    change: change ? nextInWords(change) : "",
  };
}

function nextInWords({ at, colour, rules }: Change): string {
  const slots = { colour: colourName(colour), when: dayAndTime(at) };
  // Only what cannot be decided any more comes of data and reports that are too old.
  if (!rules) return say(colour === "grey" ? words.change : words.changeWithout, slots);
  return say(words.changeOfRules, { ...slots, title: say(rules.title), version: rules.version });
}
