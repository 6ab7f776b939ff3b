// The part of `wx` that the package and the sample use, as WeChat documents it: arguments, answers, limits and the words of
// its errors. What a phone would ask its user is asked of the test: `host.options`.

const KEY = "wx:";

/** Calls back as every asynchronous function of `wx` does, and gives a promise where there is no callback. */
function answer(name, options = {}, act) {
  const run = async () => {
    try {
      return { errMsg: `${name}:ok`, ...(await act()) };
    } catch (thrown) {
      throw Object.assign(
        { errMsg: `${name}:${thrown.message}` },
        thrown.errno === undefined ? {} : { errno: thrown.errno },
      );
    }
  };
  const { success, fail, complete } = options;
  if (!success && !fail && !complete) return run();
  run().then(
    (result) => {
      success?.(result);
      complete?.(result);
    },
    (reason) => {
      fail?.(reason);
      complete?.(reason);
    },
  );
  return undefined;
}

const refuse = (message, errno) => {
  throw Object.assign(new Error(message), { errno });
};

export function makeWx(host) {
  const { options } = host;
  const at = (version) => newer(options.sdkVersion, version);
  const stored = () => Object.keys(localStorage).filter((key) => key.startsWith(KEY));
  const size = () => stored().reduce((sum, key) => sum + key.length - KEY.length + localStorage[key].length, 0);
  const storage = {
    set(key, data) {
      if (options.storage === "broken") refuse("fail write DB data fail");
      const text = JSON.stringify(data);
      if (text.length > options.mostPerKey) refuse("fail exceed max size of single key 1MB");
      if (size() + text.length > options.mostInAll) refuse("fail exceed max size 10MB");
      localStorage[KEY + key] = text;
    },
    get(key) {
      if (options.storage === "broken") refuse("fail read DB data fail");
      const text = localStorage[KEY + key];
      return text === undefined ? undefined : JSON.parse(text);
    },
    remove: (key) => localStorage.removeItem(KEY + key),
    clear: () => stored().forEach((key) => localStorage.removeItem(key)),
    info: () => ({
      keys: stored().map((key) => key.slice(KEY.length)),
      currentSize: Math.ceil(size() / 1024),
      limitSize: Math.floor(options.mostInAll / 1024),
    }),
  };
  // AES-128, with a key that only the host has; what is encrypted grows, so less of it fits.
  const sealing = crypto.subtle.importKey("raw", new Uint8Array(16).fill(7), "AES-CBC", false, ["encrypt", "decrypt"]);
  const encrypted = {
    async set(key, data) {
      const text = JSON.stringify(data);
      if (text.length > options.mostPerKey * 0.7) refuse("fail exceed max size of single key 0.7MB");
      const iv = crypto.getRandomValues(new Uint8Array(16));
      const bytes = new TextEncoder().encode(text);
      const sealed = new Uint8Array(await crypto.subtle.encrypt({ name: "AES-CBC", iv }, await sealing, bytes));
      storage.set(key, btoa(Array.from([...iv, ...sealed], (byte) => String.fromCharCode(byte)).join("")));
    },
    async get(key) {
      const text = storage.get(key);
      if (text === undefined) return undefined;
      try {
        const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
        const iv = bytes.slice(0, 16);
        const opened = await crypto.subtle.decrypt({ name: "AES-CBC", iv }, await sealing, bytes.slice(16));
        return JSON.parse(new TextDecoder().decode(opened));
      } catch {
        return refuse("fail decrypt data fail");
      }
    },
  };
  const storageFor = ({ encrypt }) => (encrypt && at("2.21.3") ? encrypted : storage);
  const sync = (name, act) => {
    try {
      return act();
    } catch (thrown) {
      throw new Error(`${name}:${thrown.message}`);
    }
  };
  const system = () => ({
    SDKVersion: options.sdkVersion,
    version: "8.0.50",
    platform: "android",
    language: options.language,
    pixelRatio: devicePixelRatio,
    windowWidth: innerWidth,
    windowHeight: innerHeight,
    fontSizeSetting: options.fontSize ?? 16,
    theme: "light",
  });
  const wx = {
    env: { USER_DATA_PATH: "http://usr" },
    getSystemInfoSync: system,
    canIUse: (name) => name.split(".")[0] in wx && (!name.endsWith(".encrypt") || at("2.21.3")),
    setStorageSync: (key, data) => sync("setStorageSync", () => storage.set(key, data)),
    getStorageSync: (key) => sync("getStorageSync", () => storage.get(key)) ?? "",
    removeStorageSync: (key) => sync("removeStorageSync", () => storage.remove(key)),
    clearStorageSync: () => storage.clear(),
    getStorageInfoSync: () => storage.info(),
    setStorage: (given) => answer("setStorage", given, () => storageFor(given).set(given.key, given.data)),
    getStorage: (given) =>
      answer("getStorage", given, async () => {
        const data = await storageFor(given).get(given.key);
        if (data === undefined) refuse("fail data not found");
        return { data };
      }),
    removeStorage: (given) => answer("removeStorage", given, () => storage.remove(given.key)),
    getStorageInfo: (given) => answer("getStorageInfo", given, () => storage.info()),
    request: (given) => {
      const { url, method = "GET", data, header = {}, responseType = "text", dataType = "json" } = given;
      answer("request", { complete() {}, ...given }, async () => {
        if (options.offline) refuse("fail net::ERR_INTERNET_DISCONNECTED", 600001);
        if (options.domains && !options.domains.some((domain) => url.startsWith(domain)))
          refuse("fail url not in domain list", 600002);
        const reply = await fetch("/native/request", {
          method: "POST",
          headers: {
            "x-url": url,
            "x-method": method,
            "x-type": header["content-type"] ?? "application/json",
            "x-held": header["if-none-match"] ?? "",
          },
          body: method === "GET" ? undefined : data instanceof ArrayBuffer ? data : JSON.stringify(data),
        }).catch(() => refuse("fail net::ERR_INTERNET_DISCONNECTED", 600001));
        if (reply.headers.get("x-failed")) refuse("fail net::ERR_CONNECTION_REFUSED", 600001);
        const body = await reply.arrayBuffer();
        const shown = responseType === "arraybuffer" ? body : new TextDecoder().decode(body);
        return {
          statusCode: reply.status,
          header: Object.fromEntries(reply.headers),
          data: responseType === "text" && dataType === "json" ? parsed(shown) : shown,
        };
      });
      return { abort() {} };
    },
    scanCode: (given) =>
      answer("scanCode", given, () => {
        host.asked.push("scanCode");
        const next = options.scans.shift();
        if (next === undefined || next === "cancel") refuse("fail cancel");
        if (next === "denied") refuse("fail auth deny");
        return { result: next, scanType: "QR_CODE", charSet: "utf-8", path: "" };
      }),
    getLocation: (given) =>
      answer("getLocation", given, () => {
        host.asked.push("getLocation");
        if (options.location === "denied") refuse("fail auth deny");
        if (options.location === "off") refuse("fail:ERROR_NOCELL&WIFI_LOCATIONSWITCHOFF");
        return {
          longitude: 120.1,
          latitude: 30.28,
          accuracy: 65,
          horizontalAccuracy: 65,
          verticalAccuracy: 0,
          altitude: 0,
          speed: -1,
        };
      }),
    getScreenBrightness: (given) => answer("getScreenBrightness", given, () => ({ value: host.brightness })),
    setScreenBrightness: (given) =>
      answer("setScreenBrightness", given, () => {
        host.brightness = given.value;
      }),
    setKeepScreenOn: (given) =>
      answer("setKeepScreenOn", given, () => {
        host.awake = given.keepScreenOn;
      }),
    setNavigationBarTitle: (given) =>
      answer("setNavigationBarTitle", given, () => {
        document.title = given.title;
      }),
    navigateTo: (given) => answer("navigateTo", given, () => host.open(given.url)),
    redirectTo: (given) => answer("redirectTo", given, () => host.open(given.url, { replace: true })),
    navigateBack: (given) => answer("navigateBack", given, () => host.back()),
    reLaunch: (given) => answer("reLaunch", given, () => host.relaunch(given.url)),
    showToast: (given) => answer("showToast", given, () => void host.toasts.push(given.title)),
    showModal: (given) =>
      answer("showModal", given, () => {
        host.modals.push(`${given.title ?? ""} ${given.content ?? ""}`);
        return { confirm: options.confirm, cancel: !options.confirm };
      }),
    pageScrollTo: (given) => answer("pageScrollTo", given, () => scrollTo(0, given.scrollTop)),
    nextTick: (act) => setTimeout(act, 0),
    createSelectorQuery: () => selectorQuery(host),
    onAppShow: (act) => host.appShow.push(act),
    onAppHide: (act) => host.appHide.push(act),
    offAppShow: (act) => host.appShow.splice(0, Infinity, ...host.appShow.filter((one) => one !== act)),
    offAppHide: (act) => host.appHide.splice(0, Infinity, ...host.appHide.filter((one) => one !== act)),
    onMemoryWarning() {},
    getFileSystemManager: () => ({
      readFile: (given) =>
        answer("readFile", { complete() {}, ...given }, async () => {
          const reply = await fetch(`/app/${given.filePath.replace(/^\//, "")}`);
          if (!reply.ok) refuse(`fail no such file or directory, open ${given.filePath}`);
          return { data: given.encoding ? await reply.text() : await reply.arrayBuffer() };
        }),
    }),
    reportEvent() {},
  };
  if (at("2.20.1")) Object.assign(wx, { getDeviceInfo: system, getWindowInfo: system, getAppBaseInfo: system });
  if (at("2.15.0") && options.random) {
    wx.getRandomValues = (given) =>
      answer("getRandomValues", given, () => ({
        randomValues: crypto.getRandomValues(new Uint8Array(given.length)).buffer,
      }));
  }
  const wasm = { instantiate: (path, imports) => instantiate(host, path, imports) };
  return { wx, WXWebAssembly: at("2.13.0") && options.wasm ? wasm : undefined };
}

