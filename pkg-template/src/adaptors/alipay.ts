// Alipay's storage, scanner, location, network and canvas.
import { isAbsent } from "../argument.js";
import { failure } from "../failure.js";
import type { Alipay } from "../hosts/alipay-types.js";
import { headersOf } from "./body.js";
import { deviceClock } from "./clock.js";
import { addressed } from "./given.js";
import type {
  Adaptors,
  Canvas,
  Location,
  Network,
  NetworkAnswer,
  Scan,
  Screen,
  Storage,
  Surface,
} from "./interfaces.js";
import { answerFrom, bufferOf, called, codeFor, needHost, screenOf, stored, unanswered } from "./mini-program.js";
import { noRandom } from "./missing.js";

/** How long to wait for an answer, in milliseconds. */
const PATIENCE = 15_000;
/** A value may have 200 KB. */
const MOST = 200_000;
/** All values may have 10 MB, keys included. */
const TOTAL = 9_900_000;

/** What `my`'s functions return instead of throwing; others return an `Error`. */
interface Returned {
  success?: unknown;
  error?: unknown;
}

/** Whether what a function returned, or gave to `success`, says that it failed. */
function isFault(result: unknown): boolean {
  const { success, error } = (typeof result === "object" && result !== null ? result : {}) as Returned;
  const thrown = Object.prototype.toString.call(result) === "[object Error]";
  return thrown || success === false || !(isAbsent(error) || error === 0);
}

function checked<T>(result: T): T {
  if (isFault(result)) throw result;
  return result;
}

/** As `called`, also for functions that return an error, or give one to `success`. */
const asked: typeof called = (call, failed) =>
  called(({ success, fail }) => {
    const returned = call({ success: (result) => (isFault(result) ? fail(result) : success(result)), fail });
    if (isFault(returned)) fail(returned);
  }, failed);

/** `my.setStorageSync` and related functions: 200 KB per key, 10 MB in total. */
export function alipayStorage(my: Alipay): Storage {
  needHost(my, "my");
  return {
    most: MOST,
    total: TOTAL,
    get: (key) =>
      stored(() => {
        const { data } = checked(my.getStorageSync({ key }));
        return typeof data === "string" && data !== "" ? data : undefined;
      }),
    set: (key, data) =>
      stored(() => {
        checked(my.setStorageSync({ key, data }));
        // Some versions report success, and have written nothing.
        if (checked(my.getStorageSync({ key })).data !== data) throw { errorMessage: "nothing was written" };
      }),
    remove: (key) => stored(() => void checked(my.removeStorageSync({ key }))),
    keys: () => stored(() => (checked(my.getStorageInfoSync()).keys ?? []).slice()),
  };
}

/** `my.scan`. */
export function alipayScan(my: Alipay): Scan {
  needHost(my, "my");
  return {
    scan: async () => {
      if (my.scan === undefined) throw failure("scan-missing", "this host cannot scan");
      const { code } = await asked<{ code: string }>(
        (callbacks) => my.scan?.({ scanType: ["qrCode"], ...callbacks }),
        ({ error }, message) => {
          const denied = Number(error) >= 2001 && Number(error) <= 2003;
          const told = codeFor(
            message,
            [
              [/cancel|取消/i, "scan-cancelled"],
              [/auth|permission|denied|权限|拒绝/i, "scan-denied"],
            ],
            "scan-failed",
          );
          return failure(
            denied ? "scan-denied" : Number(error) === 10 ? "scan-cancelled" : told,
            "nothing was scanned",
          );
        },
      );
      return code;
    },
  };
}

/** `my.getLocation`, whose coordinates are those of Chinese maps. */
export function alipayLocation(my: Alipay): Location {
  needHost(my, "my");
  return {
    where: async () => {
      if (my.getLocation === undefined) throw failure("location-missing", "this host cannot be located");
      const found = await asked<{ longitude: number | string; latitude: number | string; accuracy: number | string }>(
        (callbacks) => my.getLocation?.({ type: 0, ...callbacks }),
        ({ error }) => {
          const number = Number(error);
          if (number >= 2001 && number <= 2003) return failure("location-denied", "the app may not know where it is");
          return failure(number === 11 ? "location-off" : "location-missing", "the place is not known");
        },
      );
      return { longitude: +found.longitude, latitude: +found.latitude, accuracy: +found.accuracy, system: "gcj02" };
    },
  };
}

