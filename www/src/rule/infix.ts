/** An expression of CertLogic, as JSON. */
export type Logic = boolean | number | string | Logic[] | { [operation: string]: Logic[] | string };

/** The unit of a fact that is a number: `min`, or tenths of a degree. */
export type Unit = "min" | "°C" | undefined;
export type UnitOf = (path: string) => Unit;

/** How tightly a piece of text binds; a looser one inside a tighter one needs parentheses. */
const Binds = { If: 0, Or: 1, And: 2, Not: 3, Comparison: 4, Sum: 5, Primary: 6 } as const;

const COMPARISONS: { readonly [name: string]: string | undefined } = {
  ">": ">",
  "<": "<",
  ">=": ">=",
  "<=": "<=",
  after: "after",
  before: "before",
  "not-after": "not after",
  "not-before": "not before",
};
const RESERVED = /^(and|or|not|if|then|else|in|is|before|after|true|false|null)$/;
const PATH = /^[\p{Alphabetic}_][\p{Alphabetic}_0-9]*(\.[\p{Alphabetic}_0-9]+)*$/u;

/** The name and the operands of an operation; a text, a number, a list or a truth has none. */
function operation(logic: Logic): [string, Logic[]] {
  if (typeof logic !== "object" || Array.isArray(logic)) return ["", []];
  const [name = "", operands = []] = Object.entries(logic)[0] ?? [];
  return [name, typeof operands === "string" ? [operands] : operands];
}

const is = (logic: Logic, name: string) => operation(logic)[0] === name;
const path = (logic: Logic): string | undefined => (is(logic, "var") ? String(operation(logic)[1][0]) : undefined);
const same = (one: Logic, other: Logic) => JSON.stringify(one) === JSON.stringify(other);
const isNull = (logic: Logic) => same(logic, { extractFromUVCI: ["", -1] });
/** Whether the operands of an `and` inside a `!` came from an `or`. */
const negated = (operands: Logic[]) => operands.length >= 2 && operands.every((operand) => is(operand, "!"));

function binds(logic: Logic): number {
  const [name, [first = false]] = operation(logic);
  if (name === "if") return Binds.If;
  if (name === "and") return Binds.And;
  if (name === "+" || name === "plusTime") return Binds.Sum;
  if (name === "!") {
    if (is(first, "and") && negated(operation(first)[1])) return Binds.Or;
    return is(first, "===") || is(first, "in") ? Binds.Comparison : Binds.Not;
  }
  return name === "===" || name === "in" || COMPARISONS[name] ? Binds.Comparison : Binds.Primary;
}

/** Writes conditions as their authors do: as `healthcode rules fmt`, with the units of facts. */
export class Infix {
  private readonly unitOf: UnitOf;

  constructor(unitOf: UnitOf) {
    this.unitOf = unitOf;
  }

  write(logic: Logic, least: number = Binds.If, unit?: Unit): string {
    const text = this.bare(logic, unit);
    return binds(logic) >= least ? text : `(${text})`;
  }

  private bare(logic: Logic, unit: Unit): string {
    if (typeof logic === "boolean") return String(logic);
    if (typeof logic === "number") return counted(logic, unit);
    if (typeof logic === "string") return JSON.stringify(logic);
    if (Array.isArray(logic)) return `[${logic.map((item) => this.write(item, Binds.If, unit)).join(", ")}]`;
    const [name, operands] = operation(logic);
    const [one = false, two = false, three = false] = operands;
    const sign = COMPARISONS[name];
    if (sign) return this.compared(sign, operands);
    switch (name) {
      case "var":
        return PATH.test(String(one)) && !RESERVED.test(String(one)) ? String(one) : `var(${JSON.stringify(one)})`;
      case "if":
        return `if ${this.write(one, Binds.Or)} then ${this.write(two, Binds.Or)} else ${this.write(three)}`;
      case "and":
        return operands.map((operand) => this.write(operand, Binds.Not)).join(" and ");
      case "!":
        return this.not(one);
      case "===":
        return isNull(two) ? `${this.write(one, Binds.Sum)} is not known` : this.infix("==", operands);
      case "in":
        return this.infix("in", operands);
      case "+":
        return this.sum(one, two, unit ?? this.beside(operands));
      case "plusTime":
        return this.later(one, Number(two), String(three));
      case "reduce":
        return this.reduced(operands);
      case "extractFromUVCI":
        return isNull(logic) ? "null" : `extractFromUVCI(${this.write(one)}, ${String(two)})`;
      default:
        return `${name}(${operands.map((operand) => this.write(operand)).join(", ")})`;
    }
  }

