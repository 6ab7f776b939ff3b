// What the contract fake has drawn, as a page for a browser: Alipay's own elements by what its documentation says of their looks,
// the style sheets as they are. It shows how the components look; it is not Alipay.
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

const ELEMENTS = "view|text|button|input|textarea|picker|image|scroll-view|canvas";
/** How they look before any style sheet of the app. */
const OWN = `
  body { margin: 0; font-family: "Noto Sans CJK SC", sans-serif; }
  a-view, a-scroll-view, a-picker, hc- { display: block; }
  a-text { white-space: pre-line; }
  a-image, a-canvas { display: inline-block; }
  a-canvas img { display: block; width: 100%; height: 100%; }
  a-button { display: block; box-sizing: border-box; padding: 0 14px; border: 1px solid #ddd; border-radius: 4px; background: #fff; text-align: center; font-size: 18px; line-height: 47px; }
  input, textarea { display: block; box-sizing: border-box; padding: 0; border: 0; border-radius: 0; font-family: inherit; font-size: 17px; }
`;

const escaped = (text) => String(text).replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);

/** One style sheet as CSS: what it imports put in, responsive pixels, and Alipay's elements by the names that they have here. */
function css(file) {
  if (!existsSync(file)) return "";
  const text = readFileSync(file, "utf8").replace(/@import\s*["']([^"']+)["'];?/g, (_, path) =>
    css(join(dirname(file), path)),
  );
  return text
    .replace(/(-?[\d.]+)rpx/g, (_, size) => `${Number(((size * 100) / 750).toFixed(4))}vw`)
    .replace(
      /(^|[{}])([^{}@]+)(?=\{)/g,
      (_, before, selectors) =>
        before +
        selectors
          .replace(/(^|[\s,>+~])page(?=$|[\s,.:>+~])/g, "$1body")
          .replace(new RegExp(`(^|[\\s,>+~])(${ELEMENTS})(?=$|[\\s,.:>+~[])`, "g"), "$1a-$2"),
    );
}

/** The page on top, as HTML. */
export function html(app, language) {
  const used = [...app.templates.keys()];
  const sheets = [join(app.project, "app.acss"), ...used.map((base) => `${base}.acss`)];
  return `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Alipay</title><style>${OWN}${sheets.map(css).join("\n")}</style></head><body><main>${app.tree.map((node) => draw(app, node)).join("")}</main></body></html>`;
}

function draw(app, node) {
  if (node.text !== undefined) return escaped(node.text);
  const { tag, attributes, children } = node;
  const { class: name, id, style, src, value, placeholder, hidden, disabled, maxlength: _, ...rest } = attributes;
  const given = {
    class: name,
    id,
    style,
    ...Object.fromEntries(Object.entries(rest).filter(([key]) => key.startsWith("aria-"))),
  };
  if (hidden) given.hidden = "";
  if (disabled === true) given["aria-disabled"] = "true";
  if (tag === "button") given.role ??= "button";
  // What is tapped is in the order of a page's keys, as TalkBack finds it.
  if (node.on.tap) given.tabindex = "0";
  let inner = children.map((child) => draw(app, child)).join("");
  let as = new RegExp(`^(${ELEMENTS})$`).test(tag) ? `a-${tag}` : tag;
  if (tag === "input") [as, given.value, given.placeholder] = ["input", value, placeholder];
  if (tag === "textarea") [as, inner, given.placeholder] = ["textarea", escaped(value ?? ""), placeholder];
  if (tag === "image") given.style = `${style ?? ""};background:url("${src}") center / contain no-repeat`;
  if (tag === "canvas" && app.canvases.has(id))
    inner = `<img alt="" src="data:image/png;base64,${app.canvases.get(id).png(0).toString("base64")}">`;
  const written = Object.entries(given)
    .filter(([, value]) => value !== undefined && value !== false)
    .map(([key, value]) => ` ${key}="${escaped(value)}"`);
  return as === "input" ? `<${as}${written.join("")}>` : `<${as}${written.join("")}>${inner}</${as}>`;
}
