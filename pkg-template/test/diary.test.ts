// The diary, the daily report and the itinerary card.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { DiaryView } from "../src/view/diary.js";
import { ItineraryView, stopsOf } from "../src/view/itinerary.js";
import { QuestionnaireView } from "../src/view/questionnaire.js";
import { daysInARow, ReportView } from "../src/view/report.js";
import { connect } from "../src/view/session.js";
import { cleared, context, happened, NOW, world } from "./phone.js";

const DAY = 86_400_000;

/** The text of one of the vectors' venue codes. */
const venues = JSON.parse(readFileSync(join("..", "tests/vectors/signed/venues.json"), "utf8"));
const venueText = (name: string): string => venues.cases.find((one: { name: string }) => one.name === name).text;

let it: ReturnType<typeof world>;
beforeEach(() => {
  it = world();
});
afterEach(cleared);

test("venues are scanned into the diary, visits entered, ended and removed", async () => {
  const phone = await it.phoneOf();
  connect({ phone });
  const view = new DiaryView(context());
  it.state.scanned = "HTTPS://EXAMPLE.ORG";
  await view.on.scan();
  assert.match(view.data().problem, /这不是场所码/);
  // What anybody could print, and a picture of what was shown a quarter of an hour ago.
  it.state.scanned = "JKV1:330106";
  await view.on.scan();
  assert.match(view.data().problem, /这不是场所码/);
  it.state.scanned = venueText("screen");
  it.state.now += 900_000;
  await view.on.scan();
  assert.match(view.data().problem, /这个场所码已过期，没有记下。[\s\S]*截图不能用/);
  assert.deepEqual(phone.holder.diary(), []);
  it.state.now -= 900_000;
  await view.on.scan();
  assert.equal(view.data().note, "已记下：西湖书店");
  assert.deepEqual(
    view.data().visits.map(({ place, still, leaveLabel }) => [place, still, leaveLabel]),
    [["西湖书店（杭州市西湖区）", true, "我已离开西湖书店"]],
  );
  await view.on.scan();
  assert.equal(phone.holder.diary().length, 1, "the code of the venue where somebody is already");
  await view.on.leave(happened({ index: "0" }));
  assert.deepEqual(
    phone.holder.diary().map(({ leave }) => Date.parse(leave ?? "")),
    [NOW + 1_000],
    "who left at once was there for a second",
  );
  await view.on.remove(happened({ index: "0" }));
  assert.equal(phone.holder.diary().length, 1, "one tap removes nothing");
  await view.on.confirm();
  await view.on.scan();
  it.state.now += 3_600_000;
  await view.on.leave(happened({ index: "0" }));
  assert.deepEqual(
    phone.holder.diary().map(({ leave }) => Date.parse(leave ?? "")),
    [it.state.now],
  );
  view.on.begin();
  await view.on.save();
  assert.match(view.data().wrong, /请选地点/);
  view.on.region(happened({ name: "金华市婺城区" }, "330702"));
  view.on.pickDay(happened({ part: "arrive" }, "2020-02-10"));
  view.on.pickTime(happened({ part: "arrive" }, "09:00"));
  view.on.pickDay(happened({ part: "leave" }, "2020-02-09"));
  await view.on.save();
  assert.match(view.data().wrong, /离开时间要晚于到达时间/);
  view.on.pickDay(happened({ part: "leave" }, "2020-02-10"));
  view.on.pickTime(happened({ part: "leave" }, "18:30"));
  await view.on.save();
  assert.equal(view.data().adding, false);
  assert.ok(view.data().visits.some(({ when }) => when === "2月10日 09:00至18:30"));
  const jinhua = view.data().visits.find(({ place }) => place.startsWith("金华市"));
  await view.on.remove(happened({ index: jinhua?.index ?? "" }));
  await view.on.confirm();
  assert.equal(phone.holder.diary().length, 1);
});

