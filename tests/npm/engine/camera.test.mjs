// The camera of a browser: released whatever comes of a scan, and whatever the browser throws has a code.
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { installed } from "./installed.mjs";

const { browserScan } = await import(pathToFileURL(join(installed, "web/index.mjs")).href);

/** A browser with a camera, whose reader sees what `pictures` give; what is done with the camera is counted. */
function browser(t, { pictures = [], play = async () => undefined, open = async () => undefined }) {
  const camera = { opened: 0, released: 0 };
  const track = () => ({ readyState: camera.gone ? "ended" : "live", stop: () => (camera.released += 1) });
  const stream = { getTracks: () => [1, 2].map(track) };
  const mediaDevices = {
    getUserMedia: async () => {
      await open();
      camera.opened += 1;
      return stream;
    },
  };
  class BarcodeDetector {
    async detect() {
      const picture = pictures.shift();
      return picture().map((rawValue) => ({ rawValue }));
    }
  }
  for (const [name, value] of Object.entries({ navigator: { mediaDevices }, BarcodeDetector })) {
    const before = Object.getOwnPropertyDescriptor(globalThis, name);
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
    t.after(() => {
      if (before) Object.defineProperty(globalThis, name, before);
      else delete globalThis[name];
    });
  }
  return { camera, view: { srcObject: undefined, play } };
}

const thrown = (error) => () => {
  throw error;
};

for (const [what, given, wanted, outcome] of [
  ["a code is found", { pictures: [() => [], () => ["A"]] }, undefined, "A"],
  ["two codes are in view", { pictures: [() => ["A", "B"]] }, undefined, "scan-two-codes"],
  [
    "the reader throws",
    { pictures: [() => [], thrown(new DOMException("the source is gone", "InvalidStateError"))] },
    undefined,
    "scan-failed",
  ],
  ["the picture cannot be shown", { play: thrown(new DOMException("no", "AbortError")) }, undefined, "scan-failed"],
  ["whoever wants a code throws", { pictures: [() => ["A"]] }, thrown(new TypeError("not mine")), "scan-failed"],
  [
    "whoever wants a code throws a code",
    { pictures: [() => ["A"]] },
    thrown(Object.assign(new Error("closed"), { code: "phone-closed" })),
    "phone-closed",
  ],
]) {
  test(`the camera is released: ${what}`, async (t) => {
    const { camera, view } = browser(t, given);
    const came = await browserScan(view)
      .scan(wanted)
      .catch(({ code }) => code);
    assert.deepEqual([came, camera, view.srcObject], [outcome, { opened: 1, released: 2 }, null]);
  });
}

test("a camera that is taken away ends the scan", async (t) => {
  const pictures = [
    () => {
      camera.gone = true;
      return [];
    },
  ];
  const { camera, view } = browser(t, { pictures });
  await assert.rejects(browserScan(view).scan(), { code: "scan-lost", message: "the camera was taken away" });
  assert.deepEqual([camera.released, view.srcObject], [2, null]);
});

test("a scan that is ended, and a camera that may not be used, leave nothing open", async (t) => {
  const stop = new AbortController();
  const { camera, view } = browser(t, {
    pictures: [
      () => {
        stop.abort();
        return [];
      },
    ],
  });
  await assert.rejects(browserScan(view, stop.signal).scan(), { code: "scan-cancelled" });
  assert.deepEqual([camera, view.srcObject], [{ opened: 1, released: 2 }, null]);
  const denied = browser(t, { open: thrown(new DOMException("no", "NotAllowedError")) });
  await assert.rejects(browserScan(denied.view).scan(), { code: "scan-denied" });
  assert.deepEqual(denied.camera, { opened: 0, released: 0 });
});

test("a page knows beforehand whether its browser has a reader", (t) => {
  browser(t, {});
  assert.equal(browserScan().able, true);
  globalThis.BarcodeDetector = undefined;
  assert.equal(browserScan().able, false);
});
