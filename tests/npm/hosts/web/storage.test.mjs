// What a browser's storage does to a page with the package in it: no room, two pages that write at once, a page that is closed in
// the middle of writing. The browser is a real one, and so is what it does.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { device, launch } from "../../../browser/browser.mjs";
import { sentence } from "../package.mjs";
import { names, open } from "./driver.mjs";
import { HEARD, pages } from "./told.mjs";

let chromium;
before(async () => {
  chromium = await launch();
});
after(() => chromium.close());

/** A profile in Chromium, and a way to open pages of the site in it. */
async function profile(t) {
  const url = await pages(t);
  const context = await device(chromium);
  t.after(() => context.close());
  return {
    url,
    context,
    page: async () => {
      const page = await context.newPage();
      await page.goto(url);
      return page;
    },
  };
}

test("two pages of a site that write at once never undo each other's changes", async (t) => {
  const { page } = await profile(t);
  const [one, two] = [await page(), await page()];
  await one.evaluate(() => enrol());
  await two.evaluate(() => start());
  const writes = (page, days) =>
    page.evaluate((days) => Promise.all(days.map((day) => phone.addVisit(visit(day)))), days);
  const results = await Promise.all([writes(one, [10, 12, 14, 16]), writes(two, [11, 13, 15, 17])]);
  assert.deepEqual(
    results.flat().map(({ result }) => result),
    Array(8).fill("added"),
  );
  const three = await page();
  await three.evaluate(() => start());
  assert.deepEqual(await three.evaluate(() => counts()), [0, 8]);
  // One of them forgets: the other is told, and what was forgotten does not come back.
  await one.evaluate(() => phone.forget());
  assert.equal(
    await two.evaluate(() =>
      phone.addVisit(visit(18)).then(
        () => "added",
        ({ code }) => code,
      ),
    ),
    "phone-forgotten",
  );
  const four = await page();
  await four.evaluate(() => start());
  assert.deepEqual(await four.evaluate(() => [counts(), phone.identity ?? "nobody"]), [[0, 0], "nobody"]);
});

test("two pages without Web Locks keep all of 40 visits, and nothing that one of them forgets comes back", async (t) => {
  const { page, context } = await profile(t);
  await context.addInitScript(() => delete Navigator.prototype.locks);
  const [one, two] = [await page(), await page()];
  assert.deepEqual(await one.evaluate(() => [navigator.locks ?? "none"]), ["none"]);
  await one.evaluate(() => enrol());
  await two.evaluate(() => start());
  // Twenty in each, all at once.
  const writes = (page, hour) =>
    page.evaluate(
      (hour) =>
        Promise.all(
          Array.from({ length: 20 }, (_, at) =>
            phone.addVisit({
              ...visit(10 + (at % 10), hour + (at < 10 ? 0 : 1)),
              place: `3302${String(hour)}${at % 10}`,
            }),
          ),
        ).then((results) => results.map(({ result }) => result)),
      hour,
    );
  const results = (await Promise.all([writes(one, 1), writes(two, 3)])).flat();
  assert.deepEqual(results, Array(40).fill("added"));
  for (const opened of [one, two, await page()]) {
    await opened.evaluate(() => start());
    assert.deepEqual(await opened.evaluate(() => [counts(), phone.recovered, phone.storageProblem ?? "none"]), [
      [0, 40],
      false,
      "none",
    ]);
  }
  const late = two.evaluate(async () => {
    const told = [];
    for (let at = 0; at < 20; at += 1)
      told.push(
        await phone.addVisit(visit(10 + (at % 9), at % 8)).then(
          ({ result }) => result,
          ({ code }) => code,
        ),
      );
    return told;
  });
  await one.evaluate(() => phone.forget());
  const told = await late;
  assert.ok(
    told.every((one) => one === "added" || one === "phone-forgotten"),
    told.join(),
  );
  assert.equal(told.at(-1), "phone-forgotten");
  const three = await page();
  assert.deepEqual(
    await three.evaluate(() => healthcode.hostAdaptors().storage.keys()),
    [],
    "nothing is left, and nothing comes back",
  );
});