test("a visit to a county is asked about while it is entered, and is kept with what was said", async () => {
  const phone = await it.phoneOf();
  connect({ phone });
  phone.listedInside = () => [{ place: "330702003", level: "high" }];
  const view = new DiaryView(context());
  const enter = (arrive: string) => {
    view.on.begin();
    view.on.region(happened({ name: "金华市婺城区" }, "330702"));
    view.on.pickDay(happened({ part: "arrive" }, arrive));
    view.on.pickTime(happened({ part: "arrive" }, "09:00"));
  };
  enter("2020-02-10");
  assert.deepEqual(
    view.data().inside.options.map(({ said }) => said),
    ["330702003", "none", "unsure"],
  );
  view.on.inside(happened({ option: "none" }));
  await view.on.save();
  enter("2020-02-11");
  view.on.inside(happened({ option: "330702003" }));
  view.on.mode(happened({}, "1"));
  assert.deepEqual(view.data().inside.options[0]?.chosen, true, "how somebody was there changes nothing of it");
  await view.on.save();
  enter("2020-02-12");
  view.on.inside(happened({ option: "330702003" }));
  view.on.pickTime(happened({ part: "arrive" }, "08:00"));
  view.on.inside(happened({ option: "unsure" }));
  await view.on.save();
  assert.deepEqual(
    phone.holder.diary().map(({ place, notIn }) => [place, notIn]),
    [
      ["330702", ["330702003"]],
      ["330702003", undefined],
      ["330702", undefined],
    ],
  );
  phone.listedInside = () => undefined;
  enter("2020-02-12");
  assert.match(view.data().inside.hint, /请把地点选得更具体/);
  view.on.pickDay(happened({ part: "arrive" }, "2030-02-12"));
  assert.equal(view.data().inside.hint, "", "nothing is said of what is to come");
});

test("a visit is not removed without a word, and stays in sight when it is", async () => {
  const phone = await it.phoneOf("green-at-home");
  connect({ phone });
  const around = context();
  const view = new DiaryView(around);
  // There is a visit at home already, which stays.
  const at = () => happened({ index: String(phone.holder.diary().findIndex(({ place }) => place !== "330106")) });
  const stay = (from: number, to: number) => ({
    place: "420106",
    arrive: new Date(NOW - from * DAY).toISOString(),
    leave: new Date(NOW - to * DAY).toISOString(),
    mode: "stay" as const,
  });
  await phone.addVisit(stay(3, 2));
  assert.equal(phone.assess().colour, "red");
  await view.on.remove(at());
  const { review, reviewed } = view.data();
  assert.deepEqual([reviewed, review.title, review.colour], [true, "删除后健康码由红码变为绿码。", "green"]);
  assert.deepEqual(around.heard.revealed.slice(-1), ["review"]);
  view.on.amend();
  assert.deepEqual([view.data().reviewed, phone.assess().colour], [false, "red"]);
  await view.on.remove(at());
  it.state.now += 60_000;
  await view.on.confirm();
  assert.deepEqual([phone.assess().colour, phone.holder.diary().length], ["green", 1]);
  assert.deepEqual(
    view.data().visits.flatMap(({ place, struck, note, own }) => (struck ? [[place, struck, note, own]] : [])),
    [["武汉市武昌区", "struck", "2月12日 09:01已删除，不再计算。", false]],
  );
  await phone.addVisit(stay(3, 2));
  it.state.now += DAY;
  await view.on.remove(at());
  assert.match(view.data().problem, /已经过了可以更正的时间/);
  assert.equal(phone.assess().colour, "red");
});

test("a visit is corrected, and what would make the code worse is shown before it is kept", async () => {
  const phone = await it.phoneOf("green-at-home");
  connect({ phone });
  const view = new DiaryView(context());
  const at = () => happened({ index: String(phone.holder.diary().findIndex(({ place }) => place !== "330106")) });
  const enter = () => {
    view.on.region(happened({ name: "武汉市武昌区" }, "420106"));
    view.on.pickDay(happened({ part: "arrive" }, "2020-02-10"));
    view.on.pickTime(happened({ part: "arrive" }, "09:00"));
    view.on.pickDay(happened({ part: "leave" }, "2020-02-10"));
    view.on.pickTime(happened({ part: "leave" }, "18:30"));
  };
  view.on.begin();
  enter();
  await view.on.save();
  assert.equal(view.data().review.title, "提交后健康码由绿码变为红码，填写是否无误？");
  assert.notDeepEqual(view.data().review.because, []);
  assert.equal(phone.holder.diary().length, 1);
  await view.on.confirm();
  assert.deepEqual([phone.assess().colour, view.data().adding], ["red", false]);
  view.on.correct(at());
  assert.deepEqual(
    [view.data().formTitle, view.data().arriveTime, view.data().leaveTime, view.data().place.name],
    ["更正一条行程", "09:00", "18:30", "武汉市武昌区"],
  );
  view.on.region(happened({ name: "金华市婺城区" }, "330702"));
  await view.on.save();
  assert.equal(view.data().review.title, "更正后健康码由红码变为绿码。");
  await view.on.confirm();
  assert.equal(phone.assess().colour, "green");
  assert.deepEqual(
    view.data().visits.map(({ place, struck, own }) => [place, struck, own]),
    [
      ["金华市婺城区", "", true],
      ["武汉市武昌区", "struck", false],
      ["杭州市西湖区", "", true],
    ],
  );
});

