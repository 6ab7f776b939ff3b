// The questionnaire, filled in and handed in.
import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { correctNext } from "../src/view/correcting.js";
import { addPlaces } from "../src/view/places/names.js";
import { QuestionnaireView } from "../src/view/questionnaire.js";
import { connect, prefer } from "../src/view/session.js";
import { cleared, context, happened, settled, world } from "./phone.js";

const DAY = 86_400_000;

let it: ReturnType<typeof world>;
beforeEach(() => {
  it = world();
});
afterEach(cleared);

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
  assert.deepEqual([view.data().reviewed, view.data().review.colour], [true, "yellow"]);
  assert.deepEqual(phone.holder.reports(), [], "it does not count yet");
  assert.deepEqual(around.heard.revealed.slice(-1), ["review"]);
  await view.on.confirm();
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

test("a trip to a county is asked about as soon as it is filled in, and what was said holds for its place and days", async () => {
  const phone = await it.phoneOf();
  const asked: unknown[] = [];
  phone.listedInside = (visit) => {
    asked.push([visit.place, visit.arrive, visit.leave]);
    return [
      { place: "420106001", level: "high" },
      { place: "420106002", level: "medium" },
    ];
  };
  connect({ phone });
  const view = new QuestionnaireView(context());
  view.on.choose(happened({ question: "been_away", option: "yes" }));
  const trip = () => view.data().questions.find(({ id }) => id === "trips")?.trips[0];
  const at = { question: "trips", index: "0" };
  view.on.region(happened({ ...at, name: "武汉市武昌区" }, "420106"));
  assert.equal(trip()?.inside.asks, false, "not before it is known when it was");
  view.on.trip(happened({ ...at, part: "from" }, "2020-02-05"));
  view.on.trip(happened({ ...at, part: "to" }, "2020-02-08"));
  assert.deepEqual(
    trip()?.inside.options.map(({ said, label }) => [said, label]),
    [
      ["420106001", "武汉市武昌区的一处地方（420106001） · 高风险"],
      ["420106002", "武汉市武昌区的一处地方（420106002） · 中风险"],
      ["none", "都不是"],
      ["unsure", "说不清"],
    ],
  );
  assert.deepEqual(asked.slice(-1), [["420106", "2020-02-04T16:00:00.000Z", "2020-02-08T16:00:00.000Z"]]);
  addPlaces("420106001\t杨园街道\tYangyuan\n");
  const labels = () => trip()?.inside.options.map(({ label }) => label);
  assert.deepEqual(labels()?.slice(0, 2), ["武昌区杨园街道 · 高风险", "武汉市武昌区的一处地方（420106002） · 中风险"]);
  prefer({ language: "en" });
  assert.equal(labels()?.[0], "Yangyuan, Wuchang District · high risk");
  prefer({ language: "zh-Hans" });
  const chosen = () => trip()?.inside.options.flatMap(({ said, chosen }) => (chosen ? [said] : []));
  view.on.inside(happened({ ...at, option: "420106001" }));
  view.on.mode(happened(at, "2"));
  assert.deepEqual(chosen(), ["420106001"], "how somebody was there changes nothing of it");
  view.on.trip(happened({ ...at, part: "to" }, "2020-02-07"));
  assert.deepEqual(chosen(), [], "it was said of other days");
});

