// A contract fake of Alipay's logic layer. It is not Alipay: no runtime of Alipay's can run here. It holds the package and
// the sample to what Alipay documents of `Component`, `Page` and `my`, and to what others have measured of its logic layer: no
// globalThis, BigInt, MYWebAssembly, queueMicrotask or random source, values of at most 200 KB; the standard WebAssembly in some
// versions; files of the code package that come as text whatever they are, bytes that are written to files as none, with success,
// and errors that are returned instead of thrown. Templates are drawn by axml.mjs.
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import vm from "node:vm";
import { draw, parse } from "./axml.mjs";
import { Bitmap } from "./bitmap.mjs";

/** ECMAScript's names that were not found in the logic layer. */
const ABSENT = [
  "globalThis",
  "BigInt",
  "BigInt64Array",
  "BigUint64Array",
  "WebAssembly",
  "SharedArrayBuffer",
  "Atomics",
  "escape",
  "unescape",
  "eval",
];
/** What Alipay keeps to itself: a module that names one of these does not get the global. */
const RESERVED = ["globalThis", "global", "fetch", "self", "window", "document", "location", "XMLHttpRequest"];
const PER_KEY = 200 * 1024;

const COMPONENT = [
  "data",
  "props",
  "onInit",
  "deriveDataFromProps",
  "didMount",
  "didUpdate",
  "didUnmount",
  "mixins",
  "methods",
  "ref",
  "pageEvents",
  "options",
  "observers",
  "lifetimes",
  "relations",
  "externalClasses",
];
const PAGE_EVENTS = [
  "onLoad",
  "onShow",
  "onReady",
  "onHide",
  "onUnload",
  "onBack",
  "onKeyboardHeight",
  "onOptionMenuClick",
  "onPopMenuClick",
  "onPullIntercept",
  "onPullDownRefresh",
  "onTitleClick",
  "onTabItemTap",
  "beforeTabItemTap",
  "onResize",
];

/** What `WebAssembly` is in a logic layer that has one; in most there is none. */
const WEBASSEMBLY = {
  standard: "WebAssembly",
  "returns an error": "({ instantiate: async () => new Error('not supported') })",
  refuses: "({ instantiate: () => { throw new TypeError('WebAssembly is not available') } })",
};

/** An app of the given folder. `options` are what a phone would ask its user, and what it has. */
export function alipay(project, options = {}) {
  const app = new App(project, {
    mostInAll: 10 << 20,
    stored: new Map(),
    scans: [],
    dates: [],
    pixelRatio: 2,
    width: 375,
    ...options,
  });
  return app;
}

class App {
  constructor(project, options) {
    this.project = project;
    this.options = options;
    this.errors = [];
    this.stack = [];
    this.timers = new Set();
    this.requests = [];
    this.asked = [];
    this.scrolled = 0;
    this.brightness = 0.3;
    this.awake = false;
    this.modules = new Map();
    this.registered = new Map();
    this.templates = new Map();
    this.canvases = new Map();
    this.written = new Map();
    const wasm = WEBASSEMBLY[options.webAssembly];
    this.context = vm.createContext({}, { codeGeneration: { strings: false, wasm: wasm !== undefined } });
    const webAssembly = wasm && vm.runInContext(wasm, this.context);
    this.my = this.makeMy();
    // The context's own global must not be found through `this`, nor what the logic layer lacks.
    for (const name of ABSENT) vm.runInContext(`delete this.${name}`, this.context);
    if (webAssembly) this.context.WebAssembly = webAssembly;
    const wait = (start, end) => [
      (act, delay) => {
        const timer = start(() => this.guard(act), delay);
        this.timers.add(timer);
        return timer;
      },
      (timer) => end(timer),
    ];
    const [setTimeout_, clearTimeout_] = wait(setTimeout, clearTimeout);
    const [setInterval_, clearInterval_] = wait(setInterval, clearInterval);
    this.globals = {
      my: this.my,
      console: { log() {}, warn() {}, error: (...told) => this.errors.push(told.join(" ")), info() {} },
      setTimeout: setTimeout_,
      clearTimeout: clearTimeout_,
      setInterval: setInterval_,
      clearInterval: clearInterval_,
      App: (definition) => (this.app = definition),
      getApp: () => this.app,
      getCurrentPages: () => this.stack.map(({ instance }) => instance),
      Page: (definition) => this.register("page", definition),
      Component: (definition) => this.register("component", definition),
    };
    this.config = JSON.parse(readFileSync(join(project, "app.json"), "utf8"));
    this.rejected = (reason) => this.errors.push(reason?.stack ?? String(reason));
    process.on("unhandledRejection", this.rejected);
  }

