// The names of colours, levels, statuses and scores within a sentence.
import { colours, dimensions, levels, statuses, totals } from "../../../../words/terms.json";
import type { Colour, Dimension, Level, Status, Total } from "../../engine/core/healthcode.js";
import { say, textsOf } from "../language.js";

textsOf("terms", { colours, dimensions, levels, statuses, totals });

/** A colour within a sentence. */
export const colourWord = (colour: Colour): string => say(colours[colour]);

export const levelName = (level: Level): string => say(levels[level]);

export const statusName = (status: Status): string => say(statuses[status]);

export const dimensionName = (dimension: Dimension): string => say(dimensions[dimension]);

/** A score, or all three together. */
export const totalName = (total: Total): string => say(totals[total]);
