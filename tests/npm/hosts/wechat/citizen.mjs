// What a citizen does on WeChat, step by step, with fingers. Everyone here is made up.
import { CITIZEN, WELL } from "../../../browser/citizen.mjs";

/** The element of a component whose `data-` attributes are these. */
export async function element(page, data, tag = "") {
  const found = await page.waitForFunction(
    ([data, tag]) =>
      [...document.querySelectorAll(`.wx-page:not([hidden]) ${tag || "*"}`)].find((one) => {
        const { dataset = {} } = one.__wxElement ?? {};
        return Object.entries(data).every(([name, value]) => String(dataset[name]) === value);
      }),
    [data, tag],
    { polling: 50, timeout: 10_000 },
  );
  return found.asElement();
}

/** Gets a day certificate. */
export async function enrol(page, { name, number } = CITIZEN) {
  await page.locator(".name input").fill(name);
  await page.locator(".number input").fill(number);
  await page.locator(".main").tap();
}

async function choose(page, question, ...options) {
  for (const option of options) await (await element(page, { question, option })).tap();
}

/** Picks a place by its code. */
async function place(page, question, code, at = {}) {
  await (await element(page, { question, ...at }, "wx-picker")).tap();
  await page.locator(".wx-sheet input").fill(code);
  await page.locator(".wx-sheet button").first().tap();
}

async function day(page, data, date) {
  await (await element(page, data, "wx-picker")).tap();
  await page.locator(".wx-sheet input").fill(date);
  await page.locator(".wx-sheet button").first().tap();
}

/** Types a temperature, in the place of what stood there. */
export async function measure(page, temperature) {
  await (await (await element(page, { question: "temperature" }, "wx-input")).$("input")).fill(temperature);
}

/** Fills in the questionnaire; `next` goes on to the next question where they are asked one at a time. */
export async function fillIn(page, answers = {}, next = async () => {}) {
  const {
    residence,
    home,
    temperature,
    symptoms,
    household_ill,
    contact,
    been_away,
    trips = [],
  } = { ...WELL, ...answers };
  await choose(page, "residence", residence);
  await next();
  await place(page, "home", home);
  await next();
  await measure(page, temperature);
  await next();
  await choose(page, "symptoms", ...symptoms);
  await next();
  await choose(page, "household_ill", household_ill);
  await next();
  await choose(page, "contact", contact);
  await next();
  await choose(page, "been_away", been_away);
  for (const [index, trip] of trips.entries()) {
    const at = { question: "trips", index: String(index) };
    await place(page, "trips", trip.place, { index: at.index });
    await day(page, { ...at, part: "from" }, trip.from);
    if (trip.to) await day(page, { ...at, part: "to" }, trip.to);
  }
}

/** Presses the main button of a component. */
export const press = (page, component) =>
  page
    .locator(`wx-button[class*="miniprogram-npm-healthcode-components-${component}-index--primary"]:visible`)
    .first()
    .tap();

/** What is shown before a report counts that makes the code worse, or a correction. */
export const review = (page) => page.locator('[class*="questionnaire-index--review"]:visible').first();

/** Waits until a code is drawn. */
export async function drawn(page) {
  const there = () => document.querySelector(".wx-page:not([hidden]) canvas")?.width > 300;
  await page.waitForFunction(there, undefined, { polling: 50 }).catch(async () => {
    throw new Error(
      `no code is drawn; the page says:\n${await page.evaluate(() => [document.body.innerText, ...host.errors].join("\n"))}`,
    );
  });
}
