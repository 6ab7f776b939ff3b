// The desks for purposes of today, beside the one of 2020: each has its own rules, answers and clock.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { device, launch, shoot } from "./browser.mjs";
import * as checkpoint from "./checkpoint.mjs";
import * as citizen from "./citizen.mjs";
import { serve } from "./server.mjs";

let browser;
let server;
const cleanup = [];

before(async () => {
  browser = await launch();
  server = await serve({ after: (done) => cleanup.unshift(done) });
});
after(async () => {
  await browser.close();
  for (const done of cleanup) await done();
});

/** A day of the real calendar in China, by which the desks of today go. */
const daysAgo = (days) => new Date(Date.now() + (8 - 24 * days) * 3_600_000).toISOString().slice(0, 10);

const purpose = (page, name) => page.getByRole("radio", { name });

test("a hospital's card beside the code of 2020", async (t) => {
  const phone = await device(browser);
  t.after(() => phone.close());
  const page = await phone.newPage();
  await page.goto(server.url);
  assert.equal(await purpose(page, /杭州健康码/).isChecked(), true);
  await purpose(page, /医院就诊与陪护/).check();
  await shoot(page, "purposes-zh");

  await citizen.enrol(page, server.url);
  await citizen.choose(page, "role", "carer");
  await citizen.choose(page, "other_carer", "yes");
  await citizen.choose(page, "symptoms", "none");
  await citizen.handIn(page);
  assert.match(await citizen.review(page).innerText(), /提交后健康码会变为红码，填写是否无误？/);
  await shoot(page, "hospital-review-zh", { fullPage: true });
  await citizen.confirm(page);
  await page.locator("section.code").waitFor();
  assert.equal(await citizen.colour(page), "red");
  const ground = page.locator('.reason[data-rule="second-carer"] a');
  assert.match(await ground.locator("xpath=ancestor::*[contains(@class, 'reason')]").innerText(), /电子陪护证/);
  assert.equal(await ground.getAttribute("href"), "http://www.shandonghsjx.com/news/show206310.html");
  await shoot(page, "hospital-red-zh");

  const text = await citizen.codeText(page);
  await checkpoint.open(page, server.url);
  assert.equal((await checkpoint.paste(page, text)).verdict, "accepted");

  // By another clock there is nothing of it.
  await page.goto(server.url);
  assert.equal(await purpose(page, /医院就诊与陪护/).isChecked(), true);
  await purpose(page, /杭州健康码/).check();
  await citizen.enrol(page, server.url);
  await page.locator('.question[data-question="residence"]').waitFor();
});

test("arrival in English: a cough is declared on the ground that is in force", async (t) => {
  const phone = await device(browser, { locale: "en-GB" });
  t.after(() => phone.close());
  const page = await phone.newPage();
  await page.goto(server.url);
  await purpose(page, /Health declaration on arrival/).check();
  await shoot(page, "purposes-en");
  await citizen.enrol(page, server.url);
  const trip = page.locator('.question[data-question="trips"] .box');
  await citizen.choosePlace(trip, "DE");
  await citizen.tripBoxes(page).locator('input[data-part="from"]').fill(daysAgo(5));
  await citizen.tripBoxes(page).locator('input[data-part="to"]').fill(daysAgo(1));
  await citizen.choose(page, "symptoms", "cough");
  await citizen.choose(page, "diagnosed", "no");
  await shoot(page, "arrival-questions-en", { fullPage: true });
  await citizen.handIn(page);
  assert.match(await citizen.review(page).innerText(), /Cough\. This makes your code yellow\. Is that correct\?/);
  await citizen.confirm(page);
  await page.locator("section.code.yellow").waitFor();
  const ground = page.locator('.reason[data-rule="symptoms"] a');
  assert.match(
    await ground.locator("xpath=ancestor::*[contains(@class, 'reason')]").innerText(),
    /GACC Announcement No\. 151 of 2023/,
  );
  await shoot(page, "arrival-yellow-en", { fullPage: true });
});

