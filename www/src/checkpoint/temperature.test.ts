import assert from "node:assert/strict";
import { test } from "node:test";
import { readingOf } from "./temperature.js";

test("a reading is a fever from 37.3 degrees on, however it is typed", () => {
  for (const typed of ["37.3", "37,3", "37度3", "３７．３℃", "42.9"]) assert.equal(readingOf(typed).is, "fever", typed);
  for (const typed of ["36.5", "37.2", "37.29", "34"]) assert.equal(readingOf(typed).is, "well", typed);
});

test("what no thermometer shows is no reading, and degrees Fahrenheit are told", () => {
  for (const typed of ["", "warm", "3.65", "365", "33.9", "43.1", "-37", "1e2", "NaN"])
    assert.equal(readingOf(typed).is, "strange", typed);
  assert.deepEqual(readingOf("98.6"), { is: "fahrenheit", celsius: 37 });
});
