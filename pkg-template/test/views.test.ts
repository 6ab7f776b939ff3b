// What all views have in common: plain data, both languages, and nothing of whoever was forgotten.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { afterEach, beforeEach, test } from "node:test";
import { Running, type ViewClass } from "../src/components/running.js";
import { languageOf } from "../src/texts/language.js";
import { problemText } from "../src/texts/problem.js";
import { CheckpointView } from "../src/view/checkpoint.js";
import { CodeView } from "../src/view/code.js";
import { DiaryView } from "../src/view/diary.js";
import { FamilyView } from "../src/view/family.js";
import { ItineraryView } from "../src/view/itinerary.js";
import type { Language } from "../src/view/language.js";
import { QuestionnaireView } from "../src/view/questionnaire.js";
import { ReasonsView } from "../src/view/reasons.js";
import { ReportView } from "../src/view/report.js";
import { connect, prefer } from "../src/view/session.js";
import type { View } from "../src/view/view.js";
import { cleared, context, happened, settled, world } from "./phone.js";

const VIEWS: Record<string, ViewClass> = {
  checkpoint: CheckpointView,
  code: CodeView,
  diary: DiaryView,
  family: FamilyView,
  itinerary: ItineraryView,
  questionnaire: QuestionnaireView,
  reasons: ReasonsView,
  report: ReportView,
};

let it: ReturnType<typeof world>;
beforeEach(() => {
  it = world();
});
afterEach(cleared);

/** What a view with everything around it says in a language. */
async function said(view: View, language: Language): Promise<string> {
  prefer({ language });
  await view.changed?.();
  return JSON.stringify(view.data());
}

test("data are plain JSON with nothing undefined, before anything is open and after", async () => {
  const plain = (view: View, name: string) => {
    const data = view.data();
    assert.deepEqual(JSON.parse(JSON.stringify(data)), data, name);
  };
  for (const [name, Class] of Object.entries(VIEWS)) plain(new Class(context()), name);
  const phone = await it.phoneOf("red-back-from-wuhan");
  connect({ phone, family: await it.openFamily(), checkpoint: await it.openCheckpoint() });
  for (const [name, Class] of Object.entries(VIEWS)) plain(new Class(context()), name);
});

test("a view has each handler that its template names", () => {
  const named = JSON.parse(readFileSync("out/generated/handlers.json", "utf8")) as Record<string, string[]>;
  assert.deepEqual(Object.keys(named).sort(), Object.keys(VIEWS).sort());
  for (const [name, handlers] of Object.entries(named)) {
    const Class = VIEWS[name];
    assert.ok(Class, name);
    const { on } = new Class(context());
    for (const handler of handlers) assert.equal(typeof on[handler], "function", `${name}: ${handler}`);
  }
});

test("each view speaks both languages, and only one at a time", async () => {
  const phone = await it.phoneOf("red-back-from-wuhan");
  connect({ phone, family: await it.openFamily(), checkpoint: await it.openCheckpoint() });
  for (const [name, Class] of Object.entries(VIEWS)) {
    const view = new Class(context());
    assert.match(await said(view, "zh-Hans"), /[\u4e00-\u9fff]{4}/, name);
    assert.doesNotMatch(await said(view, "en"), /[\u4e00-\u9fff]/, name);
  }
});

test("once a person is forgotten, here or elsewhere, every view has nothing of them at once, and says how to begin", async () => {
  const family = await it.openFamily();
  for (const elsewhere of [false, true]) {
    const phone = await it.phoneOf("red-back-from-wuhan");
    const { name, digits } = phone.identity ?? {};
    assert.ok(name && digits);
    connect({ phone, family });
    const shown: Record<string, Record<string, unknown>> = {};
    const running = Object.keys(VIEWS).map((of) => {
      const show = (view: View) => {
        shown[of] = JSON.parse(JSON.stringify(view.data())) as Record<string, unknown>;
      };
      return new Running(VIEWS[of]!, {
        show,
        draw: async () => true,
        tell: () => {},
        reveal: () => {},
        clear: () => {},
      });
    });
    await settled();
    assert.deepEqual([shown.code?.shown, shown.code?.name, shown.questionnaire?.open], [true, name, true]);
    assert.match(JSON.stringify(shown.reasons), /武汉/);
    await (elsewhere ? (await family.open("1")).forget() : phone.forget());
    // Those of others come by way of the storage.
    await new Promise((resolve) => setTimeout(resolve, 100));
    const { code, family: people, ...others } = shown;
    assert.deepEqual([code?.shown, code?.name, code?.digits, code?.colour], [false, "", "", "grey"]);
    assert.equal(code?.problem, "还没有填写姓名。请填写姓名和证件号码，重新开始。");
    assert.equal(shown.questionnaire?.open, false);
    assert.doesNotMatch(
      JSON.stringify([code, people, others]),
      new RegExp(`${name.replace(/\*/g, "\\*")}|${digits}|武汉`),
    );
    running.forEach((one) => one.stop());
    phone.close();
  }
});

