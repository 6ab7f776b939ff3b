/**
 * The part of WeChat's `wx` and Douyin's `tt` that the package calls, which is the same in both. Names and types are
 * those of the vendors' documentation; whatever an old base library may lack is optional.
 */

interface Callbacks<T> {
  success?(result: T): void;
  fail?(reason: unknown): void;
}

/** What a canvas query finds. */
export interface FoundNode {
  node?: unknown;
  width?: number;
}

/** A query of the page. */
export interface SelectorQuery {
  in?(component: object): SelectorQuery;
  select(selector: string): {
    fields(wanted: { node: true; size: true }, found: (result: FoundNode | null) => void): SelectorQuery;
  };
  exec(): void;
}

/** A request that is under way. */
export interface RequestTask {
  abort?(): void;
  onHeadersReceived?(heard: (answer: { header?: unknown }) => void): void;
}

/** The functions of `wx` and `tt`. */
export interface WeChatLike {
  getRandomValues?(options: { length: number } & Callbacks<{ randomValues: ArrayBuffer }>): void;
  canIUse?(schema: string): boolean;
  getStorage?(options: { key: string; encrypt: true } & Callbacks<{ data: unknown }>): void;
  setStorage?(options: { key: string; data: string; encrypt: true } & Callbacks<unknown>): void;
  getStorageSync(key: string): unknown;
  setStorageSync(key: string, value: string): void;
  removeStorageSync(key: string): void;
  getStorageInfoSync(): { keys: string[] };
  scanCode?(options: { onlyFromCamera?: boolean; scanType?: string[] } & Callbacks<{ result: string }>): void;
  getLocation?(
    options: { type: "wgs84" | "gcj02" } & Callbacks<{ longitude: number; latitude: number; accuracy: number }>,
  ): void;
  request(
    options: {
      url: string;
      method: "GET" | "POST";
      data?: ArrayBuffer;
      header?: { [name: string]: string };
      responseType: "arraybuffer";
      dataType: string;
      timeout: number;
    } & Callbacks<{ statusCode: number; data: unknown; header?: unknown }>,
  ): unknown;
  getScreenBrightness?(options: Callbacks<{ value: number }>): void;
  setScreenBrightness?(options: { value: number } & Callbacks<unknown>): void;
  setKeepScreenOn?(options: { keepScreenOn: boolean } & Callbacks<unknown>): void;
  createSelectorQuery?(): SelectorQuery;
  getWindowInfo?(): { pixelRatio: number };
  getSystemInfoSync?(): { pixelRatio: number };
}

/** `WXWebAssembly` and `TTWebAssembly`. */
export interface PackageWebAssembly {
  instantiate(path: string, imports: object): Promise<unknown>;
}
