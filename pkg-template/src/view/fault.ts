// What is wrong with an answer, in words.
import words from "../../../words/answers.json";
import type { Asked, QuestionProblem } from "../engine/core/healthcode.js";
import { fill, type Phrase, say, textsOf } from "./language.js";
import { codeText } from "./problem.js";
import { sentences } from "./spans.js";

textsOf("answers", words);

const NO_NUMBER = { least: "", most: "", unit: "", decimals: "" };

/** What is wrong with the answer to a question; `part` is the field, if the question has several. */
export function faultText(code: string, question: Asked | undefined, part?: string): string {
  const { number, type } = question ?? {};
  if (number && (code === "answer-wrong-type" || code === "answer-missing")) {
    const { least, most, unit } = number;
    return say(words.number, { least, most, unit });
  }
  if (number?.decimals === 0 && code === "answer-too-precise") return say(words.whole);
  if (code === "answer-missing") {
    if (part === "place" || (type === "place" && part === undefined)) return say(words.place);
    if (part === "from") return say(words.from);
    if (type === "trips") return say(words.trips);
    if (type === "date") return say(words.date);
    if (type === "many-of" || type === "one-of") return say(words.choose);
  }
  const level = words.levels[String(question?.placeDigits ?? 6) as keyof typeof words.levels];
  const alone = question?.options.find((option) => option.alone);
  const days = question?.daysBack ?? "";
  return fill(codeText(code), {
    ...NO_NUMBER,
    ...number,
    days,
    level: say(level),
    alone: alone ? say(alone.text) : "",
  });
}

const CELSIUS: Phrase = {
  "zh-Hans": "单位是摄氏度：98.6°F即37.0°C。",
  en: "The unit is degrees Celsius: 98.6 °F is 37.0 °C.",
};

textsOf("fahrenheit", { celsius: CELSIUS });

/** The same beside the field itself, with a hint for whoever measured in degrees Fahrenheit. */
export function fieldFaultText(code: string, question: Asked | undefined, part?: string): string {
  const fault = faultText(code, question, part);
  // A number out of range, or one with the sign of another unit.
  const far = (code === "answer-out-of-range" || code === "answer-wrong-type") && question?.number?.unit === "°C";
  return far ? sentences([fault, say(CELSIUS)]) : fault;
}

/** The question, and what is wrong with its answer. */
export function problemInWords({ question, trip, code }: QuestionProblem, asked: Asked | undefined): string {
  const told = { question: asked ? say(asked.text) : question, fault: faultText(code, asked) };
  return trip === undefined ? say(words.problem, told) : say(words.problemOfTrip, { ...told, trip: trip + 1 });
}
