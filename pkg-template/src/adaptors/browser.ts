// A browser's random source, storage, keys, camera, location and network.
import { codeOf, failure } from "../failure.js";
import { toHex } from "../phone/bytes.js";
import { problemOf } from "../texts/problem.js";
import { mostOf } from "./body.js";
import { deviceClock } from "./clock.js";
import type {
  Adaptors,
  Canvas,
  Clock,
  Keys,
  Location,
  Network,
  Random,
  Scan,
  Screen,
  Storage,
  StoredTexts,
  Surface,
} from "./interfaces.js";

import { noRandom } from "./missing.js";
import { streamed } from "./stream.js";

/** How long to wait for an answer, in milliseconds. */
const PATIENCE = 15_000;
/** The IndexedDB database with this package's keys and texts, which only this site can read. */
const DATABASE = "healthcode";
const STORE = "texts";
/** The prefix of the names of keys: no text's name begins with it. */
const KEYS = "healthcode.key.";
/** The algorithm of the keys, as Web Cryptography names it. */
const ED25519 = "Ed25519";
/** What a browser throws whose Web Cryptography is older than that. */
const UNKNOWN = ["NotSupportedError", "SyntaxError", "TypeError"];
/** How often to try to make a key: WebKitGTK 2.50 fails at about every 120th, where a number of it begins with a zero byte. */
const MAKINGS = 5;
/** The channel on which pages notify each other of changes. */
const CHANNEL = "healthcode";

/** `crypto.getRandomValues`. */
export function browserRandom(): Random {
  const source = globalThis.crypto as Crypto | undefined;
  if (source === undefined) return noRandom;
  return { bytes: async (length) => source.getRandomValues(new Uint8Array(length)) };
}

function asked<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

async function withStore<T>(mode: IDBTransactionMode, act: (store: IDBObjectStore) => Promise<T>): Promise<T> {
  let database: IDBDatabase | undefined;
  try {
    const opening = indexedDB.open(DATABASE, 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore(STORE);
    database = await asked(opening);
    const transaction = database.transaction(STORE, mode, { durability: "strict" });
    const done = new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(transaction.error);
    });
    const [result] = await Promise.all([act(transaction.objectStore(STORE)), done]);
    return result;
  } catch (thrown) {
    if (thrown instanceof DOMException && thrown.name === "QuotaExceededError") {
      throw failure("storage-full", "the browser has no room left for this site");
    }
    throw failure("storage-unavailable", "the browser does not let this site store anything");
  } finally {
    database?.close();
  }
}

/** `Storage.swap`, within a transaction; the changes are requested as soon as the last value has come. */
function exchanged(store: IDBObjectStore, expected: StoredTexts, changes: StoredTexts): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const keys = Object.keys(expected);
    let left = keys.length;
    let same = true;
    const change = () => {
      if (same) {
        for (const key of Object.keys(changes)) {
          const value = changes[key];
          if (value === undefined) store.delete(key);
          else store.put(value, key);
        }
      }
      resolve(same);
    };
    for (const key of keys) {
      const request: IDBRequest<unknown> = store.get(key);
      request.onsuccess = () => {
        same = same && request.result === expected[key];
        left -= 1;
        if (left === 0) change();
      };
      request.onerror = () => reject(request.error);
    }
    if (left === 0) change();
  });
}

/**
 * A channel to the other pages of this site; `undefined` if the browser has none, or denies it to this site. Where Node runs
 * what was built for pages, as test runners have it do, listening is no reason not to end.
 */
function channel(): BroadcastChannel | undefined {
  try {
    const made: BroadcastChannel & { unref?(): void } = new BroadcastChannel(CHANNEL);
    made.unref?.();
    return made;
  } catch {
    return undefined;
  }
}

/**
 * IndexedDB, with each write flushed to disk, and only if no other page has written since. Pages of one site take turns
 * with Web Locks and notify each other with BroadcastChannel, if available; a page that becomes visible again checks on
 * its own.
 */
export function browserStorage(): Storage {
  let others: BroadcastChannel | undefined;
  const storage: Storage = {
    most: 4_000_000,
    total: 200_000_000,
    get: async (key) => {
      const value: unknown = await withStore("readonly", (store) => asked(store.get(key)));
      return typeof value === "string" ? value : undefined;
    },
    set: async (key, value) => {
      await withStore("readwrite", (store) => asked(store.put(value, key)));
    },
    remove: async (key) => {
      await withStore("readwrite", (store) => asked(store.delete(key)));
    },
    keys: async () => (await withStore("readonly", (store) => asked(store.getAllKeys()))).map(String),
    swap: (expected, changes) => withStore("readwrite", (store) => exchanged(store, expected, changes)),
    tell: () => {
      others ??= channel();
      others?.postMessage("changed");
    },
    hear: (heard) => {
      others ??= channel();
      others?.addEventListener("message", heard);
      globalThis.addEventListener?.("pageshow", heard);
      globalThis.document?.addEventListener("visibilitychange", () => {
        if (!document.hidden) heard();
      });
    },
  };
  const locks = globalThis.navigator?.locks as LockManager | undefined;
  if (locks === undefined) return storage;
  return {
    ...storage,
    alone: async (act) => {
      let begun = false;
      const once = () => {
        begun = true;
        return act();
      };
      try {
        return (await locks.request("healthcode", once)) as Awaited<ReturnType<typeof act>>;
      } catch (thrown) {
        // A browser that lets a site store nothing refuses its locks, too: then there is nothing to take turns for.
        if (begun) throw thrown;
        return (await act()) as Awaited<ReturnType<typeof act>>;
      }
    },
  };
}

