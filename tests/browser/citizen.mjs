// What a citizen does, step by step. Everyone here is made up.

import { readFileSync } from "node:fs";

/** Nobody: a name that is not one, and a number with no valid check digit. */
export const CITIZEN = { name: "测试员", number: "330106190001010000" };

/** Opens the page and gets a day certificate. */
export async function enrol(page, url, { name, number } = CITIZEN) {
  await page.goto(`${url}/citizen.html`);
  await page.locator("#name").fill(name);
  await page.locator("#number").fill(number);
  await page.locator("form button.wide").click();
  await questionnaire(page).locator(".question").first().waitFor();
}

/** The element with the questions. */
export const questionnaire = (page) => page.locator("healthcode-questionnaire");

const question = (page, id) => page.locator(`.question[data-question="${id}"]`);

/** The trips that are filled in. */
export const tripBoxes = (page) => question(page, "trips").locator(".box");

export async function choose(page, id, ...values) {
  for (const value of values) await question(page, id).locator(`input[value="${value}"]`).check();
}

/** The names of places by their codes, as the lists have them. */
const names = new Map(
  readFileSync(new URL("../../pkg-template/data/places.tsv", import.meta.url), "utf8")
    .split("\n")
    .map((line) => line.split("\t"))
    .map(([code, zh, en]) => [code, { zh, en }]),
);

/** Chooses a place by its code, level by level. */
export async function choosePlace(scope, code) {
  const levels = /^\d/.test(code) ? [2, 4, 6].filter((digits) => digits <= code.length) : [code.length];
  for (const [at, digits] of levels.entries()) {
    const list = scope.locator(".lists select").nth(at);
    const { zh, en } = names.get(code.slice(0, digits));
    // The names may still be on their way when the list is there.
    const named = list.locator("option").filter({ hasText: new RegExp(`^(${zh}|${en})$`) });
    await named.first().waitFor({ state: "attached" });
    await list.selectOption({ label: await named.first().textContent() });
  }
}

/** The answers of somebody who is well and was nowhere. */
export const WELL = {
  residence: "resident",
  home: "330106",
  temperature: "36.5",
  symptoms: ["none"],
  household_ill: "no",
  contact: "no",
  been_away: "no",
};

/** Fills in the questionnaire. */
export async function fillIn(page, answers = {}) {
  const { residence, home, temperature, symptoms, household_ill, contact, last_contact, been_away, trips } = {
    ...WELL,
    ...answers,
  };
  await choose(page, "residence", residence);
  await choosePlace(question(page, "home"), home);
  await question(page, "temperature").locator("input").fill(temperature);
  await choose(page, "symptoms", ...symptoms);
  await choose(page, "household_ill", household_ill);
  await choose(page, "contact", contact);
  if (last_contact) await question(page, "last_contact").locator("input").fill(last_contact);
  await choose(page, "been_away", been_away);
  for (const [index, trip] of (trips ?? []).entries()) {
    const box = tripBoxes(page).nth(index);
    if (index > 0) await question(page, "trips").locator("button:not(.small)").last().click();
    await choosePlace(box, trip.place);
    await box.locator('input[data-part="from"]').fill(trip.from);
    if (trip.to) await box.locator('input[data-part="to"]').fill(trip.to);
  }
}

export async function handIn(page) {
  await questionnaire(page).locator(".closing button.primary").click();
}

/** What is shown before a report counts that makes the code worse, or a correction. */
export const review = (page) => page.locator(".review");
export const confirm = (page) => page.locator(".review button.primary").click();

/** Fills in, hands in, and waits for the code. */
export async function report(page, answers) {
  await fillIn(page, answers);
  await handIn(page);
  await page.locator("section.code, .review").first().waitFor();
  if ((await review(page).count()) > 0) await confirm(page);
  await page.locator("section.code").waitFor();
}

/** The colour of the card. */
export const colour = (page) => page.locator("healthcode-code").getAttribute("data-sign");

/** What the QR code says that is on the screen, once there is one. */
export async function codeText(page) {
  await page.locator("healthcode-code canvas").waitFor();
  return page.locator("healthcode-code").evaluate((element) => element.text);
}

/** Fills in a visit's times, `2020-02-14T10:00`, in the diary's form. */
export async function times(page, arrive, leave) {
  for (const [part, time] of [
    ["arrive", arrive],
    ["leave", leave],
  ]) {
    if (time === undefined) continue;
    const [day, minute] = time.split("T");
    await page.locator(`.adding input[type="date"][data-part="${part}"]`).fill(day);
    await page.locator(`.adding input[type="time"][data-part="${part}"]`).fill(minute);
  }
}
