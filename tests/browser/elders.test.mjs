// China's rules for elders (MIIT's design rules for apps, 2021) over each page and component: sizes of type and of what is pressed,
// line spacing, contrast, nothing cut; in the full version and the one for elders, at each of the eight sizes of type.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import { device, launch, shoot } from "./browser.mjs";
import * as checkpoint from "./checkpoint.mjs";
import * as citizen from "./citizen.mjs";
import { serve } from "./server.mjs";

const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
let browser;
let server;
const cleanup = [];
before(async () => {
  browser = await launch(["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"]);
  server = await serve({ after: (done) => cleanup.unshift(done) });
});
after(async () => {
  await browser.close();
  for (const done of cleanup) await done();
});

/** What the page shows, in its own document and in the shadow roots of the elements: text with its size, and what is pressed. */
function measured() {
  const [texts, targets, cut] = [[], [], []];
  let widest = { right: 0 };
  const seen = (element) => element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
  const look = (root) => {
    for (const element of root.querySelectorAll("*")) {
      if (element.shadowRoot) look(element.shadowRoot);
      if (!seen(element) || element.closest("[aria-hidden=true], .skip, option, noscript")) continue;
      const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== "");
      const style = getComputedStyle(element);
      const size = Number.parseFloat(style.fontSize);
      const { right } = element.getBoundingClientRect();
      if (right > widest.right && !element.closest("table")) widest = { right, element };
      const says = `<${element.localName} class="${element.className}"> ${element.textContent.trim().slice(0, 30)}`;
      // Boxes and files have their words beside them.
      if (own || element.matches("input:not([type=checkbox], [type=radio], [type=file]), select, textarea")) {
        texts.push({ says, size, spacing: Number.parseFloat(style.lineHeight) / size });
        const clips = style.overflowX !== "visible" && element.scrollWidth > element.clientWidth + 1;
        if (clips && !element.matches("input, select, textarea")) cut.push(says);
        // A sentence in a column of three characters can hardly be read.
        const { width } = element.getBoundingClientRect();
        const long = element.textContent.trim().length >= 8 && style.display !== "inline";
        if (own && long && width < 3.5 * size) cut.push(`squeezed into ${Math.round(width)}: ${says}`);
      }
      if (element.matches("button, select, textarea, input, summary, a[href]")) {
        // What is pressed for a box or a file is its label.
        const target = element.matches("[type=checkbox], [type=radio], [type=file]")
          ? (element.closest("label") ?? element)
          : element;
        const { width, height } = target.getBoundingClientRect();
        targets.push({ says, width, height });
      }
    }
  };
  look(document);
  const { scrollWidth, clientWidth } = document.documentElement;
  if (scrollWidth > clientWidth) {
    cut.push(`the page is ${scrollWidth} wide on ${clientWidth}: ${widest.element.outerHTML.slice(0, 200)}`);
  }
  return { texts, targets, cut };
}

/** What breaks the rules on the page as it is. */
async function faults(page, { elders, largest }) {
  const { texts, targets, cut } = await page.evaluate(measured);
  const [body, press] = elders ? [18, 60] : [11, 44];
  const found = cut.map((says) => `cut: ${says}`);
  for (const { says, size, spacing } of texts) {
    if (size < body - 0.01) found.push(`${size.toFixed(1)} px: ${says}`);
    if (spacing < 1.295) found.push(`lines ${spacing.toFixed(2)}: ${says}`);
  }
  for (const { says, width, height } of targets) {
    // A link within a text is as high as its line (WCAG 2.5.8).
    if (says.startsWith('<a class="hint')) continue;
    if (Math.min(width, height) < press - 0.5) found.push(`${Math.round(width)} × ${Math.round(height)}: ${says}`);
  }
  if (elders && largest) {
    const most = Math.max(...texts.map(({ size }) => size));
    if (most < 30) found.push(`the largest type is ${most}`);
  }
  return [...new Set(found)];
}

/** Contrast, by axe: 4.5 to 1 for text. */
async function contrast(page) {
  await page.evaluate(axe);
  return page.evaluate(async () => {
    const { violations } = await globalThis.axe.run({ runOnly: ["color-contrast"] });
    return violations.flatMap(({ nodes }) => nodes.map(({ html }) => html.slice(0, 140)));
  });
}

const choose = (page, large, size) =>
  page.evaluate(
    ([large, size]) =>
      localStorage.setItem(
        "healthcode.preferences",
        JSON.stringify({ ...JSON.parse(localStorage.getItem("healthcode.preferences") ?? "{}"), large, size }),
      ),
    [large, size],
  );

