/** The part of Alipay's `my` that the package calls, with names and types from the vendor's documentation. */

interface Callbacks<T> {
  success?(result: T): void;
  fail?(reason: unknown): void;
}

/** A query of the page; `exec` returns what was found, in order. */
export interface SelectorQuery {
  in?(component: object): SelectorQuery;
  select(selector: string): { node(): SelectorQuery; boundingClientRect(): SelectorQuery };
  exec(done: (found: { [index: number]: unknown }) => void): void;
}

/** The functions of `my`. */
export interface Alipay {
  getStorageSync(options: { key: string }): { data?: unknown; error?: unknown; errorMessage?: unknown };
  setStorageSync(options: { key: string; data: string }): unknown;
  removeStorageSync(options: { key: string }): unknown;
  getStorageInfoSync(): { keys?: string[]; error?: unknown; errorMessage?: unknown };
  scan?(options: { scanType?: string[] } & Callbacks<{ code: string }>): void;
  getLocation?(
    options: { type: number } & Callbacks<{
      longitude: number | string;
      latitude: number | string;
      accuracy: number | string;
    }>,
  ): void;
  request(
    options: {
      url: string;
      method: "GET" | "POST";
      data?: ArrayBuffer;
      headers?: { [name: string]: string };
      dataType: "arraybuffer";
      timeout: number;
    } & Callbacks<{ status?: number; statusCode?: number; data: unknown; headers?: unknown }>,
  ): unknown;
  getScreenBrightness?(options: Callbacks<{ brightness: number }>): void;
  setScreenBrightness?(options: { brightness: number } & Callbacks<unknown>): void;
  setKeepScreenOn?(options: { keepScreenOn: boolean } & Callbacks<unknown>): void;
  createSelectorQuery?(): SelectorQuery;
  getSystemInfoSync?(): { pixelRatio: number };
  getWindowInfo?(): { pixelRatio: number };
}