  start() {
    this.load(join(this.project, "app.js"));
    this.guard(() => this.app?.onLaunch?.({}));
    this.open(`/${this.config.pages[0]}`);
    return this;
  }

  stop() {
    for (const timer of this.timers) clearTimeout(timer);
    process.off("unhandledRejection", this.rejected);
  }

  guard(act) {
    try {
      return act();
    } catch (thrown) {
      this.errors.push(thrown?.stack ?? String(thrown));
      return undefined;
    }
  }

  /** Runs a module once, as CommonJS with nothing but the logic layer's names. */
  load(file) {
    const found = this.modules.get(file);
    if (found) return found.exports;
    const module = { exports: vm.runInContext("({})", this.context) };
    this.modules.set(file, module);
    const names = Object.keys(this.globals);
    const wrapped = vm.compileFunction(
      readFileSync(file, "utf8"),
      ["require", "module", "exports", ...names, ...RESERVED],
      {
        filename: relative(this.project, file),
        parsingContext: this.context,
      },
    );
    wrapped.call(
      undefined,
      (asked) => this.load(this.resolve(file, asked)),
      module,
      module.exports,
      ...names.map((name) => this.globals[name]),
    );
    return module.exports;
  }

  /** Files beside the module, or in node_modules: Alipay reads no `exports` of a package. */
  resolve(from, asked) {
    const start = asked.startsWith("/")
      ? join(this.project, asked)
      : asked.startsWith(".")
        ? join(dirname(from), asked)
        : join(this.project, "node_modules", asked);
    for (const path of [start, `${start}.js`, join(start, "index.js")])
      if (/\.js$/.test(path) && existsSync(path)) return path;
    return createRequire(join(this.project, "app.js")).resolve(asked);
  }

  register(kind, definition) {
    if (this.registering === undefined) throw new Error(`${kind} outside of a page's or component's file`);
    if (kind === "component") {
      for (const key of Object.keys(definition))
        if (!COMPONENT.includes(key)) this.errors.push(`Component has no option ${key}`);
      for (const key of Object.keys(definition.pageEvents ?? {}))
        if (!PAGE_EVENTS.includes(key)) this.errors.push(`there is no page event ${key}`);
      if (definition.lifetimes && !definition.options?.lifetimes) this.errors.push("lifetimes want options.lifetimes");
    }
    this.registered.set(this.registering, definition);
  }

  /** The definition, template and components of a page or component, by the path without ending. */
  part(base) {
    if (!this.templates.has(base)) {
      const { usingComponents = {}, ...config } = JSON.parse(readFileSync(`${base}.json`, "utf8"));
      const using = Object.fromEntries(
        Object.entries({ ...this.config.usingComponents, ...usingComponents }).map(([name, target]) => [
          name,
          this.resolve(`${base}.js`, target).slice(0, -3),
        ]),
      );
      const nodes = parse(
        readFileSync(`${base}.axml`, "utf8"),
        relative(this.project, `${base}.axml`),
        Object.keys(using),
      );
      this.templates.set(base, { config, using, nodes });
      Object.values(using).forEach((one) => this.part(one));
      this.registering = base;
      this.load(`${base}.js`);
      this.registering = undefined;
      if (!this.registered.has(base)) throw new Error(`${base}.js registers nothing`);
    }
    return { ...this.templates.get(base), definition: this.registered.get(base) };
  }