/** Whether a version is another one or newer. */
function newer(version, least) {
  const [one, other] = [version, least].map((text) => text.split(".").map(Number));
  const at = one.findIndex((part, place) => part !== other[place]);
  return at === -1 || one[at] > other[at];
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** WXWebAssembly takes a path in the code package only, of a `.wasm` or `.wasm.br` file. */
async function instantiate(host, path, imports) {
  if (typeof path !== "string") throw new TypeError("WXWebAssembly.instantiate: the first argument must be a path");
  if (!/^[^:]*\.wasm(\.br)?$/.test(path)) throw new Error(`WXWebAssembly.instantiate: invalid path ${path}`);
  host.engines.push(path);
  if (host.installed.has(path)) return WebAssembly.instantiate(host.installed.get(path), imports);
  let reply;
  let bytes;
  try {
    reply = await fetch(`/app/${path.replace(/^\//, "")}`);
    bytes = await reply.arrayBuffer();
  } catch {
    // The browser unpacks `.br` here, and fails as if the network had.
    throw new Error(`WXWebAssembly.instantiate: brotli decompress failed: ${path}`);
  }
  if (!reply.ok) throw new Error(`WXWebAssembly.instantiate: file not found: ${path}`);
  return WebAssembly.instantiate(bytes, imports);
}

/** Finds elements of the page on top, or of a component: their size, and the node of a canvas. */
export function selectorQuery(host) {
  const queue = [];
  let within = host.stack.at(-1)?.component;
  const asking = (find) => {
    const ask = (fields, then) => {
      queue.push({ find, fields, then });
      return query;
    };
    return {
      fields: ask,
      node: (then) => ask({ node: true }, then),
      boundingClientRect: (then) => ask({ rect: true, size: true }, then),
      scrollOffset: (then) => ask({ scrollOffset: true }, then),
    };
  };
  const query = {
    in(component) {
      within = component;
      return query;
    },
    select(selector) {
      const root = within;
      return asking(() => root?._$.getShadowRoot()?.querySelector(selector));
    },
    selectViewport: () => asking(() => VIEWPORT),
    exec(then) {
      const results = queue.map(({ find, fields, then }) => {
        const found = find();
        const result = found ? describe(found, fields) : null;
        then?.(result);
        return result;
      });
      setTimeout(() => then?.(results), 0);
    },
  };
  return query;
}

const VIEWPORT = {};

function describe(found, fields) {
  if (found === VIEWPORT) return { scrollTop: scrollY, scrollLeft: scrollX };
  const box = found.getBackendElement().getBoundingClientRect();
  return {
    ...(fields.node && { node: found.getMethodCaller().canvas }),
    ...(fields.size && { width: box.width, height: box.height }),
    ...(fields.rect && { left: box.left, top: box.top, right: box.right, bottom: box.bottom }),
  };
}
