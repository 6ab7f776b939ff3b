// Writes a template for the web: a TypeScript module with a lit-html template, whose paths the compiler then checks against
// the data of the view.
import { BLOCKS, INLINES } from "./template.mjs";

const literal = (text) => text.replaceAll("\\", "\\\\").replaceAll("`", "\\`").replaceAll("${", "\\${");
const html = (text) => literal(text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;"));

/** The template of a component whose view is the type `view` of the module `from`. */
export function web(nodes, { view, from }) {
  const body = children(nodes, new Set());
  const uses = (name) => body.includes(`${name}(`);
  const directives = [
    uses("live") && 'import { live } from "lit-html/directives/live.js";',
    uses("repeat") && 'import { repeat } from "lit-html/directives/repeat.js";',
  ];
  return `${[
    `import { html, ${body.includes("nothing") ? "nothing, " : ""}type TemplateResult } from "lit-html";`,
    ...directives.filter(Boolean),
    `import type { ${view} } from "${from}";`,
    uses("confirmed")
      ? 'import { type Bind, confirmed } from "../../src/components/web/bind.js";'
      : 'import type { Bind } from "../../src/components/web/bind.js";',
    ...(uses("daysDrawn") ? ['import { daysDrawn } from "../../src/components/web/days.js";'] : []),
  ].join("\n")}

type Data = ReturnType<${view}["data"]>;

export const template = (d: Data, ${body.includes("on(") ? "on" : "_on"}: Bind<${view}>): TemplateResult => html\`${body}\`;
`;
}

const path = ({ path }, names) => (names.has(path[0]) ? "" : "d.") + path.join(".");
const expression = (one, names) => (one.not ? `!${path(one, names)}` : path(one, names));
const hole = (code) => `\${${code}}`;
const written = (value, names) =>
  value.map((part) => (typeof part === "string" ? html(part) : hole(expression(part, names)))).join("");
/** The value as code: an expression alone, or a text. */
const code = (value, names) =>
  value.length === 1 && typeof value[0] !== "string"
    ? expression(value[0], names)
    : `\`${value.map((part) => (typeof part === "string" ? literal(part) : hole(expression(part, names)))).join("")}\``;

function children(nodes, names) {
  let out = "";
  for (let at = 0; at < nodes.length; at += 1) {
    const node = nodes[at];
    if (node.branch) {
      const chain = [node];
      while (nodes[at + 1]?.branch && nodes[at + 1].branch.kind !== "if") {
        at += 1;
        chain.push(nodes[at]);
      }
      out += hole(branches(chain, names));
    } else if (node.each) {
      const { name, of, key } = node.each;
      const within = new Set([...names, name]);
      const by = key === "." ? name : `${name}.${key}`;
      out += hole(
        `repeat(${expression(of, names)}, (${name}) => ${by}, (${name}) => html\`${element(node, within)}\`)`,
      );
    } else {
      out += node.tag ? element(node, names) : written(node.text, names);
    }
  }
  return out;
}

function branches([first, ...rest], names) {
  const here = `html\`${element(first, names)}\``;
  if (first.branch.kind === "else") return here;
  return `${expression(first.branch.on, names)} ? ${here} : ${rest.length > 0 ? branches(rest, names) : "nothing"}`;
}

function element(node, names) {
  const { tag, attributes } = node;
  const get = (name) => attributes.get(name);
  const attribute = (name, value) => {
    // Not as an attribute: a page's content security policy may forbid those.
    if (name === "style") return ` .style=${hole(code(value, names))}`;
    if (name === "disabled") return ` ?disabled=${hole(code(value, names))}`;
    return ` ${name}="${written(value, names)}"`;
  };
  const pass = (...prefixes) =>
    [...attributes]
      .filter(([name]) => prefixes.some((prefix) => name.startsWith(prefix)))
      .map(([name, value]) => attribute(name, value))
      .join("");
  const on = (source, event) => (get(source) ? ` @${event}=${hole(`on("${get(source)[0]}")`)}` : "");
  // A field on a page sends nothing of its own accord outside of a form.
  const confirm = get("on-confirm") ? ` @keydown=${hole(`confirmed(on("${get("on-confirm")[0]}"))`)}` : "";
  const all = pass("class", "id", "role", "style", "data-", "aria-");
  const inside = children(node.children, names);
  const value = () => hole(code(get("value"), names));
  if (BLOCKS.has(tag) || INLINES.has(tag)) return `<${tag}${all}>${inside}</${tag}>`;
  switch (tag) {
    case "button":
      return `<button type="button"${all}${pass("disabled")}${on("on-tap", "click")}>${inside}</button>`;
    case "choice": {
      const input = `<input type="${written(get("type"), names)}" name="${written(get("name"), names)}" .checked=${hole(`live(${code(get("checked"), names)})`)}${pass("data-", "aria-", "value")}${on("on-tap", "change")} />`;
      return `<label${pass("class")}>${input}<span class="label">${inside}</span></label>`;
    }
    case "input":
      return `<input autocomplete="off" inputmode="${{ number: "decimal", digits: "numeric" }[get("type")?.[0]] ?? "text"}" .value=${value()} maxlength="${get("most") ? written(get("most"), names) : "80"}"${all}${pass("placeholder")}${on("on-input", "input")}${on("on-blur", "blur")}${confirm} />`;
    case "area":
      return `<textarea spellcheck="false" rows="3" .value=${value()} maxlength="${written(get("most"), names)}"${all}${on("on-input", "input")}></textarea>`;
    case "select": {
      const options = code(get("options"), names);
      const index = code(get("index"), names);
      return `<select${all}${on("on-change", "change")}>${hole(`${options}.map((option, at) => html\`<option value=\${at} .selected=\${at === ${index}}>\${option}</option>\`)`)}</select>`;
    }
    case "date":
      return `<input type="date" .value=${hole(`live(${code(get("value"), names)})`)} min="${written(get("from"), names)}" max="${written(get("to"), names)}"${all}${on("on-change", "change")} />`;
    case "time":
      return `<input type="time" .value=${hole(`live(${code(get("value"), names)})`)}${all}${on("on-change", "change")} />`;
    case "link":
      return `<a rel="noreferrer" target="_blank" href="${written(get("href"), names)}"${all}>${inside}</a>`;
    case "days":
      return hole(`daysDrawn(${code(get("of"), names)}, ${code(get("aria-label"), names)})`);
    case "qr":
      return `<div class="qr-box"><canvas class="qr" role="img"${pass("aria-")}></canvas></div>`;
    default:
      throw new Error(`<${tag}> cannot be written for the web`);
  }
}