  open(url, replace = false) {
    const [path, query = ""] = url.split("?");
    const base = join(this.project, path);
    if (!this.config.pages.includes(path.replace(/^\//, ""))) throw new Error(`there is no page ${path}`);
    const { definition } = this.part(base);
    const last = this.stack.at(-1);
    if (replace && last) this.leave();
    else if (last) this.see(last, false);
    const instance = Object.assign(Object.create({ setData: setData(this) }), {
      ...definition,
      data: clone(value(definition.data) ?? {}),
      route: path,
    });
    const page = { path, base, instance, components: new Map(), canvases: new Set() };
    this.stack.push(page);
    this.guard(() => instance.onLoad?.(Object.fromEntries(new URLSearchParams(query))));
    this.draw();
    this.guard(() => instance.onShow?.());
    this.guard(() => instance.onReady?.());
  }

  leave() {
    const page = this.stack.pop();
    this.guard(() => page.instance.onUnload?.());
    for (const { instance, definition } of page.components.values())
      this.guard(() => definition.didUnmount?.call(instance));
    page.components.clear();
  }

  back() {
    this.leave();
    this.see(this.stack.at(-1), true);
    this.draw();
  }

  see(page, seen) {
    const event = seen ? "onShow" : "onHide";
    this.guard(() => page.instance[event]?.());
    for (const { instance, definition } of page.components.values())
      this.guard(() => definition.pageEvents?.[event]?.call(instance));
  }

  /** Draws the page on top as a tree, and makes and removes its components. */
  draw() {
    const page = this.stack.at(-1);
    if (page === undefined || this.drawing) return this.tree;
    this.drawing = true;
    const alive = new Set();
    const fresh = [];
    const drawPart = (base, instance, scope, under) => {
      const { using, nodes } = this.part(base);
      return draw(
        nodes,
        scope,
        (element) => {
          element.owner = instance;
          const target = using[element.tag];
          if (target === undefined) return undefined;
          const path = under + element.path;
          alive.add(path);
          let component = page.components.get(path);
          const props = this.propsOf(element, instance);
          if (component === undefined) {
            component = this.component(target, props, page);
            page.components.set(path, component);
            fresh.push(component);
          }
          component.instance.props = Object.freeze({ ...value(component.definition.props), ...props });
          return drawPart(
            target,
            component.instance,
            { ...component.instance.props, ...component.instance.data },
            path,
          );
        },
        under,
      );
    };
    this.tree = this.guard(() => drawPart(page.base, page.instance, page.instance.data, "")) ?? [];
    for (const [path, { instance, definition }] of page.components) {
      if (alive.has(path)) continue;
      page.components.delete(path);
      this.guard(() => definition.didUnmount?.call(instance));
    }
    this.drawing = false;
    for (const { instance, definition } of fresh) this.guard(() => definition.didMount?.call(instance));
    for (const canvas of this.all(({ tag }) => tag === "canvas")) {
      const { id } = canvas.attributes;
      if (!id || page.canvases.has(id)) continue;
      page.canvases.add(id);
      if (canvas.on.ready) setTimeout(() => this.happen(canvas, "ready", {}), 0);
    }
    return this.tree;
  }

  propsOf(element, owner) {
    const props = { ...element.attributes };
    for (const [name, method] of Object.entries(element.handed)) {
      const handler = owner[method];
      if (typeof handler !== "function") this.errors.push(`<${element.tag}>: there is no method ${method}`);
      // A function that is handed down is a property that begins with `on`.
      else props[name] = handler.bind(owner);
    }
    return props;
  }

  component(base, props, page) {
    const { definition } = this.part(base);
    const instance = Object.assign(Object.create({ setData: setData(this) }), definition.methods, {
      data: clone(value(definition.data) ?? {}),
      props: Object.freeze({ ...value(definition.props), ...props }),
      is: relative(this.project, base),
      $page: page.instance,
      $id: page.components.size + 1,
    });
    this.guard(() => definition.onInit?.call(instance));
    return { instance, definition };
  }

  /** All drawn elements for which something holds. */
  all(which, nodes = this.tree) {
    return nodes.flatMap((node) =>
      node.tag === undefined ? [] : [...(which(node) ? [node] : []), ...this.all(which, node.children)],
    );
  }

  text(nodes = this.tree) {
    return nodes
      .map((node) => (node.text !== undefined ? node.text : node.attributes.hidden ? "" : this.text(node.children)))
      .join("");
  }

  /** Something happens on an element, whose method is called with an event as documented. */
  happen(element, type, detail) {
    const method = element.on[type];
    if (method === undefined) throw new Error(`<${element.tag}> hears no ${type}`);
    const handler = element.owner[method];
    if (typeof handler !== "function") {
      this.errors.push(`there is no method ${method}`);
      return;
    }
    const target = { id: element.attributes.id ?? "", dataset: element.data, tagName: element.tag };
    this.guard(() =>
      handler.call(element.owner, { type, detail, target, currentTarget: target, timeStamp: Date.now() }),
    );
    this.draw();
  }

  tap(element) {
    if (element.attributes.disabled === true) throw new Error("the element is disabled");
    this.happen(element, "tap", {});
  }

  makeMy() {
    const { options, asked } = this;
    const { stored } = options;
    const call = (name, given = {}, act) => {
      for (const key of ["success", "fail", "complete"])
        if (key in given && typeof given[key] !== "function") this.errors.push(`my.${name}: ${key} is no function`);
      asked.push(name);
      const run = async () => act(given);
      const done = run().then(
        (result) => {
          this.guard(() => given.success?.(result ?? {}));
          this.guard(() => given.complete?.(result ?? {}));
        },
        (reason) => {
          if (reason instanceof Error) this.errors.push(reason.stack);
          this.guard(() => given[options.returnsErrors ? "success" : "fail"]?.(reason));
          this.guard(() => given.complete?.(reason));
        },
      );
      void done.then(() => this.draw());
    };
    const refuse = (error, errorMessage) => {
      throw { error, errorMessage };
    };
    const keyOf = (name, given) => {
      if (typeof given !== "object" || given === null || typeof given.key !== "string")
        throw new TypeError(`my.${name} wants { key }`);
      return given.key;
    };
    const size = () => [...stored].reduce((sum, [key, text]) => sum + key.length + Buffer.byteLength(text), 0);
    const here = (value) => vm.runInContext(`(${JSON.stringify(value)})`, this.context);
    return {
      SDKVersion: "2.9.7",
      canIUse: () => true,
      getSystemInfoSync: () => ({
        pixelRatio: options.pixelRatio,
        windowWidth: options.width,
        language: options.language ?? "zh-Hans",
        platform: "Android",
        version: "10.5.60",
      }),
      getStorageSync: (given) => {
        if (options.storage === "broken") return { error: 5, errorMessage: "storage error" };
        const text = stored.get(keyOf("getStorageSync", given));
        return { data: text === undefined ? null : here(JSON.parse(text)) };
      },
      setStorageSync: (given) => {
        const key = keyOf("setStorageSync", given);
        if (options.storage === "broken") return { success: false, error: 5, errorMessage: "storage error" };
        if (options.storage === "returns an error") return vm.runInContext("new Error('storage error')", this.context);
        const text = JSON.stringify(given.data);
        if (Buffer.byteLength(text) > PER_KEY)
          return { success: false, error: 14, errorMessage: "exceed the size limit of a single key: 200KB" };
        if (size() + text.length > options.mostInAll)
          return { success: false, error: 14, errorMessage: "exceed the size limit: 10MB" };
        if (options.storage !== "writes nothing") stored.set(key, text);
        return { success: true };
      },
      removeStorageSync: (given) => {
        stored.delete(keyOf("removeStorageSync", given));
        return { success: true };
      },
      getStorageInfoSync: () => ({
        keys: [...stored.keys()],
        currentSize: Math.ceil(size() / 1024),
        limitSize: 10_240,
      }),
      request: (given) =>
        call("request", given, async ({ url, method = "GET", data, headers = {}, dataType = "json" }) => {
          this.requests.push(`${method} ${url}`);
          if (options.offline) refuse(12, "网络异常，请检查网络设置");
          if (options.domains && !options.domains.some((domain) => url.startsWith(domain)))
            refuse(4, "无权调用该接口: url not in domain white list");
          const body = method === "GET" ? undefined : Buffer.from(data);
          const reply = await fetch(url, { method, headers, body }).catch(() => refuse(12, "网络异常"));
          const bytes = new Uint8Array(await reply.arrayBuffer());
          const answer = {
            status: reply.status,
            headers: Object.fromEntries(reply.headers),
            data: this.shaped(bytes, dataType),
          };
          if (reply.status >= 400) throw { error: 19, errorMessage: "http status error", ...answer };
          return answer;
        }),
      scan: (given) =>
        call("scan", given, () => {
          const next = options.scans.shift();
          if (next === undefined || next === "cancel") refuse(10, "用户取消");
          if (next === "denied") refuse(2001, "用户拒绝授权");
          return { code: next, qrCode: next, codeType: "qrCode", result: next };
        }),
      getLocation: (given) =>
        call("getLocation", given, () => {
          if (options.location === "denied") refuse(2001, "用户拒绝授权");
          if (options.location === "off") refuse(11, "请确认定位相关权限已开启");
          return { longitude: "120.1", latitude: "30.28", accuracy: "65", horizontalAccuracy: "65" };
        }),
      datePicker: (given) =>
        call("datePicker", given, () => {
          const date = options.dates.shift();
          if (date === undefined) refuse(11, "用户取消操作");
          return { date };
        }),
      getScreenBrightness: (given) => call("getScreenBrightness", given, () => ({ brightness: this.brightness })),
      setScreenBrightness: (given) =>
        call("setScreenBrightness", given, () => {
          this.brightness = given.brightness;
        }),
      setKeepScreenOn: (given) =>
        call("setKeepScreenOn", given, () => {
          this.awake = given.keepScreenOn;
        }),
      navigateTo: (given) => call("navigateTo", given, () => this.open(given.url)),
      redirectTo: (given) => call("redirectTo", given, () => this.open(given.url, true)),
      reLaunch: (given) =>
        call("reLaunch", given, () => {
          while (this.stack.length > 0) this.leave();
          this.open(given.url);
        }),
      navigateBack: (given) => call("navigateBack", given, () => this.back()),
      createSelectorQuery: () => this.query(),
      pageScrollTo: (given) =>
        call("pageScrollTo", given, () => {
          this.scrolled = given.scrollTop;
        }),
      setNavigationBar: (given) =>
        call("setNavigationBar", given, () => {
          this.title = given.title;
        }),
      hideKeyboard() {},
      getFileSystemManager: () => this.files(),
    };
  }

  /** Files as others have found them: an app that carries or keeps bytes in one does not get them back. */
  files() {
    const { written } = this;
    const missing = () => vm.runInContext("({ error: 10022, errorMessage: 'no such file' })", this.context);
    return {
      readFileSync: ({ filePath, encoding }) => {
        const file = join(this.project, filePath);
        const bytes = written.get(filePath) ?? (existsSync(file) ? readFileSync(file) : undefined);
        if (bytes === undefined) return missing();
        // Text, and bytes made of that again.
        const text = bytes.toString("utf8");
        return { success: true, data: encoding === "utf8" ? text : this.shaped(Buffer.from(text), "arraybuffer") };
      },
      writeFileSync: ({ filePath, data }) => {
        written.set(filePath, Buffer.from(typeof data === "string" ? data : ""));
        return { success: true };
      },
    };
  }

  /** A reply's body in the form that was asked for, made of the logic layer's own types. */
  shaped(bytes, dataType) {
    if (dataType === "arraybuffer") {
      const buffer = vm.runInContext(`new ArrayBuffer(${bytes.length})`, this.context);
      new Uint8Array(buffer).set(bytes);
      return buffer;
    }
    const text = new TextDecoder().decode(bytes);
    return dataType === "json" ? vm.runInContext(`(${JSON.stringify(JSON.parse(text))})`, this.context) : text;
  }

  query() {
    const wanted = [];
    const find = (selector) =>
      this.all(
        ({ attributes }) =>
          `#${attributes.id}` === selector ||
          String(attributes.class ?? "")
            .split(" ")
            .includes(selector.slice(1)),
      )[0];
    const query = {
      in: () => query,
      select: (selector) => ({
        boundingClientRect: () => wanted.push(() => box(find(selector), this.options.width)) && query,
        node: () => wanted.push(() => this.canvas(find(selector))) && query,
      }),
      selectViewport: () => ({
        scrollOffset: () => wanted.push(() => ({ scrollTop: this.scrolled, scrollLeft: 0 })) && query,
      }),
      exec: (done) => void setTimeout(() => this.guard(() => done(wanted.map((one) => one()))), 0),
    };
    return query;
  }

  canvas(element) {
    if (element?.tag !== "canvas") return null;
    const { id } = element.attributes;
    if (!this.canvases.has(id)) this.canvases.set(id, new Bitmap());
    return { node: this.canvases.get(id) };
  }
}

const box = (element, width) =>
  element ? { left: 16, top: 100, width: width - 80, height: 300, right: width - 64, bottom: 400 } : null;
const value = (given) => (typeof given === "function" ? given() : given);
const clone = (data) => JSON.parse(JSON.stringify(data));

/** `setData` takes paths, and values that JSON can hold. */
function setData(app) {
  return function (changes, done) {
    for (const [path, change] of Object.entries(changes)) {
      check(app, path, change);
      const keys = path.split(/[.[\]]+/).filter(Boolean);
      let at = this.data;
      for (const key of keys.slice(0, -1)) at = at[key] ??= {};
      at[keys.at(-1)] = change === undefined ? undefined : clone(change);
    }
    // Drawn later, as by another thread.
    setTimeout(() => {
      app.draw();
      app.guard(() => done?.());
    }, 0);
  };
}

function check(app, path, data) {
  const kind = Object.prototype.toString.call(data);
  if (["[object Object]", "[object Array]"].includes(kind))
    for (const [key, one] of Object.entries(data)) check(app, `${path}.${key}`, one);
  else if (!["[object String]", "[object Number]", "[object Boolean]", "[object Null]"].includes(kind))
    app.errors.push(`setData of ${kind} at ${path}`);
}