/**
 * Non-extractable Ed25519 keys of Web Cryptography, which IndexedDB keeps: scripts of this site can use them as long as they
 * run, and cannot copy them. `undefined` where there is no Web Cryptography, as on a page without HTTPS.
 */
export function browserKeys(): Keys | undefined {
  const subtle = globalThis.crypto?.subtle as SubtleCrypto | undefined;
  if (subtle === undefined) return undefined;
  const named = (owner: string, key: string) => `${KEYS}${owner}.${key}`;
  // A phone that is open goes on working if the storage does not.
  const used = new Map<string, CryptoKey>();
  const stored = async (name: string) => {
    const kept: unknown = await withStore("readonly", (store) => asked(store.get(name)));
    return kept instanceof CryptoKey ? kept : undefined;
  };
  const works = async (kept: CryptoKey | undefined, half: CryptoKey) => {
    const probe = new Uint8Array(KEYS.length);
    return kept !== undefined && subtle.verify(ED25519, half, await subtle.sign(ED25519, kept, probe), probe);
  };
  return {
    make: async (owner) => {
      let made: CryptoKeyPair | undefined;
      for (let left = MAKINGS; made === undefined; ) {
        try {
          made = (await subtle.generateKey(ED25519, false, ["sign", "verify"])) as CryptoKeyPair;
        } catch (thrown) {
          if (thrown instanceof Error && UNKNOWN.includes(thrown.name)) return undefined;
          left -= 1;
          if (left === 0) throw failure("storage-unavailable", "the browser makes no keys now");
        }
      }
      const key = toHex(new Uint8Array(await subtle.exportKey("raw", made.publicKey)));
      // Some browsers make such keys but cannot store them, or not so that they can be used again.
      const name = named(owner, key);
      await withStore("readwrite", async (store) => {
        try {
          await asked(store.put(made.privateKey, name));
        } catch (thrown) {
          if (!(thrown instanceof DOMException && thrown.name === "DataCloneError")) throw thrown;
        }
      });
      return (await works(await stored(name), made.publicKey)) ? key : undefined;
    },
    sign: async (owner, key, bytes) => {
      const name = named(owner, key);
      const kept = used.get(name) ?? (await stored(name));
      if (kept === undefined) return undefined;
      used.set(name, kept);
      return new Uint8Array(await subtle.sign(ED25519, kept, new Uint8Array(bytes)));
    },
    keep: async (owner, keys) => {
      const own = named(owner, "");
      const over = (name: string) => name.startsWith(own) && !keys.includes(name.slice(own.length));
      for (const name of [...used.keys()].filter(over)) used.delete(name);
      await withStore("readwrite", async (store) => {
        for (const name of (await asked(store.getAllKeys())).map(String).filter(over)) store.delete(name);
      });
    },
  };
}

/** Whether it is of this page's own site, if there is a page: other sites are asked for leave before such a header comes. */
function isOwn(url: string): boolean {
  const page = globalThis.location as { href: string; origin: string } | undefined;
  return page === undefined || new URL(url, page.href).origin === page.origin;
}

/** `fetch`, without cookies, cache or referrer; a response that is too long is cut while it comes. */
export function browserNetwork(): Network {
  return {
    ask: async ({ url, body, type, most, held }) => {
      const request: RequestInit = {
        cache: "no-store",
        credentials: "omit",
        referrerPolicy: "no-referrer",
        signal: AbortSignal.timeout(PATIENCE),
      };
      if (body !== undefined) {
        request.method = "POST";
        request.body = new Uint8Array(body);
        request.headers = { "content-type": type ?? "application/octet-stream" };
      } else if (held !== undefined && isOwn(url)) {
        request.headers = { "if-none-match": `"${held}"` };
      }
      try {
        const answer = await fetch(url, request);
        const { status } = answer;
        const header = (name: string) => answer.headers.get(name) ?? undefined;
        return { status, header, ...(await streamed(answer, mostOf(status, most))) };
      } catch {
        // A browser does not say which it was.
        const other = isOwn(url) ? "" : " or does not allow requests from pages of this origin (CORS)";
        throw failure("network-unreachable", `the server could not be reached${other}`);
      }
    },
  };
}