test("a home may say which places it is not, and whoever reports again finds that there", async () => {
  const phone = await it.phoneOf("green-at-home");
  const asked = phone.questions({}).questions;
  assert.deepEqual(
    asked.filter(({ inside }) => inside).map(({ id }) => id),
    ["home"],
    "the rules read the risk level there",
  );
  const home = { place: "330106", notIn: ["330106001"] };
  const answers = { ...phone.holder.reports()[0]?.answers, home };
  assert.deepEqual((await phone.report(answers)).result, "accepted");
  assert.deepEqual(phone.holder.reports()[1]?.answers.home, home);
  for (const wrong of [{ ...home, mode: "stay" }, { notIn: [] }, { place: "330106", from: "2020-02-01" }, {}])
    assert.throws(() => phone.questions({ ...answers, home: wrong as typeof home }), /answers/, JSON.stringify(wrong));
  phone.listedInside = () => [{ place: "330106001", level: "high" }];
  connect({ phone });
  const view = new QuestionnaireView(context());
  view.on.anew();
  const inside = () => view.data().questions.find(({ id }) => id === "home")?.inside;
  assert.deepEqual(
    inside()?.options.map(({ said, chosen }) => [said, chosen]),
    [
      ["330106001", false],
      ["none", true],
      ["unsure", false],
    ],
  );
  assert.equal(inside()?.ask, "是不是其中哪一个？");
  view.on.inside(happened({ question: "home", index: "", option: "330106001" }));
  assert.equal(inside()?.options[0]?.chosen, true);
  phone.listedInside = () => [{ place: "330106002", level: "high" }];
  view.on.inside(happened({ question: "home", index: "", option: "none" }));
  phone.listedInside = () => [
    { place: "330106001", level: "high" },
    { place: "330106002", level: "high" },
  ];
  assert.equal(inside()?.options[2]?.chosen, false, "it was said before the other one was listed");
});

test("a home and the place of a trip are found by what is typed, each in its own field", async () => {
  connect({ phone: await it.phoneOf() });
  const view = new QuestionnaireView(context());
  view.on.choose(happened({ question: "been_away", option: "yes" }));
  const question = (id: string) => view.data().questions.find((one) => one.id === id);
  const trip = () => question("trips")?.trips[0]?.place;
  view.on.find(happened({ question: "trips", index: "0" }, "wuchang"));
  assert.deepEqual(question("home")?.place.search.found, []);
  const wuchang = trip()?.search.found.find(({ around }) => around.startsWith("武汉市"));
  view.on.found(happened({ question: "trips", index: "0", code: wuchang?.code ?? "" }));
  assert.deepEqual([trip()?.name, trip()?.search.found], ["武汉市武昌区", []]);
  view.on.find(happened({ question: "home", index: "" }, "西湖区"));
  view.on.found(happened({ question: "home", index: "", code: "330106" }));
  assert.equal(question("home")?.place.name, "杭州市西湖区");
});

test("who mistypes a temperature sees what it would do, and who did not look puts it right a minute later", async () => {
  const phone = await it.phoneOf("green-at-home");
  connect({ phone });
  const around = context();
  const view = new QuestionnaireView(around);
  it.state.now += DAY;
  const fill = (temperature: string) => {
    view.on.type(happened({ question: "temperature" }, temperature));
    view.on.choose(happened({ question: "symptoms", option: "none" }));
    for (const question of ["household_ill", "contact", "been_away"])
      view.on.choose(happened({ question, option: "no" }));
  };
  view.on.anew();
  fill("37.5");
  await view.on.submit();
  assert.equal(view.data().review.title, "37.5°C。提交后健康码会变为红码，填写是否无误？");
  const because = () => view.data().review.because.map(({ says }) => says);
  assert.ok(because().includes("37.5°C"), because().join());
  assert.doesNotMatch(because().join(), /的申报/, "nothing was handed in yet");
  prefer({ language: "en" });
  await view.on.submit();
  assert.equal(view.data().review.title, "37.5 °C. This makes your code red. Is that correct?");
  prefer({ language: "zh-Hans" });
  view.on.amend();
  assert.deepEqual([view.data().reviewed, phone.holder.reports().length], [false, 1]);
  await view.on.submit();
  await view.on.confirm();
  assert.equal(phone.assess().colour, "red");
  it.state.now += 60_000;
  const report = phone.holder.reports()[1];
  assert.ok(report);
  correctNext(phone, report);
  view.changed();
  view.on.type(happened({ question: "temperature" }, "36.5"));
  await view.on.submit();
  assert.equal(view.data().review.title, "更正后健康码由红码变为绿码。");
  await view.on.confirm();
  assert.equal(phone.assess().colour, "green");
  assert.deepEqual(around.heard.told, ["reported", "reported"]);
  assert.equal(phone.holder.corrections()[0]?.report?.answers.temperature, 37.5);
});

