// What a checkpoint does.

/** The element that verifies. */
export const part = (page) => page.locator("healthcode-checkpoint");

/** Opens the checkpoint's page and waits until it can verify. */
export async function open(page, url) {
  await page.goto(`${url}/checkpoint.html`);
  await part(page).locator("textarea").waitFor();
  await part(page).locator("button.primary:enabled").first().waitFor();
}

/** Pastes a text; gives what the page concludes. */
export async function paste(page, text) {
  await part(page).locator("textarea").fill(text);
  await part(page)
    .getByRole("button", { name: /^(核验|Verify)$/ })
    .click();
  return conclusion(page);
}

/** Chooses an image file; gives what the page concludes. */
export async function image(page, file) {
  await page.locator('.images input[type="file"]').setInputFiles(file);
  return conclusion(page);
}

/** The verdict on the page: which, its sign, and the code of the cause. */
export async function conclusion(page) {
  const panel = page.locator(".verdict");
  await panel.waitFor();
  const cause = panel.locator("[data-code]");
  return {
    verdict: await panel.getAttribute("data-verdict"),
    sign: await part(page).getAttribute("data-sign"),
    code: (await cause.count()) > 0 ? await cause.getAttribute("data-code") : undefined,
    text: await panel.innerText(),
  };
}

export async function next(page) {
  await part(page).locator(".verdict button.primary").click();
  await page.locator(".verdict").waitFor({ state: "detached" });
}
