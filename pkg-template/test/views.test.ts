import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { afterEach, beforeEach, mock, test } from "node:test";
import { changes } from "../src/components/diff.js";
import { phoneShown } from "../src/components/open.js";
import { type Host, Running, type ViewClass } from "../src/components/running.js";
import { languageOf, problemText } from "../src/texts/problem.js";
import { CheckpointView } from "../src/view/checkpoint.js";
import { CodeView, RENEWAL } from "../src/view/code.js";
import { DiaryView } from "../src/view/diary.js";
import { FamilyView } from "../src/view/family.js";
import { ItineraryView, stopsOf } from "../src/view/itinerary.js";
import type { Language } from "../src/view/language.js";
import { QuestionnaireView } from "../src/view/questionnaire.js";
import { ReasonsView } from "../src/view/reasons.js";
import { daysInARow, ReportView } from "../src/view/report.js";
import { connect, prefer } from "../src/view/session.js";
import { venueOf } from "../src/view/venue.js";
import type { View } from "../src/view/view.js";
import { calm, context, foretold, NOW, settled, world } from "./phone.js";

const DAY = 86_400_000;
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
afterEach(async () => {
  connect({ retry: undefined, phone: undefined, family: undefined, checkpoint: undefined, problem: undefined });
  prefer({ language: "zh-Hans", large: false });
  await calm();
});

/** What an element says to its handler. */
const happened = (data: Record<string, string> = {}, value = "") => ({ data, value });

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

test("a code is renewed before it expires, without a network", async () => {
  connect({ phone: await it.phoneOf("green-at-home") });
  const view = new CodeView(context());
  await settled();
  const first = view.qr();
  assert.equal(view.data().colour, "green");
  assert.equal(view.data().word, "绿码");
  assert.match(first ?? "", /^JK1:/);
  it.state.online = false;
  it.state.now += RENEWAL - 1;
  await view.tick();
  assert.equal(view.qr(), first);
  assert.equal(view.data().renews, "1秒后自动换新");
  it.state.now += 1;
  await view.tick();
  assert.notEqual(view.qr(), first);
  it.state.now -= 45_000;
  await view.tick();
  assert.equal(view.data().shown, true, "a clock that was set back makes a new code too");
});

/** Has the phone sign only when it is let: how many codes it was asked for, and how to let it. */
function slowly(phone: Awaited<ReturnType<typeof it.phoneOf>>) {
  const show = phone.show.bind(phone);
  const waiting: (() => void)[] = [];
  const sign = () => {
    for (const go of waiting.splice(0)) go();
  };
  const signing = { asked: 0, sign };
  phone.show = async (...given) => {
    signing.asked += 1;
    await new Promise<void>((resolve) => waiting.push(resolve));
    return show(...given);
  };
  return signing;
}

test("once no challenge is answered any more, a host that signs slowly is asked for one code, and that is shown", async () => {
  const phone = await it.phoneOf("green-at-home");
  connect({ phone });
  const view = new CodeView(context());
  await settled();
  view.on.type({ data: {}, value: "1234" });
  await view.on.give();
  assert.ok(view.data().ask.given);
  // The code is a moment old when its two minutes are over.
  it.state.now += 119_000;
  await view.tick();
  const answering = view.qr();
  const signing = slowly(phone);
  for (let second = 0; second < 5; second += 1) {
    it.state.now += 1_000;
    void view.tick();
    await settled();
  }
  assert.deepEqual([signing.asked, view.data().ask.given], [1, false]);
  signing.sign();
  await settled();
  assert.notEqual(view.qr(), answering);
  assert.equal(view.data().shown, true);
});

test("colour and reasons are of one moment, though the log grew while the code was signed", async () => {
  const phone = await it.phoneOf("green-at-home");
  connect({ phone });
  const view = new CodeView(context());
  await settled();
  assert.equal(view.data().colour, "green");
  const signing = slowly(phone);
  it.state.now += RENEWAL;
  void view.tick();
  await phone.report({ ...phone.holder.reports()[0]?.answers, symptoms: ["fever"] });
  signing.sign();
  await settled();
  const { colour, under } = view.data();
  assert.equal(colour, phone.assess().colour);
  assert.notEqual(colour, "green");
  assert.match(under, /^预计到/, "until when it lasts is said of this colour");
});

