// What a citizen does on a page with the package's elements, over WebDriver. Everyone here is made up.
import { CITIZEN, WELL } from "../../../browser/citizen.mjs";

/** The body of a function that finds an element of the package's, whatever shadow it is in. */
const find = (selector) => `
  const look = (root) => {
    const found = root.querySelector(${JSON.stringify(selector)});
    if (found) return found;
    for (const host of root.querySelectorAll("*")) {
      const inner = host.shadowRoot && look(host.shadowRoot);
      if (inner) return inner;
    }
    return null;
  };
  return look(document);`;

export const element = (browser, selector) => browser.until(find(selector), selector);
const act = (browser, selector, code) =>
  browser.until(
    `const found = (() => {${find(selector)}})(); if (!found || found.disabled) return false; ${code} return true;`,
    selector,
  );
export const press = (browser, selector) => act(browser, selector, "found.click();");
export const text = (browser) =>
  browser.run(`
  const told = (root) => [...root.children].map((one) => (one.shadowRoot ? told(one.shadowRoot) : one.tagName === "STYLE" ? "" : one.children.length > 0 && !one.innerText ? told(one) : (one.innerText ?? one.textContent) + [...one.querySelectorAll("*")].map((inner) => (inner.shadowRoot ? told(inner.shadowRoot) : "")).join(""))).join("\\n");
  return told(document.body);`);

/** Chooses from a list by what the option says, in one language or the other. */
const select = (browser, selector, names) =>
  browser.until(
    `const found = (() => {${find(selector)}})();
    const at = found ? [...found.options].findIndex(({ label }) => ${JSON.stringify(names)}.includes(label.trim())) : -1;
    if (at < 0) return false;
    found.selectedIndex = at;
    found.dispatchEvent(new Event("change", { bubbles: true }));
    return true;`,
    `${names} in ${selector}`,
  );

export async function enrol(browser, { name, number } = CITIZEN) {
  await browser.type(find("#name"), name);
  await browser.type(find("#number"), number);
  await press(browser, "form button");
}

const HOME = [
  ["浙江省", "Zhejiang"],
  ["杭州市", "Hangzhou"],
  ["西湖区", "Xihu District"],
];

export async function fillIn(browser, answers = {}) {
  const { residence, temperature, symptoms, household_ill, contact, been_away } = { ...WELL, ...answers };
  const choose = (question, option) => press(browser, `input[data-question="${question}"][data-option="${option}"]`);
  await choose("residence", residence);
  for (const [depth, name] of HOME.entries())
    await select(browser, `select[data-question="home"][data-depth="${depth}"]`, name);
  await act(
    browser,
    'input[data-question="temperature"]',
    `found.value = ${JSON.stringify(temperature)}; found.dispatchEvent(new Event("input", { bubbles: true }));`,
  );
  for (const symptom of symptoms) await choose("symptoms", symptom);
  await choose("household_ill", household_ill);
  await choose("contact", contact);
  await choose("been_away", been_away);
  await press(browser, ".primary");
}

/** Waits until a code is drawn. */
export const drawn = (browser) =>
  browser.until(
    `const canvas = (() => {${find("canvas.qr")}})(); return canvas !== null && canvas.width >= 100;`,
    "a code",
  );