const open = async (page, path, shown) => {
  await page.goto(`${server.url}/${path}`);
  await page.locator(shown).first().waitFor();
};
/** The code, with everything that explains it, in both versions. */
const code = async (page) => {
  await open(page, "citizen.html", "healthcode-code canvas, healthcode-questionnaire .question");
  // What was typed is a draft, to which the page comes back.
  const left = form(page).getByRole("button", { name: "返回" });
  if ((await left.count()) > 0) await left.click();
  await page.locator("healthcode-code canvas").waitFor();
  await page.evaluate(() => document.querySelectorAll("details").forEach((one) => (one.open = true)));
  await page.locator("healthcode-reasons .by-day").waitFor();
};
const card = (page) => page.locator("healthcode-code");
const form = (page) => citizen.questionnaire(page);

/** The text of a code of this minute. */
async function fresh(page) {
  await code(page);
  return citizen.codeText(page);
}

/** Corrects the temperature, where each question is asked by itself, too, and hands in. */
async function correct(page) {
  await form(page).locator(".question").first().waitFor();
  const next = form(page).getByRole("button", { name: "下一题" });
  const field = form(page).locator(".measure input");
  while ((await field.count()) === 0) await next.click();
  await field.fill("36.6");
  while ((await next.count()) > 0) await next.click();
  await citizen.handIn(page);
}

/** Changes a character of whatever text the page's package has stored. */
async function damage() {
  const open = indexedDB.open("healthcode");
  await new Promise((resolve) => {
    open.onsuccess = resolve;
  });
  const store = open.result.transaction("texts", "readwrite").objectStore("texts");
  const done = (request) =>
    new Promise((resolve) => {
      request.onsuccess = () => resolve(request.result);
    });
  for (const key of await done(store.getAllKeys())) {
    if (!key.endsWith(".0")) continue;
    const text = await done(store.get(key));
    await done(store.put(`${text.slice(0, 80)}${text[80] === "A" ? "B" : "A"}${text.slice(81)}`, key));
  }
  open.result.close();
}

/** What everybody may see who has no code, and how to come to it. */
const BEFORE = {
  start: (page) => open(page, "", ".doors"),
  "everything deleted": async (page) => {
    await page.goto("about:blank");
    await open(page, "#cleared", "main strong");
  },
  venue: (page) => open(page, "venue.html", ".venue canvas[data-version]"),
  welcome: (page) => open(page, "citizen.html", "#name"),
  "faults of the welcome": async (page) => {
    await open(page, "citizen.html", "#name");
    await page.locator("form button.wide").click();
    await page.locator("#name-fault:not(:empty)").waitFor();
  },
  "a file from the old phone": async (page) => {
    await open(page, "citizen.html", "#name");
    await page.locator(".arrive summary").click();
    await page.locator(".arrive form button").click();
    await page.locator("#arrive-fault:not(:empty)").waitFor();
  },
  "no server": async (page) => {
    await page.evaluate(() => {
      const kept = localStorage.getItem("healthcode.preferences");
      localStorage.clear();
      localStorage.setItem("healthcode.preferences", kept);
    });
    await page.route("**/demo.json", (route) => route.abort());
    await open(page, "citizen.html", "section[role=alert]");
    await page.unroute("**/demo.json");
  },
};