  private not(inner: Logic): string {
    const [name, operands] = operation(inner);
    if (name === "and" && negated(operands))
      return operands.map((operand) => this.write(operation(operand)[1][0] ?? false, Binds.And)).join(" or ");
    const [one = false, two = false] = operands;
    if (name === "===") return isNull(two) ? `${this.write(one, Binds.Sum)} is known` : this.infix("!=", operands);
    return name === "in" ? this.infix("not in", operands) : `not ${this.write(inner, Binds.Not)}`;
  }

  private infix(sign: string, operands: Logic[]): string {
    const unit = this.beside(operands);
    return operands.map((operand) => this.write(operand, Binds.Sum, unit)).join(` ${sign} `);
  }

  private compared(sign: string, operands: Logic[]): string {
    if (/[<>]/.test(sign)) return this.infix(sign, operands);
    const isBare = (logic: Logic) => typeof logic === "string" || is(logic, "var");
    const dated = (operand: Logic): string => {
      const [name, [date = false, amount, unit]] = operation(operand);
      if (name === "plusTime" && amount === 0 && unit === "day" && isBare(date)) return this.write(date, Binds.Sum);
      return isBare(operand) ? `value(${this.write(operand)})` : this.write(operand, Binds.Sum);
    };
    return operands.map(dated).join(` ${sign} `);
  }

  private sum(left: Logic, right: Logic, unit: Unit): string {
    const minus = typeof right === "number" && right < 0;
    const added = this.write(minus ? -right : right, Binds.Primary, unit);
    return `${this.write(left, Binds.Sum, unit)} ${minus ? "-" : "+"} ${added}`;
  }

  private later(date: Logic, amount: number, unit: string): string {
    const count = Math.abs(amount);
    return `${this.write(date, Binds.Sum)} ${amount < 0 ? "-" : "+"} ${count} ${unit}${count === 1 ? "" : "s"}`;
  }

  /** The named forms of `reduce`. */
  private reduced([list = [], step = false, first = false]: Logic[]): string {
    const soFar = { var: "accumulator" };
    const more = { "+": [soFar, 1] };
    const of = (name: string, link: string, item: Logic) =>
      `${name}(${this.write(list, Binds.Or)} ${link} ${this.write(item)})`;
    const [name, [condition = false, then = false, otherwise = false]] = operation(step);
    if (name === "if") {
      if (first === 0 && same(then, more) && same(otherwise, soFar)) return of("count", "where", condition);
      if (first === false && then === true && same(otherwise, soFar)) return of("any", "where", condition);
      if (first === true && same(then, soFar) && otherwise === false) return of("all", "where", condition);
    }
    if (first === 0 && same(step, more)) return `count(${this.write(list, Binds.Or)})`;
    if (first === 0 && name === "+" && same(condition, soFar)) return of("sum", "of", then);
    return `reduce(${[list, step, first].map((operand) => this.write(operand)).join(", ")})`;
  }

  /** The unit of numbers that stand beside facts. */
  private beside(operands: Logic[]): Unit {
    const paths = operands.flatMap((operand) => (is(operand, "+") ? operation(operand)[1] : [operand])).map(path);
    return paths.map((found) => (found === undefined ? undefined : this.unitOf(found))).find(Boolean);
  }
}

/** A number in its unit. */
function counted(number: number, unit: Unit): string {
  if (unit === "°C") return `${number % 10 === 0 ? number / 10 : (number / 10).toFixed(1)} °C`;
  if (unit !== "min") return String(number);
  if (number !== 0 && number % 1440 === 0) return `${number / 1440} d`;
  return number !== 0 && number % 60 === 0 ? `${number / 60} h` : `${number} min`;
}
