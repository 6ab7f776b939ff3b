// A WeChat mini-program in a page: Tencent's own component framework (glass-easel), WeChat's module wrapper, and `wx`.
import { component, glassEasel, MiniProgramEnv } from "glass-easel-miniprogram-adapter";
import { natives } from "./native.js";
import { makeWx, selectorQuery } from "./wx.js";

const host = {
  options: {
    sdkVersion: "3.8.0",
    language: "zh_CN",
    wasm: true,
    random: true,
    mostPerKey: 1 << 20,
    mostInAll: 10 << 20,
    scans: [],
    confirm: true,
    ...window.hostOptions,
  },
  /** What went wrong: nothing must. */
  errors: [],
  asked: [],
  engines: [],
  toasts: [],
  modals: [],
  appShow: [],
  appHide: [],
  /** Files of the package that are at hand already: bytes by path. */
  installed: new Map(),
  brightness: 0.3,
  awake: false,
  stack: [],
  modules: new Map(),
  define: (path, factory) => host.modules.set(path, { factory }),
};
window.host = host;

window.addEventListener("error", ({ message, error }) => host.errors.push(error?.stack ?? message));
window.addEventListener("unhandledrejection", ({ reason }) =>
  host.errors.push(reason?.stack ?? JSON.stringify(reason)),
);
glassEasel.addGlobalErrorListener((error) => host.errors.push(error?.stack ?? String(error)));
glassEasel.addGlobalWarningListener((message) => host.errors.push(String(message)));

/** What `require("./x")` in the module `from` means. */
function required(from, asked) {
  // https://developers.weixin.qq.com/miniprogram/dev/reference/api/require.html: no path from the app's root.
  if (asked.startsWith("/")) throw new Error(`require does not take absolute paths: '${asked}' in ${from}`);
  return load(resolve(from, asked));
}

/** The module or component that a path in the file `from` means. */
function resolve(from, asked) {
  const parts = asked.startsWith("/") ? [] : from.split("/").slice(0, -1);
  for (const part of asked.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "." && part !== "") parts.push(part);
  }
  const path = parts.join("/");
  // A name without a path is a package: in the nearest miniprogram_npm, of the subpackage or of the app.
  const above = from
    .split("/")
    .slice(0, -1)
    .map((_, depth, folders) => `${folders.slice(0, folders.length - depth).join("/")}/`);
  const names = /^[./]/.test(asked)
    ? [path]
    : [...above, ""].map((folder) => `${folder}miniprogram_npm/${asked}`).concat(asked);
  for (const name of names) {
    for (const file of [name, `${name}.js`, `${name}/index.js`]) if (host.modules.has(file)) return file;
  }
  throw new Error(`module '${asked}' is not defined, require args is '${asked}' in ${from}`);
}

/** WeChat's modules have an object `global`, which has nothing of the language's or the host's: frameworks leave things there. */
const global = {};

function load(path) {
  const entry = host.modules.get(path);
  if (entry.module === undefined) {
    entry.module = { exports: {} };
    entry.factory.call(undefined, (asked) => required(path, asked), entry.module, entry.module.exports, global);
  }
  return entry.module.exports;
}

// WeChat's events are plain objects, whose properties are their own: frameworks ask whether `detail` is there.
const { wrapShadowedEvent } = glassEasel.Event.prototype;
glassEasel.Event.prototype.wrapShadowedEvent = function (...given) {
  const { type, detail, timeStamp } = this;
  return Object.assign(wrapShadowedEvent.apply(this, given), { type, detail, timeStamp });
};

// The adapter's own query finds no canvas.
component.ComponentCaller.prototype.createSelectorQuery = function () {
  return selectorQuery(host).in(this);
};

const environment = new MiniProgramEnv();
const shared = environment.getGlobalCodeSpace();
let space;

function defineNatives() {
  const { slot } = host.nativeTemplates;
  for (const [name, { slot: hasSlot, ...definition }] of Object.entries(natives)) {
    const is = `native/${name}`;
    shared.addComponentStaticConfig(is, { component: true, styleIsolation: "shared" });
    if (hasSlot) shared.addCompiledTemplate(is, slot);
    shared.component(is).definition(definition).register();
  }
  space = environment.createCodeSpace("app", true);
  // What is on a page or component by an event's name is called, as in WeChat, whether it was defined or put there: uni-app's.
  space.getComponentSpace().updateComponentOptions({ useMethodCallerListeners: true });
  for (const name of Object.keys(natives)) {
    space
      .getComponentSpace()
      .setGlobalUsingComponent(`wx-${name}`, shared.getComponentSpace().getComponent(`native/${name}`));
  }
}

/** What is drawn on: the page, whose touches the framework hears as taps. */
const backend = () => {
  if (host.backend === undefined) {
    const context = new glassEasel.CurrentWindowBackendContext();
    context.onEvent((target, type, detail, options) => {
      glassEasel.Event.dispatchEvent(target, new glassEasel.Event(type, detail, options));
    });
    host.backend = environment.associateBackend(context);
  }
  return host.backend;
};
const known = new Set();

