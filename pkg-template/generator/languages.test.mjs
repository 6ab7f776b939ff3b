// The texts in traditional characters: all of them, each with its values, and of what the conversion would take for other words.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import OpenCC from "opencc-js";
import { textsIn, traditional, traditionalModule } from "./languages.mjs";

const { zhHant } = await import(`data:text/javascript,${encodeURIComponent(await traditionalModule())}`);
const chinese = await textsIn("zh-Hans");

/** Every text by its name. */
function* texts(of, path = "") {
  for (const [name, text] of Object.entries(of)) {
    if (typeof text === "object" && !Array.isArray(text)) yield* texts(text, `${path}${name}.`);
    else yield [`${path}${name}`, text];
  }
}

/** A text as a person reads it, with signs for values. */
const read = (text) => (typeof text === "function" ? text("①", "②") : String(text));

test("every text is there, with its values", () => {
  const [all, made] = [new Map(texts(chinese)), new Map(texts(zhHant.texts))];
  assert.ok(all.size > 500, `${all.size} texts`);
  assert.deepEqual([...made.keys()], [...all.keys()]);
  const values = (text) => (read(text).match(/\{\w+\}|[①②]/g) ?? []).sort();
  for (const [name, text] of all) {
    assert.deepEqual(values(made.get(name)), values(text), name);
    assert.equal(typeof made.get(name), typeof text, name);
  }
});

test("no simplified character is left, and none that Taiwan, Hong Kong and Macau write in three ways", () => {
  const letters = OpenCC.Converter({ from: "cn", to: "t" });
  // Both are characters of their own: 台 is written for 臺 everywhere, 里, 后, 只 and such mean something else.
  const both = new Set("台后里只准才了系面表向于卷松采别");
  for (const [name, text] of texts(zhHant.texts))
    for (const letter of read(text))
      if (!both.has(letter)) assert.equal(letters(letter), letter, `${name}: ${letter} in ${read(text)}`);
});

test("every screen's texts have a name, under which other languages have them", () => {
  const sources = new URL("../src/view/", import.meta.url);
  for (const path of readdirSync(sources, { recursive: true }).filter((path) => path.endsWith(".ts")))
    if (path !== "language.ts") assert.doesNotMatch(readFileSync(new URL(path, sources), "utf8"), /\bwords\(\s/, path);
});

test("what was read and put right stays so", () => {
  const { code, questionnaire, terms, answers, errors, data } = zhHant.texts;
  assert.equal(code.wait, "正在開啟健康碼……");
  assert.equal(questionnaire.submit, "提交，產生健康碼");
  assert.equal(questionnaire.privacy, "您的回答只留在這台手機上。");
  assert.equal(terms.kinds.manifest, "發布清單");
  assert.equal(terms.modes.air, "乘飛機轉機");
  assert.equal(answers.levels[12], "社區、村");
  assert.equal(errors["scan-denied"].says, "沒有相機的使用權限。");
  assert.equal(errors["place-country"].says, "境外地點的代碼應為JP或JP-13這樣的形式。");
  assert.equal(errors["trust-other-roots"].says, "信任名單不是由應用程式認可的根金鑰簽的。");
  assert.equal(data.rules("①", "②"), "①，由②發布");
  assert.equal(traditional("软件的信息在网络上，文件没有采用。"), "軟體的資訊在網路上，檔案沒有採用。");
});
