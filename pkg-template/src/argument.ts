// Checks what an app passes, which may be of any type.
import { failure, type HealthcodeError } from "./failure.js";
import { cleaned } from "./texts/outside.js";

/** What to throw for an argument that is not right: in JavaScript anything may be passed. `what` says what is right. */
export const wrong = (argument: string, what: string): HealthcodeError =>
  failure("misuse-argument", `\`${argument}\` must be ${what}`);

/** Throws `misuse-argument` if an argument is not right. */
export function need(right: boolean, argument: string, what: string): void {
  if (!right) throw wrong(argument, what);
}

/** Whether it can have properties of an app's making. */
export function isObject(value: unknown): value is { readonly [name: string]: unknown } {
  return typeof value === "object" && value !== null;
}

/** Whether it is what `{ … }` gives, in any realm, or of a class; no list, date, bytes or function. */
export function isRecord(value: unknown): value is { readonly [name: string]: unknown } {
  return isObject(value) && Object.prototype.toString.call(value) === "[object Object]";
}

/** Throws `misuse-argument` for a name that is none of those there are: misspelt, it would be left out without a word. */
export function needKnown(given: object, argument: string, names: readonly string[]): void {
  const unknown = Object.keys(given).find((name) => names.indexOf(name) < 0);
  if (unknown !== undefined)
    throw wrong(argument, `without \`${cleaned(unknown, 64)}\`: there are ${names.join(", ")}`);
}

/** Whether an argument is left out. */
export const isAbsent = (value: unknown): value is undefined | null => value === undefined || value === null;

/** Whether it is an object with texts under these names. */
export function hasTexts(value: unknown, ...names: readonly string[]): boolean {
  return isObject(value) && names.every((name) => typeof value[name] === "string");
}

/** Throws `misuse-argument` for anything but text. */
export function needText(value: unknown, argument: string): void {
  need(typeof value === "string", argument, "text");
}

/** Throws `misuse-argument` for anything but a function. */
export function needFunction(value: unknown, argument: string): void {
  need(typeof value === "function", argument, "a function");
}
