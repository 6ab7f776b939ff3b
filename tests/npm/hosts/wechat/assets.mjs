// Makes of a compiled mini-program what the host page loads: modules wrapped as WeChat wraps them, templates compiled by
// Tencent's compiler, style sheets in CSS.
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { TmplGroup } from "glass-easel-template-compiler";
import { list } from "../files.mjs";

/** What WeChat hides from a mini-program's modules, and what not every version of it has. */
export const HIDDEN = [
  "window",
  "document",
  "self",
  "location",
  "navigator",
  "frames",
  "parent",
  "top",
  "localStorage",
  "sessionStorage",
  "indexedDB",
  "XMLHttpRequest",
  "WebSocket",
  "fetch",
  "Worker",
  "WebAssembly",
  "crypto",
  "TextDecoder",
  "TextEncoder",
  "URL",
  "URLSearchParams",
  "Blob",
  "atob",
  "btoa",
  "structuredClone",
  "queueMicrotask",
  "requestAnimationFrame",
  "performance",
];

/** All that the page needs, as one script each. `problems` are what the template compiler has against the templates. */
export async function assets(folder) {
  const files = await list(folder);
  const text = (path) => readFile(join(folder, path), "utf8");
  const of = (ending) => files.filter((path) => path.endsWith(ending));
  const group = new TmplGroup();
  const problems = [];
  for (const path of of(".wxs")) group.addScript(path.slice(0, -4), await text(path));
  for (const path of of(".wxml")) {
    for (const { start, message, level } of group.addTmpl(path.slice(0, -5), elements(await text(path)))) {
      problems.push(`${path}:${start?.line ?? ""} ${level} ${message}`);
    }
  }
  const templates = `host.templates = ${group.getTmplGenObjectGroups()};\n`;
  group.free();
  const own = new TmplGroup();
  own.addTmpl("slot", "<slot />");
  const native = `{ const groupList = ${own.getTmplGenObjectGroups()}; host.nativeTemplates = { slot: { groupList, content: groupList.slot } }; }`;
  own.free();
  const modules = [];
  for (const path of of(".js")) {
    modules.push(
      `host.define(${JSON.stringify(path)}, function (require, module, exports, global, ${HIDDEN.join(", ")}) {\n${await text(path)}\n});`,
    );
  }
  const json = {};
  for (const path of of(".json")) {
    if (path.includes("/") || path === "app.json") json[path] = JSON.parse(await text(path));
  }
  const [styles, scopes] = [{}, {}];
  const sheet = async (path) => {
    const parts = (await text(path)).split(/@import\s*(?:url\()?["']([^"']+)["']\)?;/);
    const imported = await Promise.all(
      parts.map((part, at) => (at % 2 === 0 ? part : sheet(join(dirname(path), part)))),
    );
    return imported.join("\n");
  };
  for (const path of of(".wxss")) {
    const scope = scopeOf(path);
    styles[path] = css(await sheet(path), scope);
    scopes[path.slice(0, -5)] = scope;
  }
  return {
    problems,
    scripts: {
      "modules.js": modules.join("\n"),
      "templates.js": templates + native,
      "data.js": `host.json = ${JSON.stringify(json)};\nhost.styles = ${JSON.stringify(styles)};\nhost.scopes = ${JSON.stringify(scopes)};`,
    },
  };
}

/** WeChat's own elements, which it keeps apart from HTML's by a prefix, as is done here. */
const ELEMENTS = "view|text|button|input|textarea|picker|canvas|image|scroll-view|label|form";

const elements = (wxml) => wxml.replace(new RegExp(`<(/?)(${ELEMENTS})(?=[\\s/>])`, "g"), "<$1wx-$2");

/** Under which prefix the classes of a component's style sheet stand; those of pages and of the app have none. */
export const scopeOf = (path) =>
  /^(app\.wxss$|pages\/)/.test(path) ? "" : path.slice(0, -5).replace(/[^a-z0-9]+/gi, "-");

/** WXSS as CSS: responsive pixels, classes under their prefix, the elements that are no elements here. */
export function css(text, scope) {
  const sized = text.replace(/(-?[\d.]+)rpx/g, (_, size) => `${Number(((size * 100) / 750).toFixed(4))}vw`);
  return sized.replace(/(^|[{}])([^{}@]+)(?=\{)/g, (_, before, selectors) => {
    const named = scope === "" ? selectors : selectors.replace(/\.(-?[_a-z][\w-]*)/gi, `.${scope}--$1`);
    const prefixed = named.replace(new RegExp(`(^|[\\s,>+~])(${ELEMENTS})(?=$|[\\s,.:>+~[])`, "g"), "$1wx-$2");
    return (
      before +
      prefixed.replace(/:host/g, `[wx-host="${scope}"]`).replace(/(^|[\s,>+~])page(?=$|[\s,.:>+~])/g, "$1.wx-page")
    );
  });
}