test("a correction that is left is none, and the next report is a new one", async () => {
  const phone = await it.phoneOf("green-at-home");
  connect({ phone });
  const view = new QuestionnaireView(context());
  correctNext(phone, phone.holder.reports()[0]);
  view.changed();
  assert.match(view.data().title, /^更正/);
  await view.on.submit();
  assert.match(view.data().problem, /内容没有变/);
  assert.equal(view.data().reviewed, false);
  view.on.back();
  assert.notEqual(view.data().handed, "");
  view.on.anew();
  assert.equal(view.data().title, "今日申报");
});

test("what is filled in outlives its page, is handed in or left with it, and is forgotten with the person", async () => {
  const phone = await it.phoneOf();
  connect({ phone });
  const first = new QuestionnaireView(context());
  first.on.choose(happened({ question: "residence", option: "returning" }));
  first.on.type(happened({ question: "temperature" }, "36.7"));
  await settled();
  // The app was closed, and is opened again.
  phone.close();
  const again = await it.open();
  connect({ phone: again });
  const view = new QuestionnaireView(context());
  await settled();
  const question = (id: string) => view.data().questions.find((one) => one.id === id);
  assert.equal(question("temperature")?.typed, "36.7");
  assert.deepEqual(
    question("residence")
      ?.options.filter(({ chosen }) => chosen)
      .map(({ id }) => id),
    ["returning"],
  );
  assert.ok([...it.state.stored.keys()].some((key) => key.endsWith(".unsent")));
  view.on.back();
  await settled();
  assert.equal(await again.unsent(), undefined, "whoever leaves it wants nothing of it");
  view.on.anew();
  view.on.type(happened({ question: "temperature" }, "36.8"));
  await settled();
  await again.forget();
  assert.deepEqual([...it.state.stored.keys()], []);
});

test("what was filled in of another day's report is not taken up", async () => {
  const phone = await it.phoneOf("green-at-home");
  connect({ phone });
  await phone.keepUnsent(
    JSON.stringify({ after: "2019-01-01T00:00:00Z", corrects: "", written: '[["temperature",{"typed":"40"}]]' }),
  );
  const view = new QuestionnaireView(context());
  await settled();
  assert.notEqual(view.data().questions.find(({ id }) => id === "temperature")?.typed, "40");
  assert.equal(await phone.unsent(), undefined);
  await phone.keepUnsent("no JSON");
  const other = new QuestionnaireView(context());
  await settled();
  assert.equal(await phone.unsent(), undefined);
  assert.ok(other.data().questions.length > 0);
});

test("in the simple version one question is asked at a time, and the next once it is answered", async () => {
  connect({ phone: await it.phoneOf() });
  prefer({ simple: true });
  const around = context();
  const view = new QuestionnaireView(around);
  const shown = () => view.data().questions.map(({ id }) => id);
  assert.deepEqual(shown(), ["residence"]);
  assert.deepEqual([view.data().goesOn, view.data().goesBack], [true, false]);
  view.on.next();
  assert.deepEqual([shown(), around.heard.revealed], [["residence"], ["wrong"]]);
  view.on.choose(happened({ question: "residence", option: "resident" }));
  view.on.next();
  assert.notDeepEqual(shown(), ["residence"]);
  assert.equal(view.data().questions[0]?.position, "2");
  view.on.previous();
  assert.deepEqual(shown(), ["residence"]);
  await view.on.submit();
  assert.notDeepEqual(shown(), ["residence"], "the first that is wrong is shown");
});