test("a page that is closed, or dies, in the middle of writing leaves the old state or the new, and no lock", async (t) => {
  const { context, page } = await profile(t);
  const first = await page();
  await first.evaluate(() => enrol());
  await first.close();
  let before = 0;
  let written = 0;
  for (const [round, wait] of [0, 20, 50, 90, 140, 200].entries()) {
    const dying = await page();
    await dying.evaluate(() => start());
    // It adds visits until it is gone.
    dying
      .evaluate(async () => {
        for (let at = 0; ; at += 1) await phone.addVisit(visit(10 + (at % 9), at % 9));
      })
      .catch(() => {});
    const devtools = round % 2 ? await context.newCDPSession(dying) : undefined;
    await new Promise((resolve) => setTimeout(resolve, wait));
    if (devtools) void devtools.send("Page.crash").catch(() => {});
    else await dying.close();
    const next = await page();
    await next.evaluate(() => start());
    const [, visits] = await next.evaluate(() => counts());
    assert.ok(visits >= before, `${visits} visits after ${before}`);
    assert.equal(await next.evaluate(() => phone.recovered), false);
    written += visits - before;
    // It goes on from there, which also shows that nobody holds the lock.
    const one = {
      place: "3302",
      arrive: `2020-02-1${round}T00:00:00+08:00`,
      leave: `2020-02-1${round}T01:00:00+08:00`,
    };
    assert.equal((await next.evaluate((one) => phone.addVisit(one), one)).result, "added");
    before = visits + 1;
    await next.close();
  }
  t.diagnostic(`${written} visits were stored before the pages were gone`);
  assert.ok(written > 0, "some were stored");
});

test("a page shows no code of what another has changed or forgotten, even where word of it does not come", async (t) => {
  for (const [what, without] of [
    ["BroadcastChannel", () => undefined],
    ["none", () => delete globalThis.BroadcastChannel],
    [
      "one that is refused",
      () => {
        globalThis.BroadcastChannel = () => {
          throw new DOMException("no", "SecurityError");
        };
      },
    ],
  ]) {
    const { page, context } = await profile(t);
    await context.addInitScript(without);
    const [one, two] = [await page(), await page()];
    await one.evaluate(() => enrol());
    await one.evaluate(() => phone.report(answers));
    const shown = await one.evaluate(() => {
      hear();
      return shows();
    });
    assert.equal(shown, "green", what);
    await two.evaluate(() => start());
    assert.equal((await two.evaluate(() => phone.report(fever))).result, "accepted");
    // Without a channel it is showing a code, or looking at the page again, that has the phone look.
    if (what !== "BroadcastChannel") await one.evaluate(() => void shows());
    await one.evaluate(() => until(() => heard.includes("stored")));
    assert.equal(await one.evaluate(() => shows()), "red", what);
    await two.evaluate(() => phone.forget());
    if (what !== "BroadcastChannel")
      await one.evaluate(() => void document.dispatchEvent(new Event("visibilitychange")));
    await one.evaluate(() => until(() => heard.includes("forgotten")));
    assert.deepEqual(
      await one.evaluate(async () => [
        await shows(),
        counts(),
        phone.identity ?? "nobody",
        phone.holder.publicKey() ?? "no key",
      ]),
      ["holder-no-key", [0, 0], "nobody", "no key"],
      what,
    );
  }
});

test("the components look again by themselves: another page's report, another phone in this page, and one's own forgetting", async (t) => {
  const { page } = await profile(t);
  const [one, two] = [await page(), await page()];
  // The components have the engine of the module beside them.
  await one.evaluate(async () => {
    globalThis.healthcode = await import("/package/web/index.mjs");
    await enrol();
  });
  await one.evaluate(() => phone.report(answers));
  await two.evaluate(() => start());
  await one.evaluate(async () => {
    const components = await import("/package/web/components.mjs");
    document.body.innerHTML = "<healthcode-code></healthcode-code><healthcode-report></healthcode-report>";
    components.prefer({ language: "en" });
    components.connect({ phone });
  });
  const card = (text) => one.locator("healthcode-code", { hasText: text }).waitFor({ timeout: HEARD });
  const of = (colour) => one.locator(`healthcode-code .code.${colour} canvas`).waitFor({ timeout: HEARD });
  await of("green");
  await two.evaluate(() => phone.report(fever));
  await of("red");
  await one.evaluate(async () => {
    globalThis.same = await healthcode.openPhone(options);
    await same.forget();
  });
  await card(sentence("holder-no-key", "en"));
  assert.equal(await one.locator("healthcode-code canvas").count(), 0);
  // Whoever begins anew in another phone does so here too; and then forgets here.
  await one.evaluate(async () => {
    await same.refresh();
    await same.certify(healthcode.maskIdentity("测试员", "330106190001010000"));
    await same.report(answers);
  });
  await card("**员");
  await of("green");
  await one.evaluate(() => phone.forget());
  await card(sentence("holder-no-key", "en"));
  assert.equal(await one.locator("healthcode-code canvas").count(), 0);
  assert.equal(await one.locator("healthcode-code", { hasText: "**员" }).count(), 0);
  assert.deepEqual(await two.evaluate(() => until(() => phone.identity === undefined).then(shows)), "holder-no-key");
});