/** The result of a request; an unsuccessful HTTP status is reported as a failure with that status. */
interface Answered {
  status?: number;
  statusCode?: number;
  data?: unknown;
  headers?: unknown;
}

function answerOf({ status, statusCode, data, headers }: Answered, most?: number): NetworkAnswer {
  const code = statusCode ?? status ?? 0;
  const header = headersOf(headers);
  if (data === undefined || data === null || typeof data === "string")
    return { status: code, body: new Uint8Array(0), header };
  return { ...answerFrom(code, data, most), header };
}

/**
 * `my.request`, to addresses registered for the mini-program. A response is measured once the host has it. The host takes
 * any status but 2xx for a failure, so nothing is asked for on condition.
 */
export function alipayNetwork(my: Alipay): Network {
  needHost(my, "my");
  return {
    ask: ({ url, body, type, most }) =>
      asked<Answered>(
        ({ success, fail }) =>
          my.request({
            url,
            method: body === undefined ? "GET" : "POST",
            ...(body === undefined
              ? {}
              : { data: bufferOf(body), headers: { "content-type": type ?? "application/octet-stream" } }),
            dataType: "arraybuffer",
            timeout: PATIENCE,
            success,
            fail: (thrown) => {
              const { error, ...answer } = (typeof thrown === "object" && thrown !== null ? thrown : {}) as Answered &
                Returned;
              if (Number(error) === 19) success({ status: 500, ...answer });
              else fail(thrown);
            },
          }),
        ({ error }, message) =>
          Number(error) === 11
            ? failure("network-not-allowed", "the server's address is not registered for this mini-program")
            : unanswered(message),
      ).then((answer) => answerOf(answer, most)),
  };
}

/** `my.setScreenBrightness` and `my.setKeepScreenOn`. */
export function alipayScreen(my: Alipay): Screen {
  needHost(my, "my");
  return screenOf({
    keepOn: (keepScreenOn) => void my.setKeepScreenOn?.({ keepScreenOn }),
    brightness: async () => {
      const missing = () => failure("package-fault", "no brightness");
      const get = my.getScreenBrightness;
      if (get === undefined) throw missing();
      return (await asked<{ brightness: number }>((callbacks) => get.call(my, callbacks), missing)).brightness;
    },
    setBrightness: (brightness) => void my.setScreenBrightness?.({ brightness }),
  });
}

/** `<canvas type="2d">`, from base library 2.7.0 on. */
export function alipayCanvas(my: Alipay): Canvas {
  needHost(my, "my");
  return {
    find: (selector, within) =>
      new Promise((resolve, reject) => {
        let query = my.createSelectorQuery?.();
        if (query !== undefined && within !== undefined) query = query.in?.(within) ?? query;
        if (query === undefined) return reject(failure("canvas-missing", "this base library finds no canvas"));
        query.select(selector).node();
        query.select(selector).boundingClientRect();
        return query.exec((found) => {
          const { node } = (found[0] ?? {}) as { node?: unknown };
          const { width } = (found[1] ?? {}) as { width?: number };
          if (typeof node !== "object" || node === null || !width) {
            return reject(failure("canvas-missing", "the selector finds no canvas of type 2d"));
          }
          const { pixelRatio } = my.getWindowInfo?.() ?? my.getSystemInfoSync?.() ?? { pixelRatio: 1 };
          return resolve({ surface: node as Surface, width, ratio: pixelRatio });
        });
      }),
  };
}

/** All adaptors of Alipay. It has no secure random source: without `adaptors.random`, only keys made earlier work. */
export function alipayAdaptors(my: Alipay): Adaptors {
  return {
    random: noRandom,
    clock: deviceClock,
    storage: alipayStorage(my),
    scan: alipayScan(my),
    location: alipayLocation(my),
    network: addressed(alipayNetwork(my)),
    screen: alipayScreen(my),
    canvas: alipayCanvas(my),
  };
}
