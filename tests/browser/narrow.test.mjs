// The largest type on the narrowest screens: words, clock and QR code stay whole, and the code is what is seen first.
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

/** Words of Latin letters that are broken over lines, and the Chinese ones of signs; what does not fit into the width. */
function broken() {
  const found = [];
  const look = (root) => {
    for (const element of root.querySelectorAll("*")) {
      if (element.shadowRoot) look(element.shadowRoot);
      if (
        !element.checkVisibility({ visibilityProperty: true }) ||
        element.closest("code, pre, option, noscript, .skip")
      )
        continue;
      const { right, left } = element.getBoundingClientRect();
      if (right > innerWidth + 1 || left < -1) found.push(`cut at the side: ${element.outerHTML.slice(0, 100)}`);
      for (const node of element.childNodes) {
        if (node.nodeType !== 3) continue;
        const words = element.matches(".word, .time") ? /\S+/g : /[A-Za-z]{2,}/g;
        for (const { 0: word, index } of node.data.matchAll(words)) {
          const range = document.createRange();
          range.setStart(node, index);
          range.setEnd(node, index + word.length);
          const lines = new Set([...range.getClientRects()].map(({ top }) => Math.round(top)));
          if (lines.size > 1) found.push(`broken: ${word} in ${element.textContent.trim().slice(0, 40)}`);
          const box = element.getBoundingClientRect();
          const text = range.getBoundingClientRect();
          if (text.right > box.right + 1 && text.right > innerWidth - 12) found.push(`cut: ${word}`);
        }
      }
    }
  };
  look(document);
  return [...new Set(found)].join("\n");
}

const choose = (page, large, size) =>
  page.evaluate(
    (chosen) => {
      const kept = JSON.parse(localStorage.getItem("healthcode.preferences") ?? "{}");
      localStorage.setItem("healthcode.preferences", JSON.stringify({ ...kept, ...chosen }));
    },
    { large, size },
  );

/** The QR code's box on the screen. */
const qr = (page) => page.locator("healthcode-code canvas").boundingBox();

/** Opens the page anew, to the code. */
async function openCode(page) {
  await page.goto(`${server.url}/citizen.html`);
  await page.locator("healthcode-code canvas").waitFor();
  await page.locator("healthcode-code .why").waitFor();
}

for (const [width, height] of [
  [320, 600],
  [360, 740],
])
  for (const locale of ["zh-CN", "en-GB"])
    test(`words, clock and QR code stay whole in the largest type, ${width} px wide, ${locale}`, async (t) => {
      const context = await device(browser, { locale, viewport: { width, height } });
      t.after(() => context.close());
      const page = await context.newPage();
      await citizen.enrol(page, server.url);
      await citizen.report(page, { temperature: "38.0" });
      await openCode(page);
      const usual = await qr(page);
      for (const large of [true, false]) {
        const name = `narrow-${width}-${locale}-${large ? "simple" : "full"}`;
        await choose(page, large, 7);
        await openCode(page);
        const shown = await qr(page);
        assert.ok(shown.width >= usual.width - 0.5, `the QR code is ${shown.width} wide, not ${usual.width}`);
        if (large) assert.ok(shown.y + shown.height <= height, `the QR code ends at ${shown.y + shown.height}`);
        await shoot(page, name);
        assert.equal(await page.evaluate(broken), "", `${name}: code`);
        await page
          .locator(large ? ".pinned > button" : "healthcode-report button")
          .first()
          .click();
        const form = citizen.questionnaire(page);
        await form.locator(".question").first().waitFor();
        const next = form.locator(".closing button.primary");
        for (let asked = 0; asked < 4; asked += 1) {
          assert.equal(await page.evaluate(broken), "", `${name}: question ${asked}`);
          if (large) await next.click();
          else break;
        }
        await page.goto(`${server.url}/checkpoint.html`);
        await checkpoint.part(page).locator("textarea").waitFor();
        assert.equal(await page.evaluate(broken), "", `${name}: checkpoint`);
        await page.goto(server.url);
        await page.locator(".doors").waitFor();
        assert.equal(await page.evaluate(broken), "", `${name}: start`);
        await choose(page, false, 1);
      }
    });