test("several purposes on one phone: compared and switched between", async (t) => {
  const phone = await device(browser, { locale: "en-GB" });
  t.after(() => phone.close());
  const page = await phone.newPage();
  await page.goto(server.url);
  await purpose(page, /Hospital/).check();
  await citizen.enrol(page, server.url);
  await citizen.choose(page, "role", "carer");
  await citizen.choose(page, "other_carer", "yes");
  await citizen.choose(page, "symptoms", "none");
  await citizen.handIn(page);
  await citizen.confirm(page);
  await page.locator("section.code.red").waitFor();
  const rules = page.locator("section.rules");

  // The school asks questions of its own, and takes nothing from the hospital's answers.
  await rules.locator('button[data-add="320583/school"]').click();
  await page.locator('.question[data-question="temperature"] input').fill("36.5");
  assert.equal(await page.locator('.question[data-question="role"]').count(), 0);
  await citizen.choose(page, "symptoms", "none");
  await citizen.choose(page, "diagnosed", "no");
  await citizen.handIn(page);
  await page.locator("section.code.green").waitFor();

  // What the code would be at the hospital is told without a request.
  const requests = [];
  page.on("request", (request) => requests.push(request.url()));
  const other = rules.locator('article[data-rules="44/hospital"]');
  const elsewhere = page.locator("healthcode-reasons .elsewhere");
  assert.equal(await elsewhere.locator(".side").count(), 0, "nothing is worked out before somebody asks");
  await elsewhere.locator("select").selectOption({ label: "Hospital declaration card for patients and carers" });
  const sides = elsewhere.locator(".side");
  assert.deepEqual(await sides.evaluateAll((all) => all.map((side) => side.dataset.colour)), ["green", "red"]);
  assert.equal(await elsewhere.locator('.side.red [data-rule="second-carer"]').isVisible(), true);
  assert.deepEqual(requests, []);
  await elsewhere.scrollIntoViewIfNeeded();
  await shoot(page, "rules-compared-en");
  await page.getByRole("button", { name: "中文" }).click();
  await elsewhere.getByText("只有这里才有的原因：").waitFor();
  await elsewhere.scrollIntoViewIfNeeded();
  await shoot(page, "rules-compared-zh");

  // Its code is shown again without another report, also after the page is loaded anew; the checkpoint sees whose rules.
  await other.getByRole("button", { name: /改为出示/ }).click();
  await page.locator("section.code.red").waitFor();
  await page.reload();
  await page.locator("section.code.red").waitFor();

  // What is removed is gone with its answers.
  const school = rules.locator('article[data-rules="320583/school"]');
  await school.getByRole("button", { name: /移除/ }).click();
  await school.getByText("无法恢复").waitFor();
  await school.getByRole("button", { name: "移除", exact: true }).click();
  await rules.getByText("已移除").waitFor();
  await rules.locator('button[data-add="320583/school"]').click();
  await page.locator('.question[data-question="temperature"]').waitFor();
});

for (const [locale, name, hospital, arrival, asks, use, other] of [
  [
    "zh-CN",
    "zh",
    /医院就诊与陪护/,
    /入境健康申报/,
    "医院就诊与陪护（广东省）",
    /用途：医院就诊与陪护（广东省）/,
    /用途不符[\s\S]*这是“入境”的码，这里要看的是“医院就诊与陪护（广东省）”的码/,
  ],
  [
    "en-GB",
    "en",
    /Hospital/,
    /arrival in China/,
    "Hospital visit (Guangdong)",
    /For: Hospital visit \(Guangdong\)/,
    /Wrong purpose[\s\S]*This code is for “Arrival in a country”/,
  ],
]) {
  test(`a hospital's gate takes no green code of an arrival (${name})`, async (t) => {
    const [phone, desk] = await Promise.all([device(browser, { locale }), device(browser, { locale })]);
    t.after(() => Promise.all([phone.close(), desk.close()]));
    const [page, gate] = [await phone.newPage(), await desk.newPage()];
    await page.goto(server.url);
    await purpose(page, hospital).check();
    await citizen.enrol(page, server.url);
    await citizen.choose(page, "role", "patient");
    await citizen.choose(page, "symptoms", "fever", "rash");
    await citizen.handIn(page);
    await citizen.confirm(page);
    await page.locator("section.code.yellow").waitFor();

    // The gate asks for what its guard came for, and says so before anybody is scanned.
    await gate.goto(server.url);
    await purpose(gate, hospital).check();
    await checkpoint.open(gate, server.url);
    const asked = checkpoint.part(gate).locator("select");
    assert.equal(await asked.locator("option:checked").innerText(), asks);
    const yellow = await checkpoint.paste(gate, await citizen.codeText(page));
    assert.deepEqual([yellow.verdict, yellow.sign], ["accepted", "yellow"]);
    assert.match(yellow.text, use);
    await shoot(gate, `gate-hospital-${name}`);
    await checkpoint.next(gate);

    await page.locator('section.rules button[data-add="00/arrival"]').click();
    const trip = page.locator('.question[data-question="trips"] .box');
    await trip.locator(".lists option").nth(9).waitFor({ state: "attached" });
    await citizen.choosePlace(trip, "DE");
    await citizen.tripBoxes(page).locator('input[data-part="from"]').fill(daysAgo(5));
    await citizen.tripBoxes(page).locator('input[data-part="to"]').fill(daysAgo(1));
    await citizen.choose(page, "symptoms", "none");
    await citizen.choose(page, "diagnosed", "no");
    await citizen.handIn(page);
    await page.locator("section.code.green").waitFor();
    const green = await citizen.codeText(page);
    const refused = await checkpoint.paste(gate, green);
    assert.deepEqual([refused.verdict, refused.sign, refused.code], ["undecided", "grey", "gate-other-purpose"]);
    assert.match(refused.text, other);
    await shoot(gate, `gate-other-purpose-${name}`);
    await checkpoint.next(gate);

    // A choice is kept on the device.
    await asked.selectOption(String((await asked.locator("option").count()) - 1));
    await checkpoint.open(gate, server.url);
    const taken = await checkpoint.paste(gate, green);
    assert.deepEqual([taken.verdict, taken.sign], ["accepted", "green"]);
    assert.match(taken.text, arrival.source.includes("入境") ? /用途：入境/ : /For: Arrival/);
    await shoot(gate, `gate-any-${name}`, { fullPage: true });
  });
}
