// The elements in a page of another look: they are drawn as in a plain one.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { device, keep, launch } from "../../../browser/browser.mjs";
import { serve } from "../../../browser/server.mjs";
import { work } from "../places.mjs";
import { web } from "../server.mjs";
import { enrol, fillIn } from "./page.mjs";

/** What Vite's templates, resets and right-to-left pages set on an element or around it. */
const LOOK = `
  :root { color-scheme: light dark; color: rgba(255, 255, 255, 0.87); background: #242424; }
  main > * { font: italic 700 40px/3 serif; text-align: center; text-transform: uppercase; letter-spacing: 0.3em; }
  main > * { word-spacing: 1em; text-indent: 2em; font-variant: small-caps; text-shadow: 2px 2px red; white-space: pre; }
  main > * { cursor: crosshair; hyphens: auto; direction: rtl; quotes: none; list-style: square inside; tab-size: 20; }
  main > * { word-break: break-all; }
`;

/** How many pixels of two pictures differ by more than the edges of curves do between two drawings; or their sizes, if these differ. */
const differing = (page, pictures) =>
  page.evaluate(
    async (pictures) => {
      const [one, other] = await Promise.all(
        pictures.map(async (base64) => {
          const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
          const image = await createImageBitmap(new Blob([bytes]));
          const { width, height } = image;
          const context = new OffscreenCanvas(width, height).getContext("2d");
          context.drawImage(image, 0, 0);
          return { size: `${width} × ${height}`, data: context.getImageData(0, 0, width, height).data };
        }),
      );
      if (one.size !== other.size) return `${one.size}, ${other.size}`;
      return one.data.filter((value, at) => Math.abs(value - other.data[at]) > 16).length;
    },
    pictures.map((picture) => picture.toString("base64")),
  );

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

test("questionnaire and reasons are drawn alike in a plain page and in one that styles everything", async (t) => {
  const issuer = await serve(t, { folder: null });
  const url = await web(t, { folders: { "/": join(work, "vite", "dist") }, issuer: () => issuer.url });
  const context = await device(browser, { deviceScaleFactor: 1, viewport: { width: 390, height: 3000 } });
  t.after(() => context.close());
  const page = await context.newPage();
  await page.goto(url);
  await enrol(page);

  async function alike(tag) {
    const element = page.locator(tag);
    const picture = () => element.screenshot({ animations: "disabled", caret: "hide" });
    // Data come in, and the page moves: the picture is what two in a row agree on.
    const settled = async () => {
      for (let last = await picture(); ; ) {
        const next = await picture();
        if (last.equals(next)) return next;
        last = next;
      }
    };
    const plain = await settled();
    const style = await page.addStyleTag({ content: LOOK });
    await page.emulateMedia({ colorScheme: "dark" });
    const styled = await settled();
    await keep(plain, `${tag}-plain`);
    await keep(styled, `${tag}-styled`);
    await style.evaluate((element) => element.remove());
    await page.emulateMedia({ colorScheme: "light" });
    assert.equal(await differing(page, [plain, styled]), 0, `${tag}; SCREENSHOTS=folder keeps both pictures`);
  }
  await page.locator("healthcode-questionnaire input").first().waitFor();
  await alike("healthcode-questionnaire");
  await fillIn(page);
  await page.locator("healthcode-reasons").getByText("按规则，对您没有限制。").waitFor();
  await alike("healthcode-reasons");

  // What hides an element or makes it deaf still does.
  await page.addStyleTag({ content: "healthcode-reasons { visibility: hidden; }" });
  assert.equal(await page.locator("healthcode-reasons h2").first().isVisible(), false);
});

/** A dark page that sets what the guide lists, with a light brand and dark text on it. */
const DARK = `:root {
  --hc-brand: #9db8ff; --hc-on-brand: #0b1433; --hc-brand-soft: #22305e; --hc-ink: #f2f4f3; --hc-soft: #b9c4c1;
  --hc-line: #3a4543; --hc-ground: #263130; --hc-surface: #161d1c; --hc-fault: #ff9b9b; }`;

/** The contrast of each piece of text with what is behind it, of those that have less than is needed (WCAG 2.2, 1.4.3). */
const faint = (element) =>
  element.evaluate((host) => {
    const parse = (colour) => (colour.match(/[\d.]+/g) ?? []).map(Number);
    const luminance = ([r, g, b]) => {
      const [x, y, z] = [r, g, b]
        .map((part) => part / 255)
        .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
      return 0.2126 * x + 0.7152 * y + 0.0722 * z;
    };
    const behind = (one) => {
      for (let at = one; at instanceof Element; at = at.parentElement) {
        const found = parse(getComputedStyle(at).backgroundColor);
        if (found.length === 3 || found[3] === 1) return found;
      }
      return [255, 255, 255];
    };
    const found = [];
    for (const one of host.shadowRoot.querySelectorAll(".plate *, .card *, .button.primary")) {
      const own = [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== "");
      if (!own || one.checkVisibility?.() === false) continue;
      const [a, b] = [luminance(parse(getComputedStyle(one).color)), luminance(behind(one))].sort((x, y) => y - x);
      const contrast = (a + 0.05) / (b + 0.05);
      if (contrast < 4.5)
        found.push(`${one.className}: ${one.textContent.trim().slice(0, 20)}: ${contrast.toFixed(1)}`);
    }
    return found;
  });

test("on a dark page what is written on light and on the brand can be read", async (t) => {
  const issuer = await serve(t, { folder: null });
  const url = await web(t, { folders: { "/": join(work, "vite", "dist") }, issuer: () => issuer.url });
  const context = await device(browser, { deviceScaleFactor: 1, viewport: { width: 390, height: 3000 } });
  t.after(() => context.close());
  const page = await context.newPage();
  await page.goto(url);
  await page.addStyleTag({ content: DARK });
  await enrol(page);
  await page.locator("healthcode-questionnaire input").first().waitFor();
  assert.deepEqual(await faint(page.locator("healthcode-questionnaire")), []);
  // A code that is not green has reasons; what makes it so is shown before it counts.
  await fillIn(page, { temperature: "38.6" });
  await page.locator("healthcode-questionnaire .review").waitFor();
  assert.deepEqual(await faint(page.locator("healthcode-questionnaire")), []);
  await page.locator("healthcode-questionnaire .review .primary").click();
  await page.locator("healthcode-reasons .card").first().waitFor();
  await page.locator("healthcode-code canvas.qr").waitFor();
  for (const tag of ["healthcode-code", "healthcode-reasons"])
    assert.deepEqual(await faint(page.locator(tag)), [], tag);
});