/** All sites together get 4 MB of Firefox, and another of this site's own takes them. */
const LITTLE = { "dom.quotaManager.temporaryStorage.fixedLimit": 4096 };
async function noRoom(browser) {
  // Before there is anything of the package's: then even reading fails.
  await browser.run("return fill()");
  const full = await browser.run(`return (async () => {
    await enrol();
    const { result } = await phone.report(answers);
    return [result, phone.storageProblem?.code, healthcode.problemText(phone.storageProblem ?? { code: "", message: "" }, "zh-Hans"), (await phone.show()).result];
  })()`);
  assert.deepEqual(full, ["accepted", "storage-full", sentence("storage-full"), "shown"]);
  const kept = await browser.run(`return (async () => {
    await empty();
    const { result } = await phone.addVisit(visit(11));
    await start();
    return [result, phone.storageProblem?.code ?? "none", counts()];
  })()`);
  assert.deepEqual(kept, ["added", "none", [1, 1]], "once there is room, all of it is stored");
  const whole = await browser.run(`return (async () => {
    await fill();
    await start({ person: "2" });
    await phone.refresh();
    const { code } = phone.storageProblem ?? {};
    await start();
    return [code, counts(), phone.identity.name, phone.recovered];
  })()`);
  assert.deepEqual(whole, ["storage-full", [1, 1], "**员", false], "what was there before is whole");
  await browser.run("return Promise.all([empty(), phone.forget()])");
}

for (const name of names.filter((name) => name !== "chromium")) {
  test(`${name}: two pages of a site write at once, and one forgets`, { timeout: 60_000 }, async (t) => {
    const url = await pages(t);
    const browser = await open(t, name, name === "firefox" ? { prefs: LITTLE } : {});
    await browser.go(url);
    if (name === "firefox")
      await t.test("no room left: the code is shown, the page can say why, and what was stored stays", () =>
        noRoom(browser),
      );
    // A second page of the site in a frame of the first: its own realm, engine and phone.
    const result = await browser.run(`return (async () => {
      await enrol();
      await phone.report(answers);
      const frame = document.createElement("iframe");
      const loaded = new Promise((resolve) => (frame.onload = resolve));
      frame.src = location.href;
      document.body.append(frame);
      await loaded;
      const other = frame.contentWindow;
      await other.eval("start()");
      const results = await Promise.all([10, 11, 12, 13].map((day) => (day % 2 ? phone.addVisit(visit(day)) : other.eval("phone.addVisit(visit(" + day + "))"))));
      await start();
      const before = counts();
      await other.eval("hear()");
      const colours = [await shows(), await other.eval("shows()")];
      const { result } = await phone.report(fever);
      await other.eval("until(() => heard.includes('stored'))");
      colours.push(await shows(), await other.eval("shows()"));
      await phone.forget();
      await other.eval("until(() => heard.includes('forgotten'))");
      colours.push(await shows(), await other.eval("shows()"));
      const late = await other.eval("phone.addVisit(visit(14)).then(() => 'added', ({ code }) => code)");
      return [results.map(({ result }) => result), before, result, colours, late];
    })()`);
    const colours = ["green", "green", "red", "red", "holder-no-key", "holder-no-key"];
    assert.deepEqual(result, [Array(4).fill("added"), [1, 4], "accepted", colours, "phone-forgotten"]);
  });
}

/** The settings by which people let sites store nothing. */
const BLOCKED = {
  chromium: { "profile.default_content_setting_values.cookies": 2 },
  firefox: { "network.cookie.cookieBehavior": 2 },
};

for (const [name, prefs] of Object.entries(BLOCKED)) {
  test(`${name}: a browser that lets sites store nothing has a code until it is closed`, async (t) => {
    const url = await pages(t);
    const browser = await open(t, name, { prefs });
    await browser.go(url);
    const said = await browser.run(`return (async () => {
      const { roots, clock } = await (await fetch("/demo.json")).json();
      const ahead = Date.parse(clock.now) - Date.now();
      globalThis.options = { roots, adaptors: { clock: { now: () => Date.now() + ahead } } };
      globalThis.phone = await healthcode.openPhone(options);
      await phone.enrol("测试员", "330106190001010000");
      await phone.report(answers);
      const { openCheckpoint } = await import("/package/web/checkpoint.mjs");
      const desk = await openCheckpoint(options);
      await desk.refresh();
      const { code } = await phone.show();
      return [phone.storageProblem.code, code.colour, desk.verify(code.text).verdict];
    })()`);
    assert.deepEqual(said, ["storage-unavailable", "green", "accepted"]);
  });
}
