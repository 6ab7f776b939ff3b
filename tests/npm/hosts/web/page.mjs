// What a citizen does on a page with the package's elements, in Chromium driven by playwright. Everyone here is made up.
import { CITIZEN, WELL } from "../../../browser/citizen.mjs";

export async function enrol(page, { name, number } = CITIZEN) {
  await page.locator("#name").fill(name);
  await page.locator("#number").fill(number);
  await page.locator("form button").click();
}

const HOME = ["浙江省", "杭州市", "西湖区"];

/** Fills in the questionnaire of somebody who is well, but for what is given, and hands it in. */
export async function fillIn(page, given = {}) {
  const {
    residence,
    temperature,
    symptoms: [symptom],
    household_ill,
    contact,
    been_away,
    lives = HOME,
  } = { ...WELL, ...given };
  for (const [question, option] of Object.entries({
    residence,
    symptoms: symptom,
    household_ill,
    contact,
    been_away,
  })) {
    await page.locator(`input[data-question="${question}"][data-option="${option}"]`).check();
  }
  for (const [depth, name] of lives.entries())
    await page.locator(`select[data-question="home"][data-depth="${depth}"]`).selectOption(name);
  await page.locator('input[data-question="temperature"]').fill(temperature);
  await page.locator("healthcode-questionnaire .primary").click();
}