test("the code is drawn before anything else looks at the phone, and waited for so long and no longer", async () => {
  const phone = await it.phoneOf("red-back-from-wuhan");
  mock.timers.enable({ apis: ["setTimeout"] });
  const done: string[] = [];
  let drawn: (there: boolean) => void = () => {};
  const host = (name: string): Host => ({
    show: (view, seen) => {
      done.push(`${name} ${(view.data() as { open: boolean }).open ? "open" : "waits"}`);
      seen();
    },
    draw: () =>
      new Promise((resolve) => {
        done.push("draw");
        drawn = resolve;
      }),
    tell: () => {},
    reveal: () => {},
    clear: () => {},
  });
  const start = async () => {
    connect({ phone: undefined });
    done.length = 0;
    const running = [new Running(ReasonsView, host("reasons")), new Running(CodeView, host("code"))];
    connect({ phone });
    await settled();
    mock.timers.tick(500);
    assert.deepEqual(done, ["code waits", "code waits", "code open", "draw"]);
    return () => {
      running.forEach((one) => one.stop());
      connect({ phone: undefined });
      mock.timers.tick(50);
    };
  };
  const stop = await start();
  drawn(true);
  await new Promise(setImmediate);
  assert.deepEqual(done.slice(4), [], "what was drawn is shown first");
  mock.timers.tick(50);
  assert.deepEqual(done.slice(4), ["reasons open"]);
  stop();
  const end = await start();
  mock.timers.tick(500);
  assert.deepEqual(done.slice(4), []);
  mock.timers.tick(50);
  assert.deepEqual(done.slice(4), ["reasons open"], "this code is never drawn");
  end();
});

