// certlogic-js as the oracle: what it makes of an expression over data, as one comparable answer.

import certlogic from "certlogic-js";

const { evaluate, isCertLogicExpression } = certlogic;

// certlogic-js goes on with invalid dates, which compare as false, and JavaScript engines disagree on days that a month
// does not have. Both are errors to us (LANGUAGE.md, "Differences"), so the oracle notes when either came up.
let unsound = false;

const daysIn = (year, month) => new PlainDate(PlainDate.UTC(2000 + (year % 400), month, 0)).getUTCDate();

const PlainDate = globalThis.Date;

class WatchedDate extends PlainDate {
  constructor(...args) {
    super(...args);
    const written = typeof args[0] === "string" && /^(\d{4})-(\d\d)-(\d\d)/.exec(args[0]);
    this.#watch();
    if (written && Number(written[3]) > daysIn(Number(written[1]), Number(written[2]))) {
      unsound = true;
    }
  }
  #watch() {
    if (Number.isNaN(this.getTime())) {
      unsound = true;
    }
  }
  setUTCFullYear(...args) {
    super.setUTCFullYear(...args);
    this.#watch();
  }
  setUTCMonth(...args) {
    super.setUTCMonth(...args);
    this.#watch();
  }
  setUTCDate(...args) {
    super.setUTCDate(...args);
    this.#watch();
  }
  setUTCHours(...args) {
    super.setUTCHours(...args);
    this.#watch();
  }
}

/** What certlogic-js itself answers: `{ value }` or `{ error }`, without any judgement of ours. */
export function plain(logic, data) {
  try {
    const value = evaluate(logic, data);
    return { value: value === undefined ? undefined : JSON.parse(JSON.stringify(value)) };
  } catch (error) {
    return { error: String(error.message) };
  }
}

/** What a sound engine answers: `{ value }`, or `{ error: true, why }`. */
export function oracle(logic, data) {
  if (!isCertLogicExpression(logic)) {
    return { error: true, why: "invalid" };
  }
  unsound = false;
  globalThis.Date = WatchedDate;
  try {
    const answer = plain(logic, data);
    if (unsound) {
      return { error: true, why: "date" };
    }
    return "error" in answer ? { error: true, why: "evaluation" } : answer;
  } finally {
    globalThis.Date = PlainDate;
  }
}
