// Seeded cases: expressions that mostly make sense over the data at hand, with faults sprinkled in.

/** A stream of numbers that depends on the seed alone (mulberry32). */
export function random(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (n) => Math.floor(next() * n);
  return { below, chance: (p) => next() < p, pick: (list) => list[below(list.length)] };
}

const ORDER = [">", "<", ">=", "<="];
const WHEN = ["after", "before", "not-after", "not-before"];
const UNITS = ["year", "month", "day", "hour"];
const TEXTS = [
  "",
  "a",
  "b",
  "Z",
  "close-contact",
  "true",
  "0",
  "é人😀",
  "URN:UVCI:01:NL:1/2#3",
  "URN:UVCI:",
  "a::c/#/f",
];
const NUMBERS = [0, 1, -1, 2, 3, 7, 100, -100, 2 ** 31, -(2 ** 31) - 1, 2 ** 40];

class Generator {
  constructor(seed) {
    this.r = random(seed);
  }

  integer() {
    return this.r.chance(0.5) ? this.r.below(5) : this.r.pick(NUMBERS);
  }

  digits(length, below) {
    return String(this.r.below(below)).padStart(length, "0");
  }

  date() {
    const { r } = this;
    // Now and then a month, day, hour, minute or offset that does not exist.
    const odd = r.chance(0.08);
    const year = r.chance(0.8) ? `20${this.digits(2, 30)}` : this.digits(4, 10000);
    const month = String(odd ? r.below(14) : r.below(12) + 1).padStart(2, "0");
    const day = r.chance(0.5) ? r.pick(["28", "29", "30", "31", "01"]) : this.digits(2, odd ? 33 : 29);
    switch (r.below(6)) {
      case 0:
        return year;
      case 1:
        return `${year}-${month}`;
      case 2:
        return `${year}-${month}-${day}`;
    }
    const time =
      odd && r.chance(0.5)
        ? r.pick(["24:00:00", "24:00:01", "23:60:00", "23:59:60", "25:00:00"])
        : `${this.digits(2, 24)}:${this.digits(2, 60)}:${this.digits(2, 60)}`;
    const decimals = r.chance(0.3) ? `.${this.digits(1 + r.below(6), 1_000_000).slice(0, 1 + r.below(6))}` : "";
    const hours = r.chance(0.5) ? String(r.below(10)) : this.digits(2, odd ? 30 : 24);
    const offset = r.pick([
      "",
      "Z",
      hours,
      `${hours}${this.digits(2, odd ? 70 : 60)}`,
      `${hours}:${this.digits(2, 60)}`,
      `${hours}:`,
    ]);
    const sign = /^\d/.test(offset) ? r.pick(["+", "-"]) : "";
    const written = `${year}-${month}-${day}T${time}${decimals}${sign}${offset}`;
    return r.chance(0.05) ? this.spoil(written) : written;
  }

  spoil(text) {
    const at = this.r.below(text.length + 1);
    return text.slice(0, at) + this.r.pick(["", "x", " ", "0", "-", ":", "\n"]) + text.slice(at + this.r.below(2));
  }

  value(depth = 3) {
    const { r } = this;
    switch (r.below(depth > 0 ? 9 : 6)) {
      case 0:
        return null;
      case 1:
        return r.chance(0.5);
      case 2:
        return this.integer();
      case 3:
        return r.pick(TEXTS);
      case 4:
        return this.date();
      case 5:
        return r.chance(0.2) ? r.pick([1.5, -0.25, 1e-300, 0.1, -0, 3.0]) : this.integer();
      case 6:
        return Array.from({ length: r.below(4) }, () => this.value(depth - 1));
      case 7:
        return {};
      default:
        return Object.fromEntries(
          Array.from({ length: 1 + r.below(3) }, () => [r.pick(["a", "b", "0", "1", "x y"]), this.value(depth - 1)]),
        );
    }
  }

  indexed() {
    return Array.from({ length: 1 + this.r.below(3) }, () => this.value(2));
  }

  /** Data in the shape that rules read, filled with anything. */
  data() {
    const { r } = this;
    if (r.chance(0.03)) {
      return this.value();
    }
    return {
      now: this.date(),
      a: this.value(),
      n: this.integer(),
      m: this.integer(),
      flag: r.chance(0.5),
      text: r.pick(TEXTS),
      born: this.date(),
      list: Array.from({ length: r.below(5) }, () => this.integer()),
      texts: Array.from({ length: r.below(4) }, () => r.pick(TEXTS)),
      dates: Array.from({ length: r.below(3) }, () => this.date()),
      visits: Array.from({ length: r.below(4) }, () => ({
        place: r.pick(TEXTS),
        minutes: this.integer(),
        leave: this.date(),
        more: this.value(1),
      })),
      nothing: null,
      any: this.value(),
      // Read by index, and so never a text: JavaScript would take one of its letters (vectors, deviations.json).
      obj: r.pick([null, [], this.indexed(), this.indexed(), Object.assign({}, this.indexed())]),
    };
  }

  /** A path to something of the kind wanted, in the data or in the step of a `reduce`. */
  path(kind, step) {
    const { r } = this;
    const inData = {
      int: ["n", "m", "list.0", "list.1", "visits.0.minutes", "any", "obj.0"],
      bool: ["flag", "a", "any", "nothing", "list", "visits", "text", "now", "n"],
      text: ["text", "texts.0", "visits.0.place", "any.a", "born"],
      date: ["now", "born", "dates.0", "visits.1.leave"],
      array: ["list", "texts", "dates", "visits", "any", "nothing"],
    };
    const inStep = {
      int: ["accumulator", "current", "current.minutes"],
      bool: ["accumulator", "current", "current.more", "current.a"],
      text: ["current", "current.place", "accumulator"],
      date: ["current", "current.leave", "accumulator"],
      array: ["accumulator", "current", "current.more"],
    };
    const known = (step ? inStep : inData)[kind];
    if (r.chance(0.06)) {
      return r.pick([
        "",
        "none",
        "a.b.c",
        "obj.0",
        "obj.1.a",
        "list.7",
        "visits.0",
        "n.a",
        "accumulator",
        "current",
        "data",
      ]);
    }
    return r.pick(known);
  }

