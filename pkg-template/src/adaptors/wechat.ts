// WeChat's random source, storage, scanner, location, network and canvas; Douyin's are alike.
import { failure } from "../failure.js";
import type { RequestTask, WeChatLike } from "../hosts/wechat-types.js";
import { FILE_BYTES } from "../limits.js";
import { pause } from "../pause.js";
import { announced, headersOf } from "./body.js";
import { deviceClock } from "./clock.js";
import { addressed } from "./given.js";
import type { Adaptors, Canvas, Location, Network, Random, Scan, Screen, Storage, Surface } from "./interfaces.js";
import {
  answerFrom,
  bufferOf,
  bytesFrom,
  called,
  codeFor,
  needHost,
  screenOf,
  stored,
  unanswered,
  unstored,
} from "./mini-program.js";

/** How long to wait for an answer, in milliseconds. */
const PATIENCE = 15_000;
/** A value may have 1 MB as counted by WeChat; base64 takes one byte per character, and JSON adds two quotes. */
const MOST = 1_000_000;
/** All values may have 10 MB, keys included. */
const TOTAL = 9_900_000;
/** The same where WeChat encrypts: 0.7 MB, and 7.1 MB for all. */
const MOST_ENCRYPTED = 700_000;
const TOTAL_ENCRYPTED = 7_000_000;
/** What the names of encrypted values end with: WeChat gives each back only if it is told whether it is one. */
const ENCRYPTED = "#";
/** What comes in the place of a value that WeChat cannot decrypt: no text that this package writes. */
const DAMAGED = "?";
/** How long WeChat is given before it is asked once more for what it has not decrypted, in milliseconds. */
const BUSY = 100;
/** What is stored for a moment, to see whether WeChat encrypts and decrypts. */
const PROBE = `healthcode.probe${ENCRYPTED}`;

/** `wx.getRandomValues`, from base library 2.15.0 on. Plug-ins do not have it. */
export function wechatRandom(wx: WeChatLike): Random {
  needHost(wx, "wx");
  return {
    bytes: async (length) => {
      const missing = () => failure("random-missing", "this base library has no getRandomValues");
      if (wx.getRandomValues === undefined) throw missing();
      const { randomValues } = await called<{ randomValues: ArrayBuffer }>(
        (callbacks) => wx.getRandomValues!({ length, ...callbacks }),
        missing,
      );
      const bytes = bytesFrom(randomValues);
      if (bytes.length !== length) throw missing();
      return bytes;
    },
  };
}

/**
 * `wx.setStorageSync` and related functions, or `wx.setStorage` with `encrypt` where WeChat encrypts what it stores: base
 * library 2.21.3. What was stored before that is still read, and encrypted when it is next written.
 */
export function wechatStorage(wx: WeChatLike): Storage {
  needHost(wx, "wx");
  const plain = plainStorage(wx);
  const encrypts = (of: string) => wx.canIUse?.(`${of}.object.encrypt`) === true;
  return encrypts("setStorage") && encrypts("getStorage") ? encryptedStorage(wx, plain) : plain;
}

/** 1 MB per key, 10 MB in total. */
function plainStorage(wx: WeChatLike): Storage {
  return {
    most: MOST,
    total: TOTAL,
    get: (key) =>
      stored(() => {
        // A missing value comes as an empty string.
        const value = wx.getStorageSync(key);
        return typeof value === "string" && value !== "" ? value : undefined;
      }),
    set: (key, value) => stored(() => wx.setStorageSync(key, value)),
    remove: (key) => stored(() => wx.removeStorageSync(key)),
    keys: () => stored(() => wx.getStorageInfoSync().keys.slice()),
  };
}

/** 0.7 MB per key, 7.1 MB in total; `plain` is what is not encrypted. */
function encryptedStorage(wx: WeChatLike, plain: Storage): Storage {
  const unencrypted = (name: string) => (name.endsWith(ENCRYPTED) ? name.slice(0, -ENCRYPTED.length) : name);
  const get = (key: string) =>
    called<{ data: unknown }>(
      (callbacks) => wx.getStorage!({ key, encrypt: true, ...callbacks }),
      (_, message) => unstored(message),
    );
  const set = (key: string, data: string) =>
    called<unknown>(
      (callbacks) => wx.setStorage!({ key, data, encrypt: true, ...callbacks }),
      (_, message) => unstored(message),
    );
  /**
   * Throws if WeChat cannot decrypt what it has just encrypted: its messages do not tell whether it cannot now, or cannot
   * decrypt one value any more.
   */
  const probe = async () => {
    try {
      await set(PROBE, PROBE);
      await get(PROBE);
    } finally {
      await plain.remove(PROBE).catch(() => undefined);
    }
  };
  /** Removes what was stored in the clear, once it is written over. */
  const removePlain = async (key: string) => {
    const text = await plain.get(key);
    if (text === undefined) return;
    await plain.set(key, "0".repeat(text.length)).catch(() => undefined);
    await plain.remove(key);
  };
  return {
    most: MOST_ENCRYPTED,
    total: TOTAL_ENCRYPTED,
    get: async (key) => {
      const name = key + ENCRYPTED;
      if (!(await plain.keys()).includes(name)) return plain.get(key);
      const { data } = await get(name)
        .catch(() => pause(BUSY).then(() => get(name)))
        .catch(() => probe().then(() => get(name).catch(() => ({ data: undefined }))));
      return typeof data === "string" && data !== "" ? data : DAMAGED;
    },
    set: async (key, data) => {
      await set(key + ENCRYPTED, data);
      await removePlain(key);
    },
    // In this order, so that nothing older comes back.
    remove: async (key) => {
      await removePlain(key);
      await plain.remove(key + ENCRYPTED);
    },
    keys: async () => [...new Set((await plain.keys()).map(unencrypted))],
  };
}