/** `navigator.geolocation`. */
export function browserLocation(): Location {
  return {
    where: () =>
      new Promise((resolve, reject) => {
        const found = ({ coords }: GeolocationPosition) =>
          resolve({
            longitude: coords.longitude,
            latitude: coords.latitude,
            accuracy: coords.accuracy,
            system: "wgs84",
          });
        const not = (error: GeolocationPositionError) =>
          reject(
            error.code === error.PERMISSION_DENIED
              ? failure("location-denied", "the browser may not tell where it is")
              : failure("location-missing", "the browser could not find out where it is"),
          );
        if (!("geolocation" in navigator)) reject(failure("location-missing", "this browser cannot be located"));
        else navigator.geolocation.getCurrentPosition(found, not, { timeout: PATIENCE });
      }),
  };
}

/** The Barcode Detection API, which TypeScript's types do not have yet. */
interface Detector {
  detect(source: HTMLVideoElement): Promise<{ rawValue: string }[]>;
}

/** The browser's own reader of codes, if it has one and pages may use cameras. */
function detectorHere() {
  const { BarcodeDetector } = globalThis as { BarcodeDetector?: new (options: { formats: string[] }) => Detector };
  return globalThis.navigator?.mediaDevices === undefined ? undefined : BarcodeDetector;
}

/** Why the browser opens no camera. */
function cameraFailure(thrown: unknown): Error {
  const name = thrown instanceof DOMException ? thrown.name : "";
  if (name === "NotAllowedError" || name === "SecurityError")
    return failure("scan-denied", "the camera may not be used");
  if (name === "NotReadableError" || name === "AbortError")
    return failure("scan-busy", "the camera could not be opened");
  return failure("scan-missing", "no camera was found");
}

/**
 * The camera and the browser's own QR reader, `BarcodeDetector`. Without one (Firefox, Safari) it throws
 * `scan-missing`, and on a page without https `scan-insecure`: bring your own reader. `video` shows the camera's picture; `stop` ends a scan. The camera is released
 * whatever comes of it.
 */
export function browserScan(video?: HTMLVideoElement, stop?: AbortSignal): Scan {
  return {
    get able() {
      return detectorHere() !== undefined;
    },
    scan: async (wanted = () => true) => {
      const BarcodeDetector = detectorHere();
      if (globalThis.isSecureContext === false) {
        throw failure("scan-insecure", "the browser gives no camera to this page");
      }
      if (BarcodeDetector === undefined) {
        throw failure("scan-missing", "this browser has no reader of QR codes");
      }
      let stream: MediaStream;
      try {
        stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
      } catch (thrown) {
        throw cameraFailure(thrown);
      }
      const view = video ?? document.createElement("video");
      try {
        view.srcObject = stream;
        view.playsInline = true;
        view.muted = true;
        await view.play();
        const detector = new BarcodeDetector({ formats: ["qr_code"] });
        for (;;) {
          if (stop?.aborted) throw failure("scan-cancelled", "the scan was ended");
          // Unplugged, or no longer allowed: its last picture would be searched for ever.
          if (stream.getTracks().some(({ readyState }) => readyState === "ended"))
            throw failure("scan-lost", "the camera was taken away");
          const seen = (await detector.detect(view)).map(({ rawValue }) => rawValue).filter(wanted);
          const [found, other] = new Set(seen);
          if (other !== undefined) throw failure("scan-two-codes", "two codes are in view");
          if (found !== undefined) return found;
          await new Promise((resolve) => setTimeout(resolve, 100));
        }
      } catch (thrown) {
        if (codeOf(thrown) !== undefined) throw thrown;
        throw failure("scan-failed", `the browser could not read the picture: ${problemOf(thrown).message}`);
      } finally {
        for (const track of stream.getTracks()) track.stop();
        view.srcObject = null;
      }
    },
  };
}

/** Keeps the screen on while a code is shown; browsers do not allow changing the brightness. */
export function browserScreen(): Screen {
  let lock: WakeLockSentinel | undefined;
  return {
    bright: async (wanted) => {
      try {
        if (!wanted) {
          await lock?.release();
          lock = undefined;
        } else if (lock === undefined || lock.released) {
          lock = await navigator.wakeLock.request("screen");
        }
      } catch {
        // A low battery, or a browser without it: the code is shown anyway.
      }
    },
  };
}

/** A `<canvas>` of the page. */
export function browserCanvas(): Canvas {
  return {
    find: async (selector, within) => {
      const root = (within as ParentNode | undefined) ?? document;
      const canvas = root.querySelector(selector);
      if (!(canvas instanceof HTMLCanvasElement)) throw failure("canvas-missing", "the selector finds no canvas");
      // A canvas's width depends on what is drawn on it, so the parent says how much room there is.
      const width = canvas.parentElement?.clientWidth ?? canvas.clientWidth;
      return { surface: canvas as Surface, width: width || canvas.clientWidth, ratio: devicePixelRatio };
    },
  };
}

/** The device's clock, and the counter of the page, which setting the clock does not change. */
export const browserClock: Clock = { ...deviceClock, steady: () => performance.now() };

/** All adaptors of a browser. */
export function browserAdaptors(): Adaptors {
  return {
    random: browserRandom(),
    keys: browserKeys(),
    clock: browserClock,
    storage: browserStorage(),
    scan: browserScan(),
    location: browserLocation(),
    network: browserNetwork(),
    screen: browserScreen(),
    canvas: browserCanvas(),
  };
}