/** What `Page`, `Component` and `Behavior` define now: frameworks take the functions early, and call them in a page's file. */
let defining;
for (const name of ["Page", "Component", "Behavior"]) {
  window[name] = (...given) => {
    if (defining === undefined) throw new Error(`${name} is called outside of a page's or component's file`);
    return defining[name](...given);
  };
}

/** Runs the code of a page or component after that of all that it uses. */
function register(path) {
  if (known.has(path)) return;
  known.add(path);
  const config = host.json[`${path}.json`] ?? {};
  const using = {};
  for (const [name, target] of Object.entries({
    ...host.json["app.json"].usingComponents,
    ...config.usingComponents,
  })) {
    using[name] = `/${resolve(`${path}.js`, target).slice(0, -3)}`;
    register(using[name].slice(1));
  }
  space.addComponentStaticConfig(path, { ...config, usingComponents: using });
  if (host.templates[path])
    space.addCompiledTemplate(path, { groupList: host.templates, content: host.templates[path] });
  if (host.styles[`${path}.wxss`] !== undefined) {
    backend().registerStyleSheetContent(path, host.styles[`${path}.wxss`]);
    space.addStyleSheet(path, path, host.scopes[path] || undefined);
  }
  space.componentEnv(path, (definers) => {
    const outer = defining;
    defining = definers;
    try {
      load(`${path}.js`);
    } finally {
      defining = outer;
    }
  });
}

/** Opens a page above the others, or in place of the last one. */
host.open = (url, { replace = false } = {}) => {
  const [name, query = ""] = url.split("?");
  const path = resolve(host.stack.length > 0 ? `${host.stack.at(-1).path}.js` : "app.js", name).slice(0, -3);
  register(path);
  const last = host.stack.at(-1);
  last?.root.getComponent().triggerPageLifetime("hide", []);
  last?.component.onHide?.();
  if (last) last.box.hidden = true;
  if (replace) host.leave();
  const box = document.createElement("div");
  box.className = "wx-page";
  const place = document.createElement("div");
  box.append(place);
  document.body.append(box);
  const root = backend().createRoot("wx-root", space, path);
  const component = root.get();
  component.route = path;
  host.stack.push({ path, root, component, box });
  root.attach(box, place);
  component.onLoad?.(Object.fromEntries(new URLSearchParams(query)));
  root.getComponent().triggerPageLifetime("show", []);
  component.onShow?.();
  component.onReady?.();
};

/** Closes the page on top, at once, as a phone does. */
host.leave = () => {
  const { root, component, box } = host.stack.pop();
  component.onUnload?.();
  root.release();
  box.remove();
};

host.back = () => {
  if (host.stack.length < 2) throw new Error("fail cannot navigate back at first page.");
  host.leave();
  const { root, component, box } = host.stack.at(-1);
  box.hidden = false;
  root.getComponent().triggerPageLifetime("show", []);
  component.onShow?.();
};

host.relaunch = (url) => {
  while (host.stack.length > 0) host.leave();
  host.open(url);
};

/** The app goes to the background, or comes back. */
host.background = (away) => {
  for (const act of away ? host.appHide : host.appShow) act({});
  const { root, component } = host.stack.at(-1);
  root.getComponent().triggerPageLifetime(away ? "hide" : "show", []);
  (away ? component.onHide : component.onShow)?.call(component);
};

/** Notes when a code is on the screen for the first time: a dark module drawn, and a frame later. */
function watchDrawing() {
  const { getContext } = HTMLCanvasElement.prototype;
  HTMLCanvasElement.prototype.getContext = function (...given) {
    const pen = getContext.apply(this, given);
    if (host.drawing === undefined) {
      host.drawing = performance.now();
      const seen = () => {
        host.drawn = performance.now();
        host.seen?.();
      };
      requestAnimationFrame(() => setTimeout(seen, 0));
    }
    return pen;
  };
  host.longTasks = [];
  if (PerformanceObserver.supportedEntryTypes.includes("longtask")) {
    new PerformanceObserver((list) =>
      host.longTasks.push(...list.getEntries().map(({ startTime, duration }) => [startTime, duration])),
    ).observe({ type: "longtask" });
  }
}

/** The exports of a module of the app. */
host.load = load;

/** Makes everything that a mini-program finds, and starts none. */
host.prepare = () => {
  if (space !== undefined) return;
  watchDrawing();
  defineNatives();
  const made = makeWx(host);
  window.wx = made.wx;
  if (made.WXWebAssembly) window.WXWebAssembly = made.WXWebAssembly;
  window.App = (definition) => {
    host.app = definition;
  };
  window.getApp = () => host.app;
  window.getCurrentPages = () => host.stack.map(({ component }) => component);
  backend().registerStyleSheetContent("app", host.styles["app.wxss"] ?? "");
  space.addStyleSheet("app", "app");
};

/** Starts the app with a page, by default its first. */
host.start = (page = host.json["app.json"].pages[0]) => {
  host.prepare();
  host.started = performance.now();
  load("app.js");
  host.app.onLaunch?.({ path: page, query: {} });
  host.app.onShow?.({});
  host.open(`/${page}`);
};
