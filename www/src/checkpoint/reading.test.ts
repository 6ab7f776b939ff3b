import assert from "node:assert/strict";
import { test } from "node:test";
import { LastReading, readingOf } from "./reading.js";

test("a reading is a fever from 37.3 degrees on, however it is typed", () => {
  for (const typed of ["37.3", "37,3", "37度3", "３７．３℃", "37.25", "42.9"])
    assert.equal(readingOf(typed).is, "fever", typed);
  // 37.25 is shown as 37.3.
  for (const typed of ["36.5", "37.2", "37.24", "34"]) assert.equal(readingOf(typed).is, "well", typed);
});

test("what no thermometer shows is no reading, and degrees Fahrenheit are told", () => {
  for (const typed of ["", "warm", "3.65", "365", "33.9", "43.1", "-37", "1e2", "NaN"])
    assert.equal(readingOf(typed).is, "strange", typed);
  assert.deepEqual(readingOf("98.6"), { is: "fahrenheit", celsius: 37 });
});

test("the code of somebody who has a fever does not take the fever off the screen", () => {
  const last = new LastReading(() => {});
  last.take("38.1");
  last.next();
  assert.deepEqual(last.reading, { is: "fever", celsius: 38.1 });
  last.take("36.6");
  last.next();
  assert.equal(last.reading, undefined);
  last.clear();
});