test("a trip that a report tells stands in the diary, and with a visit of the same stay it counts once", async () => {
  const phone = await it.phoneOf();
  const trip = (place: string, from: string, to?: string) => ({
    place,
    from,
    ...(to ? { to } : {}),
    mode: "stay" as const,
  });
  const answers = {
    residence: "resident",
    home: "330106",
    temperature: 36.5,
    symptoms: ["none"],
    household_ill: false,
    contact: false,
    been_away: true,
  };
  await phone.report({ ...answers, trips: [trip("4201", "2020-02-05")] });
  it.state.now += DAY;
  await phone.report({
    ...answers,
    trips: [trip("4201", "2020-02-05", "2020-02-07"), trip("3307", "2020-02-08", "2020-02-08")],
  });
  await phone.addVisit({ place: "420106", arrive: "2020-02-06T09:00:00+08:00", leave: "2020-02-06T10:00:00+08:00" });
  connect({ phone });
  const rows = new DiaryView(context()).data().visits;
  assert.deepEqual(
    rows.map(({ place, when, note, same, own }) => [place, when, note.slice(0, 14), same !== "", own]),
    [
      ["金华市", "2月8日", "来自2月13日 09:00的", false, false],
      ["武汉市武昌区", "2月6日 09:00至10:00", "", false, true],
      ["武汉市", "2月5日至2月7日", "来自2月13日 09:00的", true, false],
    ],
  );
  // The points for how often somebody was in a place of high risk.
  const often = (phone.assess().contributions ?? []).filter(({ measure }) => measure?.measure === "high_stays");
  assert.deepEqual(
    often.map(({ measure }) => measure?.value),
    [1],
  );
  assert.deepEqual(
    new ItineraryView(context()).data().stops.map(({ place }) => place),
    ["武汉市", "金华市"],
  );
});

test("a report is corrected from where it is listed, and as it was it stays there", async () => {
  const phone = await it.phoneOf("green-at-home");
  connect({ phone });
  const around = context();
  const [view, questionnaire] = [new ReportView(around), new QuestionnaireView(context())];
  const log = () => view.data().log.map(({ when, struck, open }) => [when, struck, open]);
  assert.deepEqual(log(), [["2月12日 08:10申报", "", true]]);
  view.on.correct(happened({ index: "0" }));
  assert.deepEqual(around.heard.told, ["report"]);
  await questionnaire.changed();
  assert.equal(questionnaire.data().title, "更正2月12日 08:10的申报");
  const temperature = questionnaire.data().questions.find(({ id }) => id === "temperature");
  assert.ok(temperature?.typed, "what was said stands there");
  questionnaire.on.type(happened({ question: "temperature" }, "36.7"));
  await questionnaire.on.submit();
  assert.equal(questionnaire.data().review.title, "更正后健康码仍为绿码。");
  await questionnaire.on.confirm();
  assert.deepEqual(log(), [
    ["2月12日 08:10申报", "", true],
    ["2月12日 08:10申报，2月12日 09:00已更正", "struck", false],
  ]);
  assert.deepEqual([phone.holder.reports().length, view.data().row], [1, "已连续申报1天"]);
  it.state.now += DAY;
  assert.equal(view.data().log[0]?.open, false, "the time for it is over");
  view.on.report();
  await questionnaire.changed();
  questionnaire.on.anew();
  assert.equal(questionnaire.data().title, "今日申报");
});

test("a correction by a clock that is wrong is refused at once, and shown for what it does when it is right", async () => {
  const phone = await it.phoneOf("green-at-home");
  connect({ phone });
  let wrong = 120_000;
  const { ask } = it.network;
  it.network.ask = async (request) => ({
    ...(await ask(request)),
    header: (name) => (name === "date" ? new Date(it.state.now + wrong).toUTCString() : undefined),
  });
  for (let times = 0; times < 2; times += 1) await phone.refresh();
  const [view, questionnaire] = [new ReportView(context()), new QuestionnaireView(context())];
  assert.equal(view.data().log[0]?.open, true);
  view.on.correct(happened({ index: "0" }));
  await questionnaire.changed();
  questionnaire.on.type(happened({ question: "temperature" }, "36.7"));
  await questionnaire.on.submit();
  assert.match(questionnaire.data().problem, /^这台设备的时钟不准/);
  assert.equal(questionnaire.data().reviewed, false);
  wrong = 0;
  await phone.refresh();
  await questionnaire.on.submit();
  assert.deepEqual([questionnaire.data().problem, questionnaire.data().reviewed], ["", true]);
});