test("nothing is left standing of who was forgotten", async () => {
  const phone = await it.phoneOf("red-back-from-wuhan");
  connect({ phone, family: await it.openFamily() });
  const views = Object.entries(VIEWS).map(([name, Class]) => [name, new Class(context())] as const);
  const questionnaire = views.find(([name]) => name === "questionnaire")?.[1] as QuestionnaireView;
  questionnaire.on.type(happened({ question: "temperature" }, "38.5"));
  await phone.forget();
  for (const [, view] of views) await view.changed?.();
  await new Promise((resolve) => setTimeout(resolve, 20));
  for (const [name, view] of views) {
    const data = JSON.stringify(view.data());
    assert.doesNotMatch(data, /428X|38\.5|武汉|420106/, name);
  }
  assert.deepEqual([questionnaire.data().open, questionnaire.data().questions.length], [false, 0]);
  assert.match(questionnaire.data().wait, /没有可用的规则/);
  const code = views.find(([name]) => name === "code")?.[1] as CodeView;
  assert.deepEqual([code.qr(), code.data().shown], [undefined, false]);
  assert.match(code.data().problem, /填写姓名和证件号码/);
});

test("every host's name of a language is understood", async () => {
  for (const tag of ["zh", "zh-CN", "zh_CN", "zh-Hans", "ZH-hk", "zh_Hant_TW", "", undefined])
    assert.equal(languageOf(tag), "zh-Hans", String(tag));
  for (const tag of ["en", "EN", "en-GB", "en_US", "fr"]) assert.equal(languageOf(tag), "en", tag);
  const problem = { code: "holder-no-rules" };
  assert.equal(problemText(problem, "zh_CN"), "没有可用的规则。请联网后重试。");
  assert.equal(problemText(problem), problemText(problem, "zh_CN"));
  assert.equal(problemText(problem, "fr"), "There are no rules that can be used. Go online and try again.");
  connect({ phone: await it.phoneOf() });
  for (const [tag, asks] of [
    ["zh_CN", "您属于以下"],
    ["fr", "Which of these"],
    ["zh", "您属于以下"],
    ["EN", "Which of these"],
  ] as const) {
    prefer({ language: tag });
    const [first] = new QuestionnaireView(context()).data().questions;
    assert.ok(first?.text.startsWith(asks), `${tag}: ${first?.text}`);
    prefer({ language: undefined });
    assert.equal(
      new QuestionnaireView(context()).data().questions[0]?.text,
      first?.text,
      "without a language it stays",
    );
  }
});

test("what could not be opened is tried again at the press of a button, where the app says how", async () => {
  const phone = await it.phoneOf("green-at-home");
  const problem = { code: "network-unreachable", message: "" };
  connect({ problem });
  const views = Object.entries(VIEWS).map(([name, Class]) => [name, new Class(context())] as const);
  const waits = () => views.map(([, view]) => view.data() as { wait: string; tryAgain: string });
  for (const { tryAgain } of waits()) assert.equal(tryAgain, "", "nobody said how");
  let tries = 0;
  const retry = async () => {
    tries += 1;
    if (tries === 1) throw Object.assign(new Error("still none"), { code: "network-unreachable" });
    connect({ phone });
  };
  connect({ problem, retry });
  for (const [name, view] of views) {
    const { wait, tryAgain } = view.data() as { wait: string; tryAgain: string };
    assert.equal(tryAgain, "重试", name);
    assert.match(wait, /连不上服务器/, name);
  }
  const code = views.find(([name]) => name === "code")?.[1] as CodeView;
  const trying = code.on.retry();
  for (const { wait, tryAgain } of waits()) assert.match(wait + tryAgain, /^正在打开.*……$/);
  await trying;
  for (const { tryAgain } of waits()) assert.equal(tryAgain, "重试", "it failed again");
  await code.on.retry();
  await code.changed();
  assert.deepEqual([tries, code.data().open, code.data().colour], [2, true, "green"]);
});
