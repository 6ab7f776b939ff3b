import type { Colour } from "healthcode";
import { decode, type Item } from "./cbor.ts";
import { Infix, type Logic, type Unit } from "./infix.ts";

/** A text in both languages. */
export interface Both {
  "zh-Hans": string;
  en: string;
}

/** A rule or a threshold, as it stands in a pack. */
export interface SignedRule {
  id: string;
  /** What a rule is evaluated for; absent for a threshold. */
  for?: "person" | "report" | "visit" | "record";
  /** What a threshold is of. */
  of?: "space" | "time" | "personal" | "total";
  /** The points from which on it acts. */
  atLeast?: number;
  /** The condition as its author writes it. */
  condition: string;
  /** As it is signed. */
  logic?: Logic;
  /** The colours with how long each is given, in minutes; without a time it is given while the condition is true. */
  colours: { colour: Colour; minutes?: number }[];
  /** The question from whose date on it counts. */
  since: Both | undefined;
  text: Both;
  wayBack: Both;
  /** What the facts that the condition reads are. */
  reads: { path: string; question: Both }[];
}

const FOR = ["person", "report", "visit", "record"] as const;
const OF = ["space", "time", "personal", "total"] as const;
const COLOURS = ["green", "yellow", "grey", "red"] as const;
/** The counts of measures that are minutes. */
const MINUTES = [1, 2, 16];

const map = (item: Item | undefined): Map<number | string, Item> => {
  if (!(item instanceof Map)) throw new RangeError("no map");
  return item;
};
const list = (item: Item | undefined): Item[] => (Array.isArray(item) ? item : []);
const both = (item: Item | undefined): Both => {
  const texts = map(item);
  return { "zh-Hans": String(texts.get(0)), en: String(texts.get(1)) };
};

const colourOf = (item: Item | undefined): Colour => COLOURS[Number(item)] ?? "grey";

/** A condition as CertLogic's JSON, of which its CBOR has the shape. */
export function logicOf(item: Item): Logic {
  if (item instanceof Uint8Array) throw new RangeError("bytes in a condition");
  if (Array.isArray(item)) return item.map(logicOf);
  if (!(item instanceof Map)) return item;
  return Object.fromEntries([...item].map(([name, operands]) => [name, logicOf(operands) as Logic[]]));
}

/** The signed files in what `Holder.save` gives: a byte for its form, the state as CBOR, and a checksum. */
export function filesIn(saved: Uint8Array): Uint8Array[] {
  return list(map(decode(saved.subarray(1))).get(3)).flatMap((stored) => {
    const bytes = map(stored).get(1);
    return bytes instanceof Uint8Array ? [bytes] : [];
  });
}

/** The content of a signed pack's file. */
export function contentOf(file: Uint8Array): Map<number | string, Item> {
  const payload = list(decode(file))[2];
  if (!(payload instanceof Uint8Array)) throw new RangeError("no payload");
  return map(map(decode(payload)).get(1));
}

/** What writes the conditions of a pack, with its units. */
export function infixOf(pack: Map<number | string, Item>): Infix {
  const found = (at: number, id: string) =>
    list(pack.get(at))
      .map(map)
      .find((one) => one.get(0) === id);
  const answered = (id: string): Unit => {
    const form = found(11, id)?.get(7);
    if (!(form instanceof Map)) return undefined;
    const [unit, decimals] = [form.get(0), form.get(1)];
    if (unit === "°C" && decimals === 1) return "°C";
    return unit === "min" && decimals === 0 ? "min" : undefined;
  };
  return new Infix((path) => {
    const [kind, name = ""] = path.split(".");
    if (kind === "visit") return /^(minutes|risk_minutes|exposure_minutes)$/.test(name) ? "min" : undefined;
    if (kind === "measure") return MINUTES.includes(Number(found(12, name)?.get(1))) ? "min" : undefined;
    return kind === "answers" ? answered(name) : undefined;
  });
}

/** The rule or threshold of that id; `undefined` if the pack has none, as for what the issuer states. */
export function ruleIn(file: Uint8Array, id: string): SignedRule | undefined {
  const pack = contentOf(file);
  const named = (at: number) =>
    list(pack.get(at))
      .map(map)
      .find((one) => one.get(0) === id);
  const threshold = named(14);
  if (threshold) {
    const [of, atLeast] = [OF[Number(threshold.get(1))], Number(threshold.get(2))];
    const colours = [{ colour: colourOf(threshold.get(3)) }];
    const [text, wayBack] = [both(threshold.get(4)), both(threshold.get(5))];
    return { id, of, atLeast, condition: "", colours, since: undefined, text, wayBack, reads: [] };
  }
  const rule = named(16);
  if (rule === undefined) return undefined;
  const logic = logicOf(rule.get(2) ?? false);
  const condition = infixOf(pack).write(logic);
  const course = list(pack.get(15))
    .map(map)
    .find((one) => one.get(0) === rule.get(4));
  const steps = list(course?.get(1)).map(map);
  const colours = rule.has(3)
    ? [{ colour: colourOf(rule.get(3)) }]
    : steps.map((step) => ({ colour: colourOf(step.get(0)), minutes: Number(step.get(1)) / 60 }));
  const questions = list(pack.get(11)).map(map);
  const asked = (question: Item | undefined) => questions.find((one) => one.get(0) === question)?.get(2);
  const reads = [...new Set(condition.match(/\banswers\.[\p{Alphabetic}_0-9]+/gu))].flatMap((path) => {
    const question = asked(path.slice("answers.".length));
    return question ? [{ path, question: both(question) }] : [];
  });
  const since = asked(rule.get(7));
  const [text, wayBack] = [both(rule.get(5)), both(rule.get(6))];
  return {
    id,
    for: FOR[Number(rule.get(1))],
    condition,
    logic,
    colours,
    since: since ? both(since) : undefined,
    text,
    wayBack,
    reads,
  };
}
