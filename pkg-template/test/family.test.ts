// The people who use one device.
import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { phoneShown } from "../src/components/open.js";
import { Running } from "../src/components/running.js";
import { CodeView } from "../src/view/code.js";
import { FamilyView } from "../src/view/family.js";
import { QuestionnaireView } from "../src/view/questionnaire.js";
import { connect } from "../src/view/session.js";
import { cleared, context, happened, settled, world } from "./phone.js";

let it: ReturnType<typeof world>;
beforeEach(() => {
  it = world();
});
afterEach(cleared);

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
  await child.change({ remove: child.holder.diary()[0] as never });
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

test("two alike are told apart, by a nickname that stays on this phone, and one who is known goes only after a question", async () => {
  const phone = await it.phoneOf("green-at-home");
  (await it.phoneOf("red-back-from-wuhan", "2")).close();
  const family = await it.openFamily();
  connect({ phone, family });
  const around = context();
  const view = new FamilyView(around);
  const until = async (done: () => boolean) => {
    await view.changed();
    for (let turn = 0; turn < 100 && !done(); turn += 1) await new Promise((resolve) => setTimeout(resolve, 2));
    assert.ok(done());
  };
  const names = () => view.data().people.map(({ name }) => name);
  await until(() => names().length === 2);
  const [one] = names();
  assert.deepEqual(names(), [one, one?.replace("1", "2")], "what is masked is the same");
  assert.match(one ?? "", /（第1位）$/);

  await view.on.call(happened({ person: "2" }));
  assert.equal(view.data().people[1]?.named, true);
  view.on.type(happened({}, " 奶奶 "));
  await view.on.save();
  await until(() => names()[1]?.startsWith("奶奶（") === true);
  assert.doesNotMatch(names()[0] ?? "", /第1位/, "nobody is alike any more");
  await view.on.show(happened({ person: "2" }));
  assert.match(new QuestionnaireView(context()).data().whose, /^申报人：奶奶（.+，证件号码后4位428X）$/);

  await view.on.remove(happened({ person: "2" }));
  assert.equal((await family.people()).length, 2, "one tap removes nobody");
  assert.match(view.data().people[1]?.sure ?? "", /奶奶.*无法恢复/);
  await view.on.cancel();
  assert.equal(view.data().people[1]?.leaves, false);
  await view.on.remove(happened({ person: "2" }));
  await view.on.confirm();
  assert.deepEqual(
    (await family.people()).map(({ person }) => person),
    ["1"],
  );
  assert.ok(![...it.state.stored.keys()].some((key) => key.includes("person-2")), "the nickname is gone, too");
  assert.equal(phoneShown()?.person, "1");
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