  expression(kind, depth, step) {
    const { r } = this;
    if (r.chance(0.025)) {
      return this.expression(r.pick(["int", "bool", "text", "moment", "array"]), depth, step);
    }
    const deeper = (kind) => this.expression(kind, depth - 1, step);
    if (depth > 0 && r.chance(0.1)) {
      return { if: [deeper("bool"), deeper(kind), deeper(kind)] };
    }
    if (depth > 0 && r.chance(0.08)) {
      const inner = this.expression(kind, depth - 1, true);
      return { reduce: [deeper("array"), inner, deeper(kind)] };
    }
    const leaf = depth <= 0;
    const read = () => ({ var: this.path(kind === "moment" ? "date" : kind, step) });
    switch (kind) {
      case "int":
        if (!leaf && r.chance(0.5)) return { "+": [deeper("int"), deeper("int")] };
        return r.chance(0.5) ? this.integer() : read();
      case "text":
        if (!leaf && r.chance(0.4))
          return { extractFromUVCI: [r.chance(0.9) ? deeper("text") : deeper("array"), r.below(8) - 1] };
        return r.chance(0.3) ? r.pick(TEXTS) : read();
      case "moment": {
        const text = r.chance(0.4) ? this.date() : { var: this.path("date", step) };
        if (r.chance(0.2)) return { dccDateOfBirth: [text] };
        if (!leaf && r.chance(0.1)) return { plusTime: [deeper("text"), 1, "day"] };
        const amount = r.chance(0.9)
          ? r.below(60) - 30
          : r.pick([0, 100_000, -400_000, 10_000_000, 2 ** 45, -(2 ** 52)]);
        return { plusTime: [text, amount, r.pick(UNITS)] };
      }
      case "date":
        return r.chance(0.5) ? this.date() : read();
      case "array":
        if (!leaf && r.chance(0.4)) {
          const kind = r.pick(["int", "text", "bool", "array", "moment"]);
          return Array.from({ length: r.below(4) }, () => deeper(kind));
        }
        return r.chance(0.2) ? [] : read();
      default:
        return leaf ? (r.chance(0.3) ? r.chance(0.5) : read()) : this.condition(deeper);
    }
  }

  condition(deeper) {
    const { r } = this;
    switch (r.below(9)) {
      case 0:
        return { "!": [deeper(r.pick(["bool", "int", "text", "array"]))] };
      case 1:
      case 2:
        return {
          and: Array.from({ length: 2 + r.below(2) }, () =>
            deeper(r.chance(0.8) ? "bool" : r.pick(["int", "text", "array"])),
          ),
        };
      case 3:
        return { [r.pick(ORDER)]: Array.from({ length: 2 + r.below(2) }, () => deeper("int")) };
      case 4:
      case 5:
        return { [r.pick(WHEN)]: Array.from({ length: 2 + r.below(2) }, () => deeper("moment")) };
      case 6: {
        const kind = r.pick(["int", "text"]);
        return {
          in: [deeper(kind), r.chance(0.5) ? deeper("array") : Array.from({ length: r.below(5) }, () => deeper(kind))],
        };
      }
      case 7: {
        const kind = r.pick(["int", "text", "int", "text", "bool", "array", "moment"]);
        return { "===": [deeper(kind), deeper(kind)] };
      }
      default: {
        const same = deeper(r.pick(["array", "int"]));
        return { "===": [same, same] };
      }
    }
  }

  /** Breaks the form of one operation somewhere. */
  deform(logic) {
    const { r } = this;
    if (logic === null || typeof logic !== "object" || r.chance(0.2)) {
      return r.pick([
        null,
        1.5,
        {},
        { or: [1, 2] },
        { var: 1 },
        { var: ["a"] },
        { var: "a..b" },
        { var: "." },
        { "!": true },
        { and: [] },
        { a: [1], b: [2] },
      ]);
    }
    if (Array.isArray(logic)) {
      return logic.length === 0
        ? [null]
        : logic.map((item, at) => (at === r.below(logic.length) ? this.deform(item) : item));
    }
    const [[operator, operands]] = Object.entries(logic);
    if (!Array.isArray(operands) || operands.length === 0) {
      return { [operator]: 5 };
    }
    switch (r.below(6)) {
      case 0:
        return { [operator]: operands.slice(0, -1) };
      case 1:
        return { [operator]: [...operands, 1, 2] };
      case 2:
        return { [`${operator}!`]: operands };
      case 3:
        return { [operator]: operands, "!": [1] };
      default: {
        const at = r.below(operands.length);
        return { [operator]: operands.map((operand, other) => (other === at ? this.deform(operand) : operand)) };
      }
    }
  }

  case() {
    const { r } = this;
    const kind = r.pick(["bool", "bool", "bool", "bool", "int", "text", "moment", "array"]);
    const logic = this.expression(kind, 1 + r.below(5), false);
    return { logic: r.chance(0.04) ? this.deform(logic) : logic, data: this.data() };
  }
}

/** `count` cases that depend on the seed alone. */
export function cases(seed, count) {
  const generator = new Generator(seed);
  return Array.from({ length: count }, () => generator.case());
}