test("a code that comes back is drawn again: its canvas is another one", async () => {
  const phone = await it.phoneOf("green-at-home");
  const nobody = await (await it.openFamily()).open("2");
  connect({ phone });
  let drawings = 0;
  const running = new Running(CodeView, {
    show: (_, seen) => seen(),
    draw: async () => {
      drawings += 1;
      return true;
    },
    tell: () => {},
    reveal: () => {},
    clear: () => {},
  });
  await new Promise(setImmediate);
  connect({ phone: nobody });
  await settled();
  connect({ phone });
  await new Promise(setImmediate);
  running.stop();
  assert.equal(drawings, 2, "the same text, in the same second");
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

test("a code says when a colour without an end is expected to change, once it is made", async () => {
  const phone = await it.phoneOf("red-back-from-wuhan");
  mock.timers.enable({ apis: ["setTimeout"] });
  let asked = 0;
  const { until, ...open } = phone.assess();
  const foresee = () => {
    asked += 1;
    return phone.foresee();
  };
  connect({ phone: Object.assign(Object.create(phone) as typeof phone, { assess: () => open, foresee }) });
  const around = context();
  const view = new CodeView(around);
  await settled();
  assert.equal(view.data().shown, true);
  assert.doesNotMatch(view.data().under, /预计/);
  assert.equal(asked, 0);
  await foretold();
  assert.match(view.data().under, /^预计到2月16日/);
  assert.deepEqual([asked, around.heard.updates], [1, 2], "after the code itself");
  it.state.now += RENEWAL;
  await view.tick();
  await foretold();
  assert.equal(asked, 1, "the same assessment has the same end");
  assert.ok(until);
  connect({ phone: Object.assign(Object.create(phone) as typeof phone, { foresee }) });
  new CodeView(context());
  await foretold();
  assert.equal(asked, 1, "an end that is known is not looked for");
});

test("a code says when what it stands on is too old, and what kept it so", async () => {
  mock.timers.enable({ apis: ["Date"], now: NOW });
  connect({ phone: await it.phoneOf("green-at-home") });
  const view = new CodeView(context());
  await settled();
  assert.equal(view.data().stale, false);
  it.state.now += 3 * DAY;
  mock.timers.tick(3 * DAY);
  it.state.online = false;
  await view.tick();
  const data = view.data();
  assert.equal(data.stale, true);
  assert.ok(
    data.notices.some((notice) => notice.startsWith("一天有效的证书已在2月13日 09:00到期")),
    data.notices.join(),
  );
  assert.equal(data.shown, false);
  assert.match(data.problem, /证书已过期/);
  await new Promise(setImmediate);
  assert.match(view.data().notRenewed, /连不上服务器/, "it has asked by itself");
  it.state.online = true;
  await view.on.refresh();
  assert.match(view.data().notRenewed, /证书已过期/, "this issuer has nothing newer");
});

test("a code says what is wrong with clock or storage", async () => {
  const phone = await it.phoneOf("green-at-home");
  connect({ phone });
  const view = new CodeView(context());
  await settled();
  it.state.now += DAY / 24;
  await phone.note();
  it.state.now -= DAY / 48;
  await view.tick();
  assert.match(view.data().notices.join(), /手机的时钟比上次使用时还早/);
});

test("the screen is bright while a code is seen", async () => {
  const view = new CodeView(context());
  await settled();
  view.seen(true);
  connect({ phone: await it.phoneOf("green-at-home") });
  await view.changed();
  assert.equal(it.state.bright, true);
  view.seen(false);
  assert.equal(it.state.bright, false);
});

test("the questionnaire is filled in, its faults are told, and it is handed in", async () => {
  const phone = await it.phoneOf();
  connect({ phone });
  const around = context();
  const view = new QuestionnaireView(around);
  const question = (id: string) => {
    const found = view.data().questions.find((one) => one.id === id);
    assert.ok(found, id);
    return found;
  };
  assert.equal(view.data().done, 0);
  await view.on.submit();
  assert.deepEqual(around.heard.revealed, ["wrong"]);
  assert.match(question("temperature").fault, /请填34到43°C之间的数字/);
  view.on.choose(happened({ question: "residence", option: "resident" }));
  view.on.list(
    happened(
      { question: "home", index: "", depth: "0" },
      String(question("home").place.lists[0]?.options.indexOf("浙江省")),
    ),
  );
  view.on.list(
    happened(
      { question: "home", index: "", depth: "1" },
      String(question("home").place.lists[1]?.options.indexOf("杭州市")),
    ),
  );
  view.on.list(
    happened(
      { question: "home", index: "", depth: "2" },
      String(question("home").place.lists[2]?.options.indexOf("西湖区")),
    ),
  );
  assert.equal(question("home").place.name, "杭州市西湖区");
  view.on.type(happened({ question: "temperature" }, "36.5"));
  assert.equal(question("temperature").typed, "", "a field is not told what is being typed into it");
  view.on.leave(happened({ question: "temperature" }));
  assert.equal(question("temperature").typed, "36.5");
  const chosen = (id: string) =>
    question(id)
      .options.filter((option) => option.chosen)
      .map((option) => option.id);
  view.on.choose(happened({ question: "symptoms", option: "fever" }));
  view.on.choose(happened({ question: "symptoms", option: "dry-cough" }));
  assert.deepEqual(chosen("symptoms"), ["fever", "dry-cough"]);
  view.on.choose(happened({ question: "symptoms", option: "none" }));
  assert.deepEqual(chosen("symptoms"), ["none"]);
  view.on.choose(happened({ question: "household_ill", option: "no" }));
  view.on.choose(happened({ question: "contact", option: "no" }));
  view.on.choose(happened({ question: "been_away", option: "yes" }));
  view.on.region(happened({ question: "trips", index: "0", name: "武汉市武昌区" }, "420106"));
  view.on.trip(happened({ question: "trips", index: "0", part: "from" }, "2020-02-05"));
  view.on.trip(happened({ question: "trips", index: "0", part: "to" }, "2020-02-01"));
  await view.on.submit();
  assert.equal(question("trips").trips[0]?.dayFault, "离开日期不能早于到达日期。");
  view.on.trip(happened({ question: "trips", index: "0", part: "to" }, "2020-02-08"));
  view.on.mode(happened({ question: "trips", index: "0" }, "2"));
  view.on.add(happened({ question: "trips" }));
  assert.equal(question("trips").trips.length, 2);
  view.on.remove(happened({ question: "trips", index: "1" }));
  assert.equal(view.data().done, 100);
  await view.on.submit();
  assert.deepEqual(around.heard.told, ["reported"]);
  assert.deepEqual(around.heard.revealed.slice(-1), ["handed"]);
  assert.equal(view.data().handed, "已于2月12日 09:00提交，健康码按您的回答生成。", "no empty form stands there");
  await view.changed();
  assert.notEqual(view.data().handed, "", "and what is renewed does not bring one");
  view.on.anew();
  assert.deepEqual([view.data().handed, view.data().done > 0, view.data().again], ["", true, true]);
  view.on.back();
  assert.notEqual(view.data().handed, "", "who goes back is where they were");
  assert.deepEqual(around.heard.told, ["reported", "back"]);
  assert.deepEqual(phone.holder.reports()[0]?.answers.trips, [
    { place: "420106", from: "2020-02-05", to: "2020-02-08", mode: "rail" },
  ]);
  assert.deepEqual(phone.holder.reports()[0]?.answers.symptoms, ["none"]);
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
  assert.match(questionnaire.data().wait, /还没有本地的规则/);
  const code = views.find(([name]) => name === "code")?.[1] as CodeView;
  assert.deepEqual([code.qr(), code.data().shown], [undefined, false]);
  assert.match(code.data().problem, /填写姓名和证件号码/);
});

test("every host's name of a language is understood", async () => {
  for (const tag of ["zh", "zh-CN", "zh_CN", "zh-Hans", "ZH-hk", "zh_Hant_TW", "", undefined])
    assert.equal(languageOf(tag), "zh-Hans", String(tag));
  for (const tag of ["en", "EN", "en-GB", "en_US", "fr"]) assert.equal(languageOf(tag), "en", tag);
  const problem = { code: "holder-no-rules" };
  assert.equal(problemText(problem, "zh_CN"), "还没有本地的规则。请联网后重试。");
  assert.equal(problemText(problem), problemText(problem, "zh_CN"));
  assert.equal(problemText(problem, "fr"), "There are no rules yet. Go online and try again.");
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

test("an app that forgot to connect something hears of it once", async (t) => {
  const phone = await it.phoneOf("green-at-home");
  mock.timers.enable({ apis: ["setTimeout", "setInterval"] });
  const warned = t.mock.method(console, "warn", () => {});
  const host: Host = {
    show: (_, seen) => seen(),
    draw: async () => true,
    tell: () => {},
    reveal: () => {},
    clear: () => {},
  };
  connect({ phone });
  const running = [FamilyView, CheckpointView, ReportView].map((Class) => new Running(Class, host));
  mock.timers.tick(4_000);
  assert.equal(warned.mock.callCount(), 0);
  mock.timers.tick(60_000);
  assert.deepEqual(
    warned.mock.calls.map(({ arguments: told }) => told.join(": ")),
    ["misuse-not-connected: family", "misuse-not-connected: checkpoint"],
  );
  running.forEach((one) => one.stop());
  // Why there is nothing may be known.
  connect({ phone: undefined, problem: { code: "network-unreachable", message: "" } });
  const code = new Running(CodeView, host);
  mock.timers.tick(60_000);
  code.stop();
  new Running(DiaryView, host).stop();
  mock.timers.tick(60_000);
  assert.equal(warned.mock.callCount(), 2);
});

test("reasons come with their course and the way back, and causes with what to do", async () => {
  const phone = await it.phoneOf("red-back-from-wuhan");
  mock.timers.enable({ apis: ["setTimeout"] });
  connect({ phone });
  const red = new ReasonsView(context());
  const [worst] = red.data().reasons;
  assert.equal(worst?.colour, "red");
  assert.match(worst?.fact ?? "", /武汉市武昌区（高风险）/);
  assert.deepEqual(
    worst?.course.map(({ colour }) => colour),
    ["red", "yellow", "green"],
  );
  assert.ok(worst?.wayBack);
  assert.equal(red.data().foreseen, false, "the outlook comes when it is there");
  await foretold();
  assert.equal(red.data().outlook.steps[0]?.at, "现在");
  it.state.now += RENEWAL;
  red.tick();
  assert.equal(red.data().foreseen, true, "until there is a newer one");
  await calm();
  connect({ phone: await it.phoneOf(undefined, "2") });
  const around = context();
  const grey = new ReasonsView(around);
  assert.deepEqual(grey.data().causes, [
    { id: "report-missing", says: "您还没有填报。", todo: "请先填报。", report: true, refresh: false },
  ]);
  grey.on.report();
  assert.deepEqual(around.heard.told, ["report"]);
});

test("what the person has not seen yet is told until it is understood", async () => {
  const phone = await it.phoneOf("green-at-home");
  connect({ phone });
  const view = new ReasonsView(context());
  await phone.note();
  assert.equal(view.data().differs, false);
  await phone.report({ ...phone.holder.reports()[0]?.answers, symptoms: ["fever"] });
  await view.changed();
  assert.match(view.data().change.title, /由绿码变成了黄码|由绿码变成了红码/);
  await view.on.understood();
  await view.changed();
  assert.equal(view.data().differs, false);
});

test("a checkpoint says what a code is worth, and keeps nothing", async () => {
  mock.timers.enable({ apis: ["Date"], now: NOW });
  const phone = await it.phoneOf("yellow-cough");
  const checkpoint = await it.openCheckpoint();
  connect({ checkpoint });
  const around = context();
  const view = new CheckpointView(around);
  assert.equal(view.data().closed, "还没有信任名单，无法核验。");
  await view.on.refresh();
  assert.equal(view.data().closed, "");
  const shown = await phone.show();
  assert.ok(shown.result === "shown");
  it.state.scanned = shown.code.text;
  await view.on.scan();
  const accepted = view.data();
  assert.deepEqual([accepted.sign, accepted.word, accepted.name, accepted.digits], ["yellow", "黄码", "E* P*", "428X"]);
  assert.equal(accepted.first, "先不要放行，按当地对黄码的规定处理");
  assert.deepEqual(around.heard.revealed, ["verdict"]);
  mock.timers.tick(20_000);
  await view.tick();
  assert.deepEqual([view.data().given, view.data().name], [false, ""]);
  view.on.type(happened({}, `${shown.code.text.slice(0, -4)}0000`));
  view.on.verify();
  const refused = view.data();
  assert.deepEqual([refused.sign, refused.first], ["refused", "不要放行"]);
  assert.deepEqual([refused.name, refused.digits, refused.issuer, refused.holder], ["", "", [], []]);
  assert.notEqual(refused.cause, "");
  view.seen(false);
  assert.equal(view.data().given, false, "nobody finds it when the page comes back");
});

test("only a venue's code is one", () => {
  assert.equal(venueOf(" JKV1:330106004012\n"), "330106004012");
  assert.equal(venueOf("JKV1:330106"), "330106");
  for (const other of [
    "",
    "330106",
    "JKV1:",
    "JKV1:3301060",
    "JKV1:33010a",
    "JKV2:330106",
    "jkv1:330106",
    "JKV1:330106:1",
    "https://example.org/JKV1:330106",
  ]) {
    assert.equal(venueOf(other), undefined, other);
  }
});

test("venues are scanned into the diary, visits entered, ended and removed", async () => {
  const phone = await it.phoneOf();
  connect({ phone });
  const view = new DiaryView(context());
  it.state.scanned = "HTTPS://EXAMPLE.ORG";
  await view.on.scan();
  assert.match(view.data().problem, /这不是场所码/);
  it.state.scanned = "JKV1:330106";
  await view.on.scan();
  assert.equal(view.data().note, "已记下：杭州市西湖区");
  assert.deepEqual(
    view.data().visits.map(({ place, still }) => [place, still]),
    [["杭州市西湖区", true]],
  );
  await view.on.leave(happened({ index: "0" }));
  assert.deepEqual(
    phone.holder.diary().map(({ leave }) => Date.parse(leave ?? "")),
    [NOW + 1_000],
    "who left at once was there for a second",
  );
  await view.on.remove(happened({ index: "0" }));
  await view.on.scan();
  it.state.now += 3_600_000;
  await view.on.leave(happened({ index: "0" }));
  assert.deepEqual(
    phone.holder.diary().map(({ leave }) => Date.parse(leave ?? "")),
    [it.state.now],
  );
  view.on.begin();
  await view.on.save();
  assert.match(view.data().problem, /请选地点/);
  view.on.region(happened({ name: "金华市婺城区" }, "330702"));
  view.on.pickDay(happened({ part: "arrive" }, "2020-02-10"));
  view.on.pickTime(happened({ part: "arrive" }, "09:00"));
  view.on.pickDay(happened({ part: "leave" }, "2020-02-09"));
  await view.on.save();
  assert.match(view.data().problem, /离开时间要晚于到达时间/);
  view.on.pickDay(happened({ part: "leave" }, "2020-02-10"));
  view.on.pickTime(happened({ part: "leave" }, "18:30"));
  await view.on.save();
  assert.equal(view.data().adding, false);
  assert.equal(view.data().visits[1]?.when, "2月10日 09:00 – 18:30");
  await view.on.remove(happened({ index: view.data().visits[1]?.index ?? "" }));
  assert.equal(phone.holder.diary().length, 1);
});

test("days in a row are counted by the rules' days, and today is not missed before it is over", () => {
  const report = (at: string) => ({ at, answers: {} });
  const now = Date.parse("2020-02-20T08:00:00+08:00");
  assert.equal(daysInARow([], now), 0);
  assert.equal(daysInARow([report("2020-02-19T00:01:00+08:00")], now), 1);
  assert.equal(daysInARow([report("2020-02-18T23:59:00+08:00")], now), 0);
  assert.equal(
    daysInARow(
      ["18T23:00", "19T01:00", "19T23:00", "20T07:00"].map((at) => report(`2020-02-${at}:00+08:00`)),
      now,
    ),
    3,
  );
});

test("the daily report says whether it is due", async () => {
  connect({ phone: await it.phoneOf("green-at-home") });
  const view = new ReportView(context());
  assert.equal(view.data().today, true);
  assert.equal(view.data().status, "今天08:10已填报");
  it.state.now += DAY;
  assert.equal(view.data().status, "今天还没有填报");
  assert.equal(view.data().row, "已连续填报1天");
  assert.deepEqual(
    view
      .data()
      .days.map(({ look }) => look)
      .slice(-2),
    ["reported", "missed"],
  );
});

test("the itinerary card has each prefecture of 14 days once, and marks what the rules count", async () => {
  const now = NOW;
  const visit = (place: string, from: number, to?: number) => ({
    place,
    arrive: new Date(now - from * DAY).toISOString(),
    ...(to === undefined ? {} : { leave: new Date(now - to * DAY).toISOString() }),
  });
  const stops = stopsOf(
    [visit("330106", 3), visit("420106", 20, 13), visit("330702", 40, 15), visit("330110", 9, 5)],
    undefined,
    now,
  );
  assert.deepEqual(
    stops.map(({ place, still }) => [place, still]),
    [
      ["4201", false],
      ["3301", true],
    ],
  );
  assert.deepEqual([stops[0]?.first, stops[0]?.last], [now - 14 * DAY, now - 13 * DAY]);
  const phone = await it.phoneOf("green-at-home");
  await phone.addVisit(visit("420106", 6, 3));
  connect({ phone });
  const wuhan = new ItineraryView(context()).data().stops.find(({ id }) => id === "4201");
  assert.deepEqual([wuhan?.place, wuhan?.flag, wuhan?.sign], ["武汉市", "规则认定：高风险", "red"]);
});

test("each of a family has a code of their own, and one is shown at a time", async () => {
  const phone = await it.phoneOf("green-at-home");
  await it.phoneOf("red-back-from-wuhan", "2");
  const family = await it.openFamily();
  connect({ phone, family });
  const around = context();
  const view = new FamilyView(around);
  const listed = async (people: number) => {
    for (let turn = 0; turn < 50 && view.data().people.length !== people; turn += 1)
      await new Promise((resolve) => setTimeout(resolve, 2));
  };
  await listed(2);
  assert.deepEqual(
    view.data().people.map(({ person, colour, current }) => [person, colour, current]),
    [
      ["1", "green", true],
      ["2", "red", false],
    ],
  );
  await view.on.show(happened({ person: "2" }));
  assert.equal(phoneShown()?.person, "2");
  const code = new CodeView(context());
  await settled();
  assert.equal(code.data().colour, "red");
  await view.on.add();
  assert.equal(phoneShown()?.person, "3");
  assert.deepEqual(around.heard.told, ["switched", "add"]);
  await view.on.add();
  assert.deepEqual(
    around.heard.details,
    [{ person: "2" }, { person: "3" }, { person: "3" }],
    "nothing of the new one is stored yet",
  );
  assert.equal(phoneShown()?.holder.reports().length, 0);
});

test("somebody without a name is asked for it, and can be taken out of the family again as long as there is nothing of them", async () => {
  const phone = await it.phoneOf("green-at-home");
  const family = await it.openFamily();
  connect({ phone, family });
  const around = context();
  const view = new FamilyView(around);
  const people = () => view.data().people.map(({ person, about, removable }) => [person, about, removable]);
  const listed = async (count: number) => {
    await view.changed();
    for (let turn = 0; turn < 50 && view.data().people.length !== count; turn += 1)
      await new Promise((resolve) => setTimeout(resolve, 2));
  };
  await listed(1);
  assert.deepEqual(people(), [["1", "证件号码后4位 428X", false]]);
  await view.on.add();
  const code = new CodeView(context());
  await settled();
  assert.match(code.data().problem, /填写姓名和证件号码/);
  assert.equal(code.data().online, false, "a network gives no name");
  // What the code component does by itself stores the new person.
  await phoneShown()?.refresh();
  await listed(2);
  assert.deepEqual(people()[1], ["2", "还没有填写姓名", true]);
  await view.on.remove(happened({ person: "2" }));
  assert.equal(phoneShown()?.person, "1", "somebody is shown");
  assert.deepEqual(
    (await family.people()).map(({ person }) => person),
    ["1"],
  );
  assert.deepEqual(around.heard.told, ["add", "switched"]);
  await listed(1);
  // Somebody who is not shown goes without a switch, and nobody of whom there is something goes at all.
  const child = await family.open("3");
  await child.refresh();
  await listed(2);
  assert.deepEqual(people()[1], ["3", "还没有填写姓名", true]);
  await child.addVisit({ place: "330106", arrive: new Date(it.state.now).toISOString() });
  await view.on.remove(happened({ person: "3" }));
  assert.equal((await family.people()).length, 2);
  await child.removeVisit(child.holder.diary()[0] as never);
  await view.on.remove(happened({ person: "3" }));
  assert.deepEqual(
    (await family.people()).map(({ person }) => person),
    ["1"],
  );
  assert.deepEqual(around.heard.told, ["add", "switched"]);
  // The one who is left stays, with or without a name.
  await phoneShown()?.forget();
  await view.changed();
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.deepEqual(people(), [["1", "还没有填写姓名", false]]);
});

test("whoever is switched to while the family looks: nothing is asked of a phone that is closed", async () => {
  const phone = await it.phoneOf("green-at-home");
  const family = await it.openFamily();
  connect({ phone, family });
  const running = new Running(FamilyView, {
    show: (_, seen) => seen(),
    draw: async () => false,
    tell: () => {},
    reveal: () => {},
    clear: () => {},
  });
  const view = running.view as FamilyView;
  const problems: string[] = [];
  await view.on.add();
  for (let turn = 0; turn < 40; turn += 1) {
    await view.changed();
    // Looks that have come more or less far.
    for (let step = 0; step < turn; step += 1) await Promise.resolve();
    await view.on.show(happened({ person: turn % 2 === 0 ? "1" : "2" }));
    problems.push(view.data().problem);
  }
  await new Promise((resolve) => setTimeout(resolve, 100));
  assert.deepEqual([...new Set([...problems, view.data().problem])], [""]);
  assert.deepEqual(
    view.data().people.map(({ person, current }) => [person, current]),
    [
      ["1", false],
      ["2", true],
    ],
  );
  running.stop();
});

test("setData is given what differs, by its path", () => {
  const before = {
    a: 1,
    list: [
      { id: 1, name: "x" },
      { id: 2, name: "y" },
    ],
    deep: { one: 1, two: [1, 2] },
    gone: { a: 1, b: 2 },
  };
  const after = {
    a: 1,
    list: [
      { id: 1, name: "x" },
      { id: 2, name: "z" },
    ],
    deep: { one: 1, two: [1, 2, 3] },
    gone: { a: 1 },
  };
  assert.deepEqual(changes(before, after), { "list[1].name": "z", "deep.two": [1, 2, 3], gone: { a: 1 } });
  assert.deepEqual(changes({}, { a: [] }), { a: [] });
  assert.deepEqual(changes(before, before), {});
});
