import assert from "node:assert/strict";
import { test } from "node:test";
import { addLanguage } from "../languages/add.js";
import { say, setLanguage, textsOf, wordsOf } from "../view/language.js";
import { inLanguage, languageOf, spokenFor } from "./language.js";
import { errorText, problemText } from "./problem.js";
import "./all.js";

const days = textsOf("time", {
  units: { day: { "zh-Hans": "{count}天", en: { one: "{count} day", other: "{count} days" } } },
});
const screen = wordsOf(
  "code",
  { wait: "请稍候", until: (when: string) => `到${when}`, units: ["秒", "分"], more: { one: "一", two: "二" } },
  {
    wait: "Wait",
    until: (when) => `until ${when}`,
    units: [" s", " min"],
    more: { one: "one", two: "two" },
  },
);

const AR = {
  tag: "ar",
  dir: "rtl",
  plural: (count: number) => new Intl.PluralRules("ar").select(count),
  texts: {
    time: { units: { day: { one: "يوم", two: "يومان", few: "{count} أيام", other: "{count} يوم" } } },
    code: { wait: "جارٍ الفتح" },
    errors: { "clock-off": { says: "ساعة هذا الجهاز غير مضبوطة." } },
  },
} as const;
addLanguage(AR);
addLanguage({ tag: "zh-Hant", also: ["zh-TW"], texts: { code: { wait: "請稍候" } } });

test("a host's tag finds the language that it begins with, whatever its case and strokes", () => {
  for (const [tag, found] of [
    ["ar", "ar"],
    ["ar_EG", "ar"],
    ["AR-EG-u-nu-latn", "ar"],
    ["zh-Hant-HK", "zh-Hant"],
    ["zh_TW", "zh-Hant"],
    ["zh-CN", "zh-Hans"],
    ["zh-HK", "zh-Hans"],
    ["arn", "en"],
    ["en-GB", "en"],
    ["", "zh-Hans"],
    ["__proto__", "en"],
    [undefined, "zh-Hans"],
    [7 as unknown as string, "zh-Hans"],
  ] as const)
    assert.equal(spokenFor(tag).tag, found, String(tag));
  assert.equal(languageOf("ar"), "en");
  assert.deepEqual([spokenFor("ar").dir, spokenFor("zh-TW").dir], ["rtl", "ltr"]);
});

test("what a language does not have is said in that of its fallback", () => {
  setLanguage("ar-EG");
  assert.equal(screen().wait, "جارٍ الفتح");
  assert.equal(screen().until("8"), "until 8");
  assert.equal(
    problemText({ code: "clock-off" }, "ar"),
    `ساعة هذا الجهاز غير مضبوطة. ${errorText("clock-off").todo?.en}`,
  );
  assert.equal(problemText({ code: "scan-missing" }, "ar"), problemText({ code: "scan-missing" }, "en"));
  setLanguage("zh-Hant");
  assert.equal(screen().wait, "請稍候");
  assert.equal(screen().until("8"), "到8");
  // A pack's texts have two languages.
  assert.equal(inLanguage({ "zh-Hans": "发烧", en: "Fever" }, spokenFor("zh-TW")), "发烧");
  setLanguage("zh-Hans");
  assert.equal(screen().wait, "请稍候");
});

test("a number takes the form that the language says", () => {
  setLanguage("ar");
  assert.deepEqual(
    [1, 2, 3, 11].map((count) => say(days.units.day, { count })),
    ["يوم", "يومان", "3 أيام", "11 يوم"],
  );
  // Forms of a fallback, too, whatever they are called there.
  assert.equal(say({ "zh-Hans": "", en: { one: "one", other: "more" } }, { count: 3 }), "more");
  setLanguage("en");
  assert.deepEqual(
    [1, 2].map((count) => say(days.units.day, { count })),
    ["1 day", "2 days"],
  );
  setLanguage("zh-Hans");
});

test("an app's own texts stand in place of the package's, and those added last count", () => {
  setLanguage("en");
  addLanguage({
    tag: "en",
    texts: { code: { wait: "One moment", units: [" sec", " min"], more: { two: "2" } } } as object,
  });
  const { wait, units, more } = screen();
  assert.deepEqual([wait, units, more], ["One moment", [" sec", " min"], { one: "one", two: "2" }]);
  addLanguage({ tag: "ar", texts: { code: { wait: "لحظة" } } });
  setLanguage("ar");
  assert.equal(screen().wait, "لحظة");
  assert.equal(spokenFor("ar").dir, "rtl");
  assert.equal(screen().until("8"), "until 8");
  // Tables that come later get what is there, too.
  const later = wordsOf("year", { ofYear: "年" }, { ofYear: "year" });
  addLanguage({ tag: "ar", texts: { year: { ofYear: "سنة" } } as object });
  const last = wordsOf("year", { ofYear: "年" }, { ofYear: "year" });
  assert.deepEqual([later().ofYear, last().ofYear], ["سنة", "سنة"]);
  setLanguage("zh-Hans");
});

test("what has another form than the package's text is left out, and nothing else is touched", () => {
  const texts = JSON.parse(
    '{"__proto__":{"x":1},"code":{"until":"8","wait":7,"__proto__":{"wait":"no"}},"time":{"units":{"day":7}},"errors":{"clock-off":5,"constructor":{"says":"no"}},"nothing":{}}',
  );
  addLanguage({ tag: "fr", texts });
  setLanguage("fr");
  assert.equal(screen().until("8"), "until 8");
  assert.equal(screen().wait, "One moment");
  assert.equal(say(days.units.day, { count: 2 }), "2 days");
  assert.equal(({} as { x?: number }).x, undefined);
  assert.equal(problemText({ code: "clock-off" }, "fr"), problemText({ code: "clock-off" }, "en"));
  setLanguage("zh-Hans");
});

test("what is no language is refused", () => {
  for (const [argument, wrong] of [
    ["language", undefined],
    ["language", { tag: "fr" }],
    ["language", Promise.resolve(AR)],
    ["tag", { tag: "", texts: {} }],
    ["tag", { tag: "__proto__", texts: {} }],
    ["tag", { texts: {} }],
    ["also", { tag: "fr", also: "fr-CA", texts: {} }],
    ["also", { tag: "fr", also: [7], texts: {} }],
    ["fallback", { tag: "fr", fallback: "de", texts: {} }],
    ["plural", { tag: "fr", plural: "one", texts: {} }],
  ] as const)
    assert.throws(
      () => addLanguage(wrong as never),
      (thrown: { code?: string; message?: string }) =>
        thrown.code === "misuse-argument" && thrown.message?.includes(`\`${argument}\``) === true,
      JSON.stringify(wrong),
    );
});

test("a text of a pack is in the language in use, in a wider one, or in the one of the two that goes with it", () => {
  const text = { "zh-Hans": "发热", en: "Fever", ko: "발열", pt: "Febre", "zh-Hant": "發熱" };
  const spoken = (tag: string, fallback: "zh-Hans" | "en") => ({ ...spokenFor("en"), tag, fallback });
  assert.equal(inLanguage(text, spoken("ko", "en")), "발열");
  assert.equal(inLanguage(text, spoken("pt-BR", "en")), "Febre");
  assert.equal(inLanguage(text, spoken("zh-Hant-HK", "zh-Hans")), "發熱");
  assert.equal(inLanguage(text, spoken("th", "en")), "Fever");
  assert.equal(inLanguage(text, spoken("zh-Hani", "zh-Hans")), "发热");
  assert.equal(inLanguage(text, spoken("constructor", "en")), "Fever");
});
