// Writes a template for mini-programs: WXML for WeChat, AXML for Alipay. They differ in names only, but for the fields that
// Alipay has no element for.
import { BLOCKS, INLINES } from "./template.mjs";

const WECHAT = { prefix: "wx:", on: (name) => `bind:${name}`, item: "wx:for-item", outer: "hc-class" };
const ALIPAY = {
  prefix: "a:",
  on: (name) => `on${name[0].toUpperCase()}${name.slice(1)}`,
  item: "a:for-item",
  outer: "{{className}}",
};
/** What only HTML has. */
const HTML_ONLY = new Set(["id", "aria-describedby", "aria-labelledby", "name", "type"]);
/** What elements are that do not say it of themselves in a mini-program. */
const ROLES = { h2: "heading", h3: "heading", ul: "list", ol: "list", li: "listitem" };

const path = ({ path }) => path.join(".");
const expression = (one) => (one.not ? `!${path(one)}` : path(one));
const escaped = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
const written = (value) =>
  value.map((part) => (typeof part === "string" ? escaped(part) : `{{${expression(part)}}}`)).join("");

/** The template of a component in one of the two languages. The root is one `view`, whose classes styles go by. */
export function mini(nodes, host, name) {
  const words = host === "wechat" ? WECHAT : ALIPAY;
  const inner = nodes.map((node) => write(node, words, host)).join("");
  return `<view class="${words.outer} hc hc-${name} {{look}}">${inner}</view>\n`;
}

function write(node, words, host) {
  if (!node.tag) return written(node.text);
  const { tag, attributes, children } = node;
  const steer = [];
  if (node.each) {
    const { name, of, key } = node.each;
    steer.push(
      [`${words.prefix}for`, `{{${expression(of)}}}`],
      [words.item, name],
      [`${words.prefix}key`, key === "." ? "*this" : key],
    );
  }
  if (node.branch) {
    const { kind, on } = node.branch;
    const name = { if: "if", "else-if": "elif", else: "else" }[kind];
    steer.push([`${words.prefix}${name}`, on && `{{${expression(on)}}}`]);
  }
  const get = (name) => attributes.get(name);
  const common = [];
  for (const [name, value] of attributes) {
    if (HTML_ONLY.has(name) || (FIELD[tag] && !/^(class|style|role|data-|aria-)/.test(name))) continue;
    if (name.startsWith("on-")) continue;
    common.push([name === "role" ? "aria-role" : name, written(value)]);
  }
  if (ROLES[tag] && !get("role")) common.push(["aria-role", ROLES[tag]]);
  const on = (source, name) => (get(source) ? [[words.on(name), get(source)[0]]] : []);
  const inside = children.map((child) => write(child, words, host)).join("");
  if (FIELD[tag]) return FIELD[tag]({ steer, common, get, on, inside, words, host });
  const name = INLINES.has(tag) ? "text" : "view";
  if (!INLINES.has(tag) && !BLOCKS.has(tag)) throw new Error(`<${tag}> cannot be written`);
  return html(name, [...steer, ...common], inside);
}

function html(tag, attributes, inside = "") {
  const list = attributes.map(([name, value]) => (value === undefined ? ` ${name}` : ` ${name}="${value}"`)).join("");
  return inside === "" ? `<${tag}${list} />` : `<${tag}${list}>${inside}</${tag}>`;
}

/** The attributes without class: those go on the element that is seen. */
const split = (common) => [
  common.filter(([name]) => name === "class" || name.startsWith("aria-")),
  common.filter(([name]) => name.startsWith("data-") || name === "style"),
];

/** What a screen reader tells of a field whose value is chosen elsewhere: a label stands in place of the text, so both are said. */
const told = (seen, text) => seen.map(([name, value]) => [name, name === "aria-label" ? `${value} ${text}` : value]);

/** The value as one expression: for what is no text. */
const raw = (value) =>
  value.length === 1 && typeof value[0] !== "string" ? `{{${expression(value[0])}}}` : written(value);

/** What is shown of a field whose value is chosen elsewhere. */
const shown = (value, placeholder) =>
  placeholder ? `{{${expression(value[0])} || ${expression(placeholder[0])}}}` : `{{${expression(value[0])}}}`;

