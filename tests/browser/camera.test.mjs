// The camera of both pages: taken away, closed while it opens, opened twice, or giving a picture that cannot be read.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { device, launch } from "./browser.mjs";
import * as checkpoint from "./checkpoint.mjs";
import * as citizen from "./citizen.mjs";
import { camera, scratch } from "./readers.mjs";
import { serve } from "./server.mjs";

let browser;
let server;
const cleanup = [];

before(async () => {
  const suite = { after: (done) => cleanup.unshift(done) };
  server = await serve(suite);
  const folder = await scratch(suite);
  const video = join(folder, "camera.mjpeg");
  browser = await launch([
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
    `--use-file-for-fake-video-capture=${video}`,
  ]);
  const context = await device(browser);
  const phone = await context.newPage();
  await citizen.enrol(phone, server.url);
  await citizen.report(phone);
  // A code is held before the camera: it expires, but is still one.
  const { init, Qr } = await import(new URL("../../pkg/node/index.mjs", import.meta.url));
  await init();
  const screen = await context.newPage();
  await screen.setContent(`<body style="margin:40px;background:#fff">${new Qr(await citizen.codeText(phone)).svg("")}`);
  await camera(screen, await screen.screenshot(), video);
});
after(async () => {
  await browser.close();
  for (const done of cleanup) await done();
});

/** What the pages do with the camera: streams are real, and can be made to wait. */
function watched() {
  const media = navigator.mediaDevices;
  const open = media.getUserMedia.bind(media);
  const streams = [];
  const waiting = [];
  let held = false;
  window.watched = {
    hold: (wanted) => {
      held = wanted;
    },
    live: () =>
      streams.flatMap((stream) => stream.getTracks()).filter(({ readyState }) => readyState === "live").length,
    opened: () => streams.length,
    /** Lets those come that were held. */
    release: () => {
      for (const go of waiting.splice(0)) go();
    },
    /** The browser ends a stream: unlike with `stop`, the page is told. */
    takeAway: () => {
      for (const track of streams.flatMap((stream) => stream.getTracks())) {
        if (track.readyState !== "live") continue;
        track.stop();
        track.dispatchEvent(new Event("ended"));
      }
    },
    /** Pictures cannot be read for so many times. */
    blind: (times) => {
      const { getImageData } = CanvasRenderingContext2D.prototype;
      let left = times;
      CanvasRenderingContext2D.prototype.getImageData = function (...given) {
        if (left > 0) {
          left -= 1;
          throw new DOMException("the picture is gone", "InvalidStateError");
        }
        return getImageData.apply(this, given);
      };
    },
  };
  media.getUserMedia = async (wanted) => {
    if (held) await new Promise((resolve) => waiting.push(resolve));
    const stream = await open(wanted);
    streams.push(stream);
    return stream;
  };
}

async function gate(t) {
  const context = await device(browser, { desktop: true });
  t.after(() => context.close());
  const page = await context.newPage();
  await page.addInitScript(watched);
  await checkpoint.open(page, server.url);
  return page;
}

const opens = (page) => checkpoint.part(page).getByRole("button", { name: /摄像头$/ });
const fault = (page) => checkpoint.part(page).locator('.fault[role="alert"]');
const live = (page) => page.evaluate(() => window.watched.live());
const idle = (page) => page.waitForFunction(() => window.watched.live() === 0);

/** Holds back what the browser answers when a page asks for the camera. */
const hold = (page) => page.evaluate(() => window.watched.hold(true));
const release = (page, count) =>
  page.evaluate(async (count) => {
    window.watched.release();
    while (window.watched.opened() < count) await new Promise((resolve) => setTimeout(resolve, 20));
    // Whatever the page does with it.
    await new Promise((resolve) => setTimeout(resolve, 300));
  }, count);

test("a camera that is taken away is told, and can be opened again", async (t) => {
  const page = await gate(t);
  await hold(page);
  await opens(page).click();
  await page.evaluate(() => {
    window.watched.hold(false);
    window.watched.release();
  });
  await page.locator(".verdict").waitFor();
  await checkpoint.next(page);
  await page.evaluate(() => window.watched.takeAway());
  await fault(page).filter({ hasText: "摄像头断开了" }).waitFor();
  assert.equal(await page.locator("video").evaluate(({ srcObject }) => srcObject), null);
  assert.equal(await live(page), 0);
  await opens(page).click();
  await page.locator(".verdict").waitFor();
  assert.equal(await live(page), 1);
  assert.equal(await fault(page).innerText(), "");
});

test("a camera that is closed while it opens stays closed", async (t) => {
  const page = await gate(t);
  await hold(page);
  await opens(page).click();
  await opens(page).filter({ hasText: "关闭摄像头" }).click();
  await release(page, 1);
  assert.equal(await live(page), 0);
  assert.equal(await fault(page).innerText(), "");
  assert.equal(await page.locator(".verdict").count(), 0);
});

test("two presses at once open and close it, and no camera is left on", async (t) => {
  const page = await gate(t);
  await hold(page);
  await opens(page).evaluate((button) => {
    button.click();
    button.click();
  });
  await release(page, 1);
  assert.equal(await live(page), 0);
  await page.evaluate(() => window.watched.hold(false));
  await opens(page).click();
  await page.locator(".verdict").waitFor();
  assert.equal(await live(page), 1);
  await checkpoint.next(page);
  await opens(page).click();
  await idle(page);
  assert.equal(await fault(page).innerText(), "");
});

test("a picture that cannot be read is not the last one", async (t) => {
  const page = await gate(t);
  const faults = [];
  page.on("pageerror", ({ message }) => faults.push(message));
  await page.evaluate(() => window.watched.blind(3));
  await opens(page).click();
  await page.locator(".verdict").waitFor();
  assert.deepEqual(faults, Array(3).fill("the picture is gone"), "the browser hears of each");
  await checkpoint.next(page);
  await opens(page).click();
  await idle(page);
  await page.waitForTimeout(500);
  assert.equal(await page.locator(".verdict").count(), 0, "nothing is read once it is closed");
});

test("so it is where a citizen scans a challenge", async (t) => {
  const context = await device(browser);
  t.after(() => context.close());
  const page = await context.newPage();
  await page.addInitScript(watched);
  await citizen.enrol(page, server.url);
  await citizen.report(page);
  const card = page.locator("healthcode-code");
  const scan = () => card.getByRole("button", { name: "改为扫检查点的二维码" }).click();
  const cancel = () => page.locator("dialog.scanner [data-cancel]").click();
  const told = card.locator(".asking .fault");
  await card.locator(".ask > button").click();
  await hold(page);
  await scan();
  await cancel();
  await release(page, 1);
  assert.equal(await live(page), 0, "closed while it opened");
  assert.equal(await told.innerText(), "");
  await page.evaluate(() => window.watched.hold(false));
  // The camera sees a code, which is no challenge.
  await scan();
  await told.filter({ hasText: /./ }).waitFor();
  await idle(page);
});