/** What somebody sees whose code is yellow. */
const AFTER = {
  code: async (page) => {
    await code(page);
    await page.locator("healthcode-reasons .reason").first().waitFor();
    await page.locator("healthcode-diary button.add").click();
  },
  "days as a table": async (page) => {
    await code(page);
    await page.locator("healthcode-reasons .by-day button").click();
  },
  "a rule": async (page) => {
    await code(page);
    await page.locator("healthcode-reasons .reason button").first().click();
    await page.locator("dialog.rule dl").waitFor();
  },
  "the code alone": async (page) => {
    await code(page);
    await card(page).locator(".size button").click();
    await card(page).locator(".full").waitFor();
  },
  "a checkpoint's number": async (page) => {
    await code(page);
    await card(page).locator(".ask > button").click();
    await card(page).locator(".asking").waitFor();
  },
  camera: async (page) => {
    await code(page);
    await page.getByRole("button", { name: "扫场所码" }).click();
    await page.locator("dialog.scanner").waitFor();
  },
  "a weak passphrase": async (page) => {
    await code(page);
    await page.locator("#passphrase").fill("short");
    await page.locator(".move form button").click();
    await page.locator("#move-fault:not(:empty)").waitFor();
  },
  "deleting everything": async (page) => {
    await code(page);
    await page.locator(".forget > button").click();
    await page.locator("#forget").waitFor();
  },
  questionnaire: async (page) => {
    await code(page);
    await page.getByRole("button", { name: "重新申报" }).first().click();
    await form(page).locator(".question").first().waitFor();
  },
  "faults of the questionnaire": async (page) => {
    await code(page);
    await page.getByRole("button", { name: "重新申报" }).first().click();
    const field = form(page).locator(".measure input");
    const next = form(page).getByRole("button", { name: "下一题" });
    await form(page).locator(".question").first().waitFor();
    while ((await field.count()) === 0) await next.click();
    await field.fill("99");
    if ((await next.count()) > 0) await next.click();
    else await citizen.handIn(page);
    await form(page).locator(".wrong").first().waitFor();
  },
  "review of a correction": async (page) => {
    await code(page);
    await page
      .getByRole("button", { name: /^更正2月20日/ })
      .first()
      .click();
    await correct(page);
    await citizen.review(page).waitFor();
  },
  "somebody else": async (page) => {
    await code(page);
    await page.locator("healthcode-family button").last().click();
    await page.locator("[data-back]").waitFor();
  },
  checkpoint: (page) => checkpoint.open(page, server.url),
  "the camera of a checkpoint": async (page) => {
    await checkpoint.open(page, server.url);
    await checkpoint.part(page).locator("button.primary").first().click();
    await page.locator("#viewfinder:not([hidden])").waitFor();
  },
  verdict: async (page) => {
    const text = await fresh(page);
    await checkpoint.open(page, server.url);
    await checkpoint.paste(page, text);
  },
  "who vouches for what": async (page) => {
    const text = await fresh(page);
    await checkpoint.open(page, server.url);
    await checkpoint.paste(page, text);
    await checkpoint.part(page).getByRole("button", { name: "每一项由谁担保" }).click();
  },
  "a refusal": async (page) => {
    await checkpoint.open(page, server.url);
    await checkpoint.paste(page, "https://example.org/");
  },
  "clearing the counts": async (page) => {
    await checkpoint.open(page, server.url);
    await page.locator(".counts > button").click();
    await page.locator("#clear-counts").waitFor();
  },
  "a challenge": async (page) => {
    await checkpoint.open(page, server.url);
    await page.locator('healthcode-checkpoint input[name="ask"]').check();
    await page.locator("healthcode-checkpoint .asked canvas").waitFor();
  },
};

/** Makes the type of the page a step smaller or larger, also behind a dialog. */
const resize = (page, larger) =>
  page.evaluate(async (larger) => {
    const [, smaller, larger_] = document.querySelectorAll(".settings .choice");
    (larger ? larger_ : smaller).click();
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  }, larger);

/** What breaks the rules in a state, at each of the eight sizes of type; `table` gets a line. */
async function atEverySize(page, state, { elders, table }) {
  const all = [];
  for (let size = 7; size > 0; size -= 1) await resize(page, false);
  for (let size = 0; size < 8; size += 1) {
    if (size > 0) await resize(page, true);
    assert.equal(await page.locator("html").getAttribute("data-size"), String(size));
    const told = await faults(page, { elders, largest: size === 7 });
    if (size === 1 || size === 7) told.push(...(await contrast(page)).map((html) => `contrast: ${html}`));
    all.push(...told.map((one) => `${state}, step ${size}: ${one}`));
    if (size === 1 || size === 7) await shoot(page, `elders-${elders ? "simple" : "full"}-${state}-${size}`);
  }
  table.push(`${state}: ${all.length}`);
  return all;
}

