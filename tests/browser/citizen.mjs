// What a citizen does, step by step. Everyone here is made up.

/** Nobody: a name that is not one, and a number with no valid check digit. */
export const CITIZEN = { name: "测试员", number: "330106190001010000" };

/** Opens the page and gets a day certificate. */
export async function enrol(page, url, { name, number } = CITIZEN) {
  await page.goto(`${url}/citizen.html`);
  await page.locator("#name").fill(name);
  await page.locator("#number").fill(number);
  await page.locator("form button.primary").click();
  await page.locator(".questionnaire").waitFor();
}

const question = (page, id) => page.locator(`[data-question="${id}"]`);

export async function choose(page, id, ...values) {
  for (const value of values) await question(page, id).locator(`input[value="${value}"]`).check();
}

/** Chooses a place by its code, level by level. */
export async function choosePlace(scope, code) {
  for (const digits of [2, 4, 6].filter((digits) => digits <= code.length)) {
    await scope.locator(`select[data-level="${digits}"]`).selectOption(code.slice(0, digits));
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
    const box = question(page, "trips").locator(".trip").nth(index);
    if (index > 0) await question(page, "trips").locator("button.add").click();
    await choosePlace(box, trip.place);
    await page.locator(`#trips-${index}-from`).fill(trip.from);
    if (trip.to) await page.locator(`#trips-${index}-to`).fill(trip.to);
    if (trip.mode) await page.locator(`#trips-${index}-mode`).selectOption(trip.mode);
  }
}

export async function handIn(page) {
  await page.locator(".questionnaire .closing button.primary").click();
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

export const colour = (page) => page.locator("section.code").getAttribute("data-colour");
export const codeText = (page) => page.locator("details.as-text code").textContent();