test("a place is found by what is typed, in Chinese, pinyin or initials", async () => {
  connect({ phone: await it.phoneOf() });
  const view = new DiaryView(context());
  view.on.begin();
  const search = () => view.data().place.search;
  const find = (typed: string) => {
    view.on.find(happened({ question: "visit", index: "" }, typed));
    return search().found.map(({ name, around }) => `${name} ${around}`);
  };
  const [field] = search().fields;
  assert.equal(field?.label, "搜索地点：名称、拼音或首字母");
  assert.deepEqual([search().found, search().nothing], [[], ""]);
  for (const typed of ["武昌区", "wuchang", "hubei wc"])
    assert.ok(find(typed).includes("武昌区 武汉市 · 湖北省"), typed);
  const namesakes = find("xihu");
  assert.equal(namesakes[0], "西湖区 杭州市 · 浙江省", "the rules' own region comes first");
  assert.ok(namesakes.includes("溪湖区 本溪市 · 辽宁省"));
  assert.deepEqual([find("xyzxyz"), search().nothing], [[], "没有找到"]);
  find("武昌区");
  view.on.found(happened({ question: "visit", index: "", code: search().found[0]?.code ?? "" }));
  assert.equal(view.data().place.name, "武汉市武昌区");
  assert.deepEqual([search().found, search().nothing], [[], ""]);
  assert.notEqual(search().fields[0]?.key, field?.key, "the field is another one, and so an empty one");
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
  assert.equal(view.data().status, "今天08:10已申报");
  it.state.now += DAY;
  assert.equal(view.data().status, "今天还没有申报");
  assert.equal(view.data().row, "已连续申报1天");
  assert.deepEqual(
    view
      .data()
      .days.map(({ look }) => look)
      .slice(-2),
    ["reported", "missed"],
  );
});

test("the itinerary card has each prefecture of 14 days once, with its stays and what was listed then", async () => {
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
    stops.map(({ place, stays }) => [place, stays.map(({ still }) => still)]),
    [
      ["4201", [false]],
      ["3301", [false, true]],
    ],
  );
  assert.deepEqual(
    stops[0]?.stays.map(({ first, last }) => [first, last]),
    [[now - 14 * DAY, now - 13 * DAY]],
  );
  const phone = await it.phoneOf("green-at-home");
  await phone.addVisit(visit("420106", 6, 3));
  connect({ phone });
  const wuhan = new ItineraryView(context()).data().stops.find(({ id }) => id === "4201");
  assert.deepEqual([wuhan?.place, wuhan?.flag, wuhan?.sign], ["武汉市", "当时列为高风险", "red"]);
});

test("a stay on the itinerary card ends on its last day, and one that was interrupted stays two", async () => {
  const phone = await it.phoneOf("green-at-home");
  const visit = (place: string, arrive: string, leave: string) => ({
    place,
    arrive: `${arrive}+08:00`,
    leave: `${leave}+08:00`,
  });
  // By the rules one visit alone is named; what is listed is marked all the same.
  for (const one of [
    visit("4201", "2020-02-05T00:00:00", "2020-02-07T00:00:00"),
    visit("4201", "2020-02-09T23:00:00", "2020-02-10T00:00:00"),
    visit("330302", "2020-02-10T09:00:00", "2020-02-10T10:00:00"),
  ])
    assert.equal((await phone.addVisit(one)).result, "added");
  connect({ phone });
  const card = new ItineraryView(context()).data();
  const shown = (id: string) => {
    const stop = card.stops.find((one) => one.id === id);
    return [stop?.when, stop?.flag];
  };
  assert.deepEqual(shown("4201"), ["2月5日至2月6日、2月9日", "当时列为高风险"]);
  assert.deepEqual(shown("3303"), ["2月10日", "当时列为中风险"]);
  assert.match(card.own, /没有标注，不等于没有风险/);
});

test("where nothing can be scanned, the diary says what to do instead, and a fault is beside what it is about", async () => {
  const phone = await it.phoneOf("green-at-home");
  Object.assign(phone.adaptors.scan, { able: false });
  connect({ phone });
  const view = new DiaryView(context());
  assert.deepEqual([view.data().scans, view.data().scanHint], [false, "这里不能扫码。请在下面按地点名称添加。"]);
  view.on.begin();
  await view.on.save();
  assert.deepEqual([view.data().problem, view.data().wrong !== ""], ["", true]);
});

test("two corrections within a minute are told apart", async () => {
  const phone = await it.phoneOf("green-at-home");
  const report = phone.holder.reports().slice(-1)[0];
  assert.ok(report);
  for (const temperature of [36.6, 36.7]) {
    it.state.now += 1_000;
    const corrects = phone.holder.reports().slice(-1)[0] ?? report;
    const result = await phone.change({ answers: { ...corrects.answers, temperature }, corrects });
    assert.equal(result.result, "accepted");
  }
  connect({ phone });
  const whens = new ReportView(context()).data().log.map(({ when }) => when);
  assert.equal(new Set(whens).size, whens.length, whens.join());
});