for (const elders of [false, true]) {
  test(`sizes, spacing and contrast hold at each of the eight steps, ${elders ? "for elders" : "in full"}`, async (t) => {
    const context = await device(browser, { viewport: { width: 360, height: 740 }, permissions: ["camera"] });
    t.after(() => context.close());
    const page = await context.newPage();
    await page.goto(server.url);
    const [all, table] = [[], []];
    const look = async (states) => {
      for (const [state, visit] of Object.entries(states)) {
        await choose(page, elders, 1);
        try {
          await visit(page);
        } catch (thrown) {
          all.push(`${state} is not there: ${thrown.message}`);
          continue;
        }
        all.push(...(await atEverySize(page, state, { elders, table })));
      }
    };
    await look(BEFORE);
    await choose(page, false, 1);
    await citizen.enrol(page, server.url);
    await citizen.report(page, { symptoms: ["dry-cough"] });
    await look(AFTER);
    t.diagnostic(table.join("; "));
    assert.equal(all.join("\n"), "");
  });

  test(`and for several purposes on one phone, ${elders ? "for elders" : "in full"}`, async (t) => {
    const context = await device(browser, { viewport: { width: 360, height: 740 } });
    t.after(() => context.close());
    const page = await context.newPage();
    await page.goto(server.url);
    await page.getByRole("radio", { name: /医院就诊与陪护/ }).check();
    await citizen.enrol(page, server.url);
    await citizen.choose(page, "role", "carer");
    await citizen.choose(page, "other_carer", "yes");
    await citizen.choose(page, "symptoms", "none");
    await citizen.handIn(page);
    await citizen.confirm(page);
    await page.locator("section.code").waitFor();
    const rules = page.locator("section.rules");
    await rules.locator('button[data-add="320583/school"]').click();
    await page.locator('.question[data-question="temperature"] input').fill("36.5");
    await citizen.choose(page, "symptoms", "none");
    await citizen.choose(page, "diagnosed", "no");
    await citizen.handIn(page);
    await page.locator("section.code.green").waitFor();
    const [all, table] = [[], []];
    await choose(page, elders, 1);
    await code(page);
    await rules.getByRole("button", { name: /移除/ }).click();
    await page.locator("healthcode-reasons .elsewhere select").selectOption({ index: 1 });
    await page.locator("healthcode-reasons .side").first().waitFor();
    all.push(...(await atEverySize(page, "rules compared", { elders, table })));
    t.diagnostic(table.join("; "));
    assert.equal(all.join("\n"), "");
  });

  test(`and where what is stored cannot be used, ${elders ? "for elders" : "in full"}`, async (t) => {
    const context = await device(browser, { viewport: { width: 360, height: 740 } });
    t.after(() => context.close());
    const page = await context.newPage();
    const first = await serve(t);
    await citizen.enrol(page, first.url);
    await citizen.report(page);
    await choose(page, elders, 1);
    const [all, table] = [[], []];
    // An open page holds what is whole in its memory, and its next write would mend the damage.
    await page.goto(`${first.url}/icon.svg`);
    await page.evaluate(damage);
    await page.goto(`${first.url}/citizen.html`);
    await page.getByText("保存的内容打不开").waitFor();
    all.push(...(await atEverySize(page, "damaged", { elders, table })));
    await page.goto(`${first.url}/checkpoint.html`);
    await page.locator("healthcode-checkpoint textarea").waitFor();
    await first.stop();
    await serve(t, { port: first.port });
    await page.reload();
    await page.getByText("演示服务器换了密钥").first().waitFor();
    all.push(...(await atEverySize(page, "a checkpoint with other keys", { elders, table })));
    await page.goto(`${first.url}/citizen.html`);
    await page.getByText("演示服务器换了密钥").first().waitFor();
    all.push(...(await atEverySize(page, "other keys", { elders, table })));
    t.diagnostic(table.join("; "));
    assert.equal(all.join("\n"), "");
  });
}

test("the size that somebody has set in the browser is followed, until another is chosen here", async (t) => {
  const large = await launch(["--blink-settings=defaultFontSize=24"]);
  t.after(() => large.close());
  const page = await (await device(large)).newPage();
  await citizen.enrol(page, server.url);
  const size = () =>
    page.locator("healthcode-questionnaire .hc").evaluate((one) => Number.parseFloat(getComputedStyle(one).fontSize));
  assert.ok((await size()) >= 22, `${await size()} px`);
  await page.getByRole("button", { name: "字号调小" }).click();
  const smaller = await size();
  assert.ok(smaller < 24 && smaller > 16, `${smaller} px`);
});

test("the version for elders asks one thing at a time and says what to do", async (t) => {
  const context = await device(browser);
  t.after(() => context.close());
  const page = await context.newPage();
  await page.goto(server.url);
  await page.getByRole("button", { name: "长辈版" }).click();
  await citizen.enrol(page, server.url);
  const form = citizen.questionnaire(page);
  assert.equal(await form.locator(".question").count(), 1);
  const next = form.getByRole("button", { name: "下一题" });
  await next.click();
  assert.equal(await form.locator(".question.wrong").count(), 1, "an answer is wanted first");
  await citizen.choose(page, "residence", "resident");
  await next.click();
  await citizen.choosePlace(form.locator(".question"), "330106");
  await next.click();
  await form.locator(".measure input").fill("37.8");
  await next.click();
  await citizen.choose(page, "symptoms", "none");
  for (const id of ["household_ill", "contact", "been_away"]) {
    await next.click();
    await citizen.choose(page, id, "no");
  }
  await shoot(page, "simple-last-question");
  assert.equal(await next.count(), 0);
  await form.getByRole("button", { name: "提交" }).click();
  await citizen.confirm(page);
  const card = page.locator("healthcode-code");
  await card.locator(".why").waitFor();
  assert.match(await card.locator(".why").innerText(), /体温/);
  assert.equal(await page.locator("healthcode-reasons").isVisible(), false, "the rest is a press away");
  await shoot(page, "simple-code");
});
