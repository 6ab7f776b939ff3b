import assert from "node:assert/strict";
import { test } from "node:test";
import type { Asked } from "../engine/core/healthcode.js";
import "../texts/all.js";
import { faultText, fieldFaultText } from "./fault.js";
import { setLanguage } from "./language.js";

const asked = (unit: string): Asked => ({
  id: "temperature",
  type: "number",
  text: { "zh-Hans": "？", en: "?" },
  required: true,
  options: [],
  number: { unit, decimals: 1, least: 34, most: 43 },
});

test("whoever measured in degrees Fahrenheit is told at the field what they are in degrees Celsius", () => {
  for (const [language, says] of [
    ["zh-Hans", "请检查填写的数：应在34到43°C之间。单位是摄氏度：98.6°F即37.0°C。"],
    ["en", "Please check the number: it must be from 34 to 43 °C. The unit is degrees Celsius: 98.6 °F is 37.0 °C."],
  ] as const) {
    setLanguage(language);
    assert.equal(fieldFaultText("answer-out-of-range", asked("°C")), says);
    assert.ok(
      fieldFaultText("answer-wrong-type", asked("°C")).endsWith(says.slice(says.indexOf("98.6"))),
      "98.6°F typed",
    );
    for (const [code, unit] of [
      ["answer-out-of-range", "°F"],
      ["answer-missing", "°C"],
    ] as const) {
      assert.equal(fieldFaultText(code, asked(unit)), faultText(code, asked(unit)));
    }
  }
  setLanguage("zh-Hans");
});
