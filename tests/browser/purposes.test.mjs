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

  // What was declared for one purpose is not there for another.
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
