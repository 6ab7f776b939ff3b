// What mini-programs have in common: calls with callbacks, storage, network, and the errors that they give.
import { isObject, need } from "../argument.js";
import { failure, type HealthcodeError } from "../failure.js";
import type { FailureCode } from "../texts/failures.js";
import { measured, mostOf } from "./body.js";
import type { NetworkAnswer, Screen } from "./interfaces.js";

/** What the super-apps' own functions have in common, whatever their names. */

/**
 * Throws `misuse-argument` for anything but the object of a host: what is called `wx` (or `tt`) has no `scan`, and `my` no
 * `scanCode`. A worker's lacks most functions.
 */
export function needHost(given: unknown, name: "wx" | "my"): void {
  const { scan, scanCode } = (isObject(given) ? given : {}) as { scan?: unknown; scanCode?: unknown };
  const other = name === "wx" ? scan && !scanCode : scanCode && !scan;
  need(isObject(given) && !other, name, `the host's own \`${name}\``);
}

/** How an asynchronous function of a super-app is called. */
interface Callbacks<T> {
  success(result: T): void;
  fail(reason: unknown): void;
}

/** Why a super-app's function failed: WeChat and Douyin give `errMsg`, Alipay an `error` number. */
export interface Reason {
  errMsg?: unknown;
  errorMessage?: unknown;
  error?: unknown;
  errCode?: unknown;
  errNo?: unknown;
}

/** Calls a function of a super-app as a promise. */
export function called<T>(
  call: (callbacks: Callbacks<T>) => unknown,
  failed: (reason: Reason, message: string) => HealthcodeError,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const fail = (thrown: unknown) => {
      const reason: Reason = typeof thrown === "object" && thrown !== null ? thrown : {};
      reject(failed(reason, String(reason.errMsg ?? reason.errorMessage ?? "")));
    };
    try {
      call({ success: resolve, fail });
    } catch (thrown) {
      fail(thrown);
    }
  });
}

/** The first code whose pattern matches the host's message. */
export function codeFor(message: string, patterns: [RegExp, FailureCode][], otherwise: FailureCode): FailureCode {
  return patterns.find(([pattern]) => pattern.test(message))?.[1] ?? otherwise;
}

/** Calls a synchronous storage function and maps its failures to codes. */
export async function stored<T>(act: () => T): Promise<T> {
  try {
    return act();
  } catch (thrown) {
    const { errMsg, errorMessage, message } = (typeof thrown === "object" && thrown !== null ? thrown : {}) as {
      errMsg?: unknown;
      errorMessage?: unknown;
      message?: unknown;
    };
    throw unstored(String(errMsg ?? errorMessage ?? message ?? ""));
  }
}

/** The failure for something that was not stored or read. */
export function unstored(message: string): HealthcodeError {
  return /exceed|limit|quota|full|no space|超出|上限|空间/i.test(message)
    ? failure("storage-full", "the app may store no more on this phone")
    : failure("storage-unavailable", "the host does not let the app store anything");
}

/** Bytes of the host, in either of the two forms that hosts use. */
export function bytesFrom(data: unknown): Uint8Array {
  if (ArrayBuffer.isView(data)) return new Uint8Array(data.buffer, data.byteOffset, data.byteLength).slice();
  if (isBuffer(data)) return new Uint8Array(data);
  throw failure("network-status", "the server's answer did not come as bytes");
}

/** A response with its body, if that is not too long; it is measured before any of it is copied. */
export function answerFrom(status: number, data: unknown, most?: number): NetworkAnswer {
  // There is no body, whatever the host gives for it.
  if (status === 304) return { status, body: new Uint8Array(0) };
  const length = ArrayBuffer.isView(data) || isBuffer(data) ? data.byteLength : 0;
  return { status, ...measured(length, mostOf(status, most), () => bytesFrom(data)) };
}

/** Whether it is a buffer; one from another realm is not an instance of this realm's class. */
function isBuffer(data: unknown): data is ArrayBuffer {
  return data instanceof ArrayBuffer || Object.prototype.toString.call(data) === "[object ArrayBuffer]";
}

/** The bytes as a separate buffer, as requests need it. */
export function bufferOf(bytes: Uint8Array): ArrayBuffer {
  const buffer = new ArrayBuffer(bytes.length);
  new Uint8Array(buffer).set(bytes);
  return buffer;
}

/** The failure for a request that got no response. */
export function unanswered(message: string): HealthcodeError {
  if (/domain list|not in.*(domain|white)|url not in|白名单|domain.*not allowed/i.test(message)) {
    return failure("network-not-allowed", "the server's address is not registered for this mini-program");
  }
  return failure("network-unreachable", "the server could not be reached");
}

/** A super-app's functions for the screen. Each may be missing and then throws; brightness goes from 0 to 1. */
interface ScreenFunctions {
  keepOn(wanted: boolean): void;
  brightness(): Promise<number>;
  setBrightness(value: number): void;
}

/** The screen of a super-app. Refusals are ignored: the code is shown anyway. */
export function screenOf({ keepOn, brightness, setBrightness }: ScreenFunctions): Screen {
  let before: number | undefined;
  let last = false;
  const tried = (act: () => void) => {
    try {
      act();
    } catch {
      // As above.
    }
  };
  return {
    bright: async (wanted) => {
      tried(() => keepOn(wanted));
      last = wanted;
      if (wanted && before === undefined) {
        const found = await brightness().catch(() => undefined);
        // It may have been called again while the host was asked.
        if (found === undefined || !last || before !== undefined) return;
        before = found;
        tried(() => setBrightness(1));
      } else if (!wanted && before !== undefined) {
        const value = before;
        before = undefined;
        tried(() => setBrightness(value));
      }
    },
  };
}
