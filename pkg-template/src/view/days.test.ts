import assert from "node:assert/strict";
import { test } from "node:test";
import type { Change, Colour, Forecast } from "../engine/core/healthcode.js";
import { daysData, daysOf } from "./days.js";
import { setLanguage } from "./language.js";

const at = (text: string) => Date.parse(`2020-02-${text}+08:00`);
const NOW = at("20T09:00:00");
const step = (text: string, colour: Colour): Change => ({ at: new Date(at(text)).toISOString(), colour });
const foreseen = (colour: Colour, steps: Change[] = [], green?: string): Forecast => ({
  colour,
  steps,
  horizon: "2020-08-01T00:00:00Z",
  ...(green !== undefined && { green }),
});
const drawn = (...given: Parameters<typeof daysOf>) =>
  daysOf(...given).map(({ parts }) => parts.map(({ colour, look }) => `${look} ${colour}`).join(", "));

test("what was shown stands on its days, and what is foretold on those to come", () => {
  const past = [
    { at: at("18T10:00:00"), colour: "green" },
    { at: at("20T08:00:00"), colour: "red" },
  ] as const;
  const forecast = foreseen(
    "red",
    [step("21T14:30:00", "yellow"), step("23T00:00:00", "green")],
    "2020-02-22T16:00:00Z",
  );
  assert.deepEqual(drawn(past, forecast, NOW), [
    "shown green",
    "",
    "shown red",
    "coming red, coming yellow",
    "coming yellow",
    "coming green",
    "coming green",
    "coming green",
  ]);
  assert.deepEqual(
    daysData(daysOf(past, forecast, NOW), true).rows.map(({ days, colours, kind }) => [days, colours, kind].join("|")),
    [
      "2月18日|绿码|显示过",
      "2月19日|没有打开过|",
      "2月20日|红码|今天",
      "2月21日|红码，14:30起黄码|预计",
      "2月22日|黄码|预计",
      "2月23日至2月25日|绿码|预计",
    ],
  );
  setLanguage("en");
  assert.match(daysData(daysOf(past, forecast, NOW), false).label, /^Colours day by day; 18 Feb: Green, shown; /);
  setLanguage("zh-Hans");
});

test("today has the colour that stands above, noted or not", () => {
  assert.deepEqual(drawn([{ at: at("19T10:00:00"), colour: "green" }], foreseen("grey"), NOW), [
    "shown green",
    "shown grey",
  ]);
  const noted = [{ at: at("20T08:00:00"), colour: "green" }] as const;
  assert.deepEqual(drawn(noted, foreseen("grey"), NOW), ["shown green, shown grey"]);
  const [row] = daysData(daysOf([], foreseen("yellow", [step("20T18:00:00", "red")]), NOW), true).rows;
  assert.equal(row?.colours, "黄码，18:00起红码");
});

test("a colour that nothing ends is drawn for a week, a grey one for no day, and nothing for longer than three weeks", () => {
  assert.equal(drawn([], foreseen("green", [], "2020-02-20T01:00:00Z"), NOW).length, 8);
  assert.deepEqual(drawn([{ at: NOW, colour: "grey" }], foreseen("grey"), NOW), ["shown grey"]);
  assert.equal(daysData(daysOf([], undefined, NOW), false).known, false, "what is now stands above");
  assert.equal(drawn([], foreseen("red"), NOW).length, 22);
  const far = foreseen("red", [{ at: "2020-06-01T00:00:00Z", colour: "green" }], "2020-06-01T00:00:00Z");
  assert.equal(drawn([], far, NOW).length, 22);
});

test("what a clock that was ahead has left is not drawn", () => {
  assert.deepEqual(drawn([{ at: at("25T08:00:00"), colour: "red" }], undefined, NOW), [""]);
});
