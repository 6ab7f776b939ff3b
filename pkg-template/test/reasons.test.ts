// Why a colour is what it is, and why it changed.
import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { RENEWAL } from "../src/view/live-code.js";
import { ReasonsView } from "../src/view/reasons.js";
import { connect } from "../src/view/session.js";
import { calm, cleared, context, foretold, happened, NOW, world } from "./phone.js";

let it: ReturnType<typeof world>;
beforeEach(() => {
  it = world();
});
afterEach(cleared);

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
  assert.equal(worst?.readable, false, "nothing shows a rule");
  const read: string[][] = [];
  connect({ readRule: (...which) => read.push(which) });
  assert.equal(red.data().reasons[0]?.readable, true);
  await red.on.read(happened({ rule: worst?.rule ?? "" }));
  assert.deepEqual(read, [[worst?.rule, phone.assess().rules.hash]]);
  connect({ readRule: undefined });
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
  assert.deepEqual(
    grey.data().causes.map(({ key, says, todo, report, inside }) => [key, says, todo, report, inside.asks]),
    [["report-missing-0", "您还没有申报。", "请先申报。", true, false]],
  );
  grey.on.report();
  assert.deepEqual(around.heard.told, ["report"]);
});

test("who asks for newer data is told how it went where they asked, and what to do if there is nothing newer", async () => {
  mock.timers.enable({ apis: ["Date"], now: NOW });
  const phone = await it.phoneOf("green-at-home");
  connect({ phone });
  const view = new ReasonsView(context());
  assert.equal(view.data().scored, true);
  const long = Date.parse(phone.file("rule-pack")?.expires ?? "") - NOW;
  it.state.now += long;
  mock.timers.tick(long);
  view.changed();
  const { causes, scored } = view.data();
  const expired = causes.find(({ key }) => key.startsWith("rules-expired"));
  assert.match(expired?.todo ?? "", /更新后仍这样，请联系卫生部门/);
  assert.equal(scored, false, "nothing was worked out");
  it.state.online = false;
  await view.on.refresh(happened({ panel: "causes" }));
  assert.match(view.data().causesFailed, /连不上服务器/);
  assert.deepEqual([view.data().problem, view.data().dataRefreshed], ["", ""]);
  await view.on.refresh(happened({ panel: "data" }));
  assert.match(view.data().problem, /连不上服务器/);
  assert.equal(view.data().causesFailed, "");
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

test("a later colour is compared with what was seen last, and the outlook says until when there is a code", async () => {
  const phone = await it.phoneOf("green-at-home");
  mock.timers.enable({ apis: ["setTimeout"] });
  connect({ phone });
  const view = new ReasonsView(context());
  await phone.note();
  it.state.now += 2 * 3_600_000;
  view.changed();
  await foretold();
  assert.equal(phone.compare()?.noted && Date.parse(phone.compare()?.noted ?? ""), it.state.now, "seen again");
  assert.match(view.data().outlook.change, /^如果一直不联网：2月\d+日 \d\d:\d\d起无法出示健康码。/);
  await calm();
});

test("a visit that leaves the code undecided is asked about beside its cause, and what is said is kept once it is confirmed", async () => {
  const phone = await it.phoneOf("green-at-home");
  const visit = { place: "420106", arrive: "2020-02-10T01:00:00Z", leave: "2020-02-10T02:00:00Z" } as const;
  await phone.addVisit(visit);
  phone.listedInside = () => [{ place: "420106001", level: "high" }];
  const assess = phone.assess.bind(phone);
  phone.assess = () => ({
    ...assess(),
    causes: [{ cause: "visit-unclear", ...visit, level: "high", mode: "stay" }],
  });
  connect({ phone });
  const view = new ReasonsView(context());
  const cause = () => view.data().causes[0];
  const chosen = () => cause()?.inside.options.flatMap(({ said, chosen }) => (chosen ? [said] : []));
  assert.deepEqual([cause()?.inside.asks, cause()?.sure, chosen()], [true, false, []]);
  view.on.inside(happened({ index: "0", option: "unsure" }));
  assert.deepEqual([cause()?.sure, chosen()], [false, ["unsure"]], "nothing is known that could be kept");
  view.on.inside(happened({ index: "0", option: "none" }));
  assert.deepEqual([cause()?.sure, chosen()], [true, ["none"]]);
  const { change } = phone;
  phone.change = async () => ({ result: "refused", problem: { code: "holder-diary-full", message: "full" } });
  await view.on.confirm(happened({ index: "0" }));
  assert.notEqual(view.data().causesFailed, "");
  const kept = () => phone.holder.diary().flatMap(({ place, notIn }) => (place === visit.place ? [notIn] : []));
  assert.deepEqual(kept(), [undefined]);
  phone.change = change;
  await view.on.confirm(happened({ index: "0" }));
  assert.deepEqual([view.data().causesFailed, chosen()], ["", []]);
  assert.deepEqual(kept(), [["420106001"]]);
});

test("what the code would be elsewhere is worked out for the rules that somebody chooses, among those that the phone keeps", async () => {
  const phone = await it.phoneOf("green-at-home");
  connect({ phone });
  const view = new ReasonsView(context());
  assert.equal(view.data().elsewhere.asks, false, "it keeps one");
  const [own] = phone.keptRules();
  const other = { ...phone.assess(), colour: "red" as const };
  const reason = { rule: "gate", colour: "red", text: { "zh-Hans": "不同", en: "Different" } } as never;
  phone.keptRules = () => (own ? [own, { ...own, for: "44/hospital", chosen: false }] : []);
  const asked: string[] = [];
  phone.compareWith = (rulesFor) => {
    asked.push(rulesFor);
    return { chosen: phone.assess(), other, chosenOnly: [], otherOnly: [reason] };
  };
  assert.deepEqual(view.data().elsewhere.options.length, 2);
  assert.deepEqual([view.data().elsewhere.sides, asked], [[], []]);
  view.on.elsewhere(happened({}, "1"));
  const { index, sides } = view.data().elsewhere;
  assert.equal(index, 1);
  assert.deepEqual(
    sides.map(({ key, colour, reasons }) => [key, colour, reasons.map(({ says }) => says)]),
    [
      ["here", "green", []],
      ["there", "red", ["不同"]],
    ],
  );
  assert.deepEqual([...new Set(asked)], ["44/hospital"]);
  view.on.elsewhere(happened({}, "0"));
  assert.deepEqual(view.data().elsewhere.sides, []);
});