function picker({ steer, common, on, host, get }, mode, attributes, text) {
  const [seen, data] = split(common);
  if (host === "alipay" && mode !== "selector") {
    const format = mode === "date" ? "yyyy-MM-dd" : "HH:mm";
    const ask = [
      ["onTap", "pick"],
      ["data-handler", get("on-change")[0]],
      ["data-format", format],
      ["data-value", raw(get("value"))],
    ];
    const bounds =
      mode === "date"
        ? [
            ["data-from", raw(get("from"))],
            ["data-to", raw(get("to"))],
          ]
        : [];
    return html("view", [...steer, ...told(seen, text), ["aria-role", "button"], ...data, ...ask, ...bounds], text);
  }
  const kind = host === "alipay" ? [] : [["mode", mode]];
  const outer = [...steer, ...kind, ...attributes, ...data, ...on("on-change", "change")];
  return html("picker", outer, html("view", [...told(seen, text), ["aria-role", "button"]], text));
}

const FIELD = {
  button: ({ steer, common, get, on, inside }) =>
    html(
      "button",
      [...steer, ...common, ...(get("disabled") ? [["disabled", raw(get("disabled"))]] : []), ...on("on-tap", "tap")],
      inside,
    ),
  choice: ({ steer, common, get, on, inside }) => {
    const checked = expression(get("checked")[0]);
    const kind = get("type")[0];
    const role = typeof kind === "string" ? kind : `{{${expression(kind)}}}`;
    const rest = common.filter(([name]) => name !== "class");
    const classes = [
      ...common.filter(([name]) => name === "class").map(([, value]) => value),
      `{{${checked} ? 'chosen' : ''}}`,
    ].join(" ");
    const mark = html("view", [
      ["class", `mark ${role}`],
      ["aria-hidden", "true"],
    ]);
    const own = [["class", classes], ["aria-role", role], ["aria-checked", `{{${checked}}}`], ...rest];
    return html(
      "view",
      [...steer, ...own, ...on("on-tap", "tap")],
      `${mark}${html("view", [["class", "label"]], inside)}`,
    );
  },
  input: ({ steer, common, get, on }) => {
    const kind = { number: "digit", digits: "number" }[get("type")?.[0]] ?? "text";
    const more = ["value", "placeholder"].filter(get).map((name) => [name, written(get(name))]);
    const most = [["maxlength", get("most") ? written(get("most")) : "80"]];
    return html("input", [
      ...steer,
      ["type", kind],
      ...common,
      ...more,
      ...most,
      ...on("on-input", "input"),
      ...on("on-blur", "blur"),
      ...on("on-confirm", "confirm"),
    ]);
  },
  area: ({ steer, common, get, on }) =>
    html("textarea", [
      ...steer,
      ...common,
      ["value", written(get("value"))],
      ["maxlength", written(get("most"))],
      ...on("on-input", "input"),
    ]),
  select: (field) => {
    const options = expression(field.get("options")[0]);
    const index = expression(field.get("index")[0]);
    return picker(
      field,
      "selector",
      [
        ["range", `{{${options}}}`],
        ["value", `{{${index}}}`],
      ],
      `{{${options}[${index}]}}`,
    );
  },
  date: (field) => {
    const bounds = [
      ["start", written(field.get("from"))],
      ["end", written(field.get("to"))],
    ];
    return picker(
      field,
      "date",
      [["value", raw(field.get("value"))], ...bounds],
      shown(field.get("value"), field.get("placeholder")),
    );
  },
  time: (field) =>
    picker(field, "time", [["value", raw(field.get("value"))]], shown(field.get("value"), field.get("placeholder"))),
  region: ({ steer, common, get, on, inside }) => {
    const [seen, data] = split(common);
    const outer = [
      ...steer,
      ["mode", "region"],
      ["level", raw(get("level"))],
      ["value", raw(get("value"))],
      ...data,
      ...on("on-change", "change"),
    ];
    return html("picker", outer, html("view", [...told(seen, inside), ["aria-role", "button"]], inside));
  },
  // No page of elsewhere opens in a mini-program: its address can be marked and copied.
  link: ({ steer, common, inside, host }) =>
    html(
      "text",
      [
        ...steer,
        [host === "wechat" ? "user-select" : "selectable", host === "wechat" ? undefined : "{{true}}"],
        ...common,
      ],
      inside,
    ),
  qr: ({ steer, common, host }) => {
    const box = [["class", "qr-box"], ...(host === "alipay" ? [["id", "{{qrId}}-box"]] : [])];
    const id =
      host === "alipay"
        ? [
            ["id", "{{qrId}}"],
            ["onReady", "draw"],
          ]
        : [];
    const canvas = html("canvas", [
      ["type", "2d"],
      ["class", "qr"],
      ...id,
      ["style", "width:{{qrSide}}px;height:{{qrSide}}px"],
      ["aria-role", "img"],
      ...common.filter(([name]) => name !== "class"),
    ]);
    return html("view", [...steer, ...box], canvas);
  },
};