/** `wx.scanCode`. */
export function wechatScan(wx: WeChatLike): Scan {
  needHost(wx, "wx");
  return {
    scan: async () => {
      if (wx.scanCode === undefined) throw failure("scan-missing", "this host cannot scan");
      const { result } = await called<{ result: string }>(
        (callbacks) => wx.scanCode!({ scanType: ["qrCode"], ...callbacks }),
        (_, message) => {
          const code = codeFor(
            message,
            [
              [/cancel/i, "scan-cancelled"],
              [/auth|permission|deny|denied/i, "scan-denied"],
            ],
            "scan-failed",
          );
          return failure(code, "nothing was scanned");
        },
      );
      return result;
    },
  };
}

/** `wx.getLocation`. The app must have applied for it and must declare it in `app.json`. */
export function wechatLocation(wx: WeChatLike): Location {
  needHost(wx, "wx");
  return {
    where: async () => {
      if (wx.getLocation === undefined) throw failure("location-missing", "this host cannot be located");
      const found = await called<{ longitude: number; latitude: number; accuracy: number }>(
        (callbacks) => wx.getLocation!({ type: "wgs84", ...callbacks }),
        (_, message) => {
          const code = codeFor(
            message,
            [
              [/system permission|ERROR_NOCELL|service.*off|not.*open|disabled/i, "location-off"],
              [/auth|permission|deny|denied/i, "location-denied"],
            ],
            "location-missing",
          );
          return failure(code, "the place is not known");
        },
      );
      return { longitude: found.longitude, latitude: found.latitude, accuracy: found.accuracy, system: "wgs84" };
    },
  };
}

/**
 * `wx.request`, to addresses registered for the mini-program. A response is cut at its headers if they announce more than
 * is taken; one that announces nothing is measured once the host has it.
 */
export function wechatNetwork(wx: WeChatLike): Network {
  needHost(wx, "wx");
  return {
    ask: async ({ url, body, type, most = FILE_BYTES, held }) => {
      let cut = false;
      const asked = called<{ statusCode: number; data: unknown; header?: unknown }>(
        (callbacks) => {
          const task = wx.request({
            url,
            method: body === undefined ? "GET" : "POST",
            ...(body && { data: bufferOf(body), header: { "content-type": type ?? "application/octet-stream" } }),
            ...(held && { header: { "if-none-match": `"${held}"` } }),
            responseType: "arraybuffer",
            // Anything but `json` leaves the response as it is.
            dataType: "other",
            timeout: PATIENCE,
            ...callbacks,
          }) as RequestTask | undefined;
          task?.onHeadersReceived?.(({ header }) => {
            if (announced(header) <= most) return;
            cut = true;
            task.abort?.();
            callbacks.success({ statusCode: 200, data: undefined });
          });
        },
        (_, message) => unanswered(message),
      );
      const { statusCode, data, header } = await asked;
      if (cut) return { status: statusCode, body: new Uint8Array(0), cut };
      return { ...answerFrom(statusCode, data, most), header: headersOf(header) };
    },
  };
}

/** `wx.setScreenBrightness` and `wx.setKeepScreenOn`. */
export function wechatScreen(wx: WeChatLike): Screen {
  needHost(wx, "wx");
  return screenOf({
    keepOn: (keepScreenOn) => void wx.setKeepScreenOn!({ keepScreenOn }),
    brightness: async () => {
      const missing = () => failure("package-fault", "no brightness");
      const get = wx.getScreenBrightness;
      if (get === undefined) throw missing();
      return (await called<{ value: number }>((callbacks) => get.call(wx, callbacks), missing)).value;
    },
    setBrightness: (value) => void wx.setScreenBrightness!({ value }),
  });
}

/** `<canvas type="2d">`, from base library 2.9.0 on. */
export function wechatCanvas(wx: WeChatLike): Canvas {
  needHost(wx, "wx");
  return {
    find: (selector, within) =>
      new Promise((resolve, reject) => {
        const missing = () => reject(failure("canvas-missing", "the selector finds no canvas of type 2d"));
        let query = wx.createSelectorQuery?.();
        if (query !== undefined && within !== undefined) query = query.in?.(within) ?? query;
        if (query === undefined) return missing();
        return query
          .select(selector)
          .fields({ node: true, size: true }, (found) => {
            if (found === null || typeof found.node !== "object" || found.node === null || !found.width)
              return missing();
            const { pixelRatio } = wx.getWindowInfo?.() ?? wx.getSystemInfoSync?.() ?? { pixelRatio: 1 };
            return resolve({ surface: found.node as Surface, width: found.width, ratio: pixelRatio });
          })
          .exec();
      }),
  };
}

/** All adaptors of WeChat, and of Douyin, whose functions are the same. */
export function wechatAdaptors(wx: WeChatLike): Adaptors {
  return {
    random: wechatRandom(wx),
    clock: deviceClock,
    storage: wechatStorage(wx),
    scan: wechatScan(wx),
    location: wechatLocation(wx),
    network: addressed(wechatNetwork(wx)),
    screen: wechatScreen(wx),
    canvas: wechatCanvas(wx),
  };
}
