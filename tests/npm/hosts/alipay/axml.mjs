// AXML as documented: parsed strictly, checked against the elements that Alipay has, and drawn as a tree of plain objects.
import vm from "node:vm";
import { SaxesParser } from "saxes";

const ANY = [
  "class",
  "id",
  "style",
  "hidden",
  "role",
  "onTap",
  "onLongTap",
  "onAppear",
  "onTouchStart",
  "onTouchEnd",
  "ref",
  "slot",
];
const FIELD = [
  "value",
  "placeholder",
  "maxlength",
  "disabled",
  "name",
  "focus",
  "onInput",
  "onFocus",
  "onBlur",
  "onConfirm",
];
/** The elements that the package and the sample use, with their attributes in Alipay's documentation. */
const ELEMENTS = {
  view: ["disable-scroll", "hover-class"],
  text: ["selectable", "number-of-lines"],
  block: [],
  slot: ["name"],
  button: ["type", "size", "disabled", "loading", "plain", "form-type", "open-type", "hover-class"],
  input: [...FIELD, "type", "password", "controlled", "confirm-type", "enableNative"],
  textarea: [...FIELD, "auto-height", "show-count", "controlled", "enableNative"],
  picker: ["value", "range", "range-key", "disabled", "title", "onChange", "onCancel"],
  image: ["src", "mode", "onLoad", "onError"],
  "scroll-view": ["scroll-x", "scroll-y", "onScroll"],
  canvas: ["type", "width", "height", "disable-scroll", "onReady"],
};
const STEERING = ["a:if", "a:elif", "a:else", "a:for", "a:for-item", "a:for-index", "a:key"];

/** The nodes of a template. `components` are the names that the page or component may use besides Alipay's own elements. */
export function parse(source, file, components) {
  const parser = new SaxesParser({ position: true, fragment: true });
  const root = { children: [] };
  const open = [root];
  const fail = (why) => {
    throw new Error(`${file}:${parser.line}: ${why}`);
  };
  parser.on("error", (error) => {
    throw new Error(`${file}: ${error.message}`);
  });
  parser.on("opentag", ({ name, attributes }) => {
    const allowed = ELEMENTS[name];
    if (!allowed && !components.includes(name)) fail(`Alipay has no element <${name}>`);
    for (const [attribute, text] of Object.entries(attributes)) {
      const known = ANY.includes(attribute) || STEERING.includes(attribute) || /^(data|aria)-[a-z-]+$/.test(attribute);
      if (allowed && !known && !allowed.includes(attribute)) fail(`<${name}> has no attribute ${attribute}`);
      if (/^(on|catch)[A-Z]/.test(attribute) && !/^([a-z_]\w*|\{\{[^{}]+\}\})$/i.test(text))
        fail(`${attribute} wants the name of a method`);
    }
    const node = { tag: name, attributes, children: [] };
    open.at(-1).children.push(node);
    open.push(node);
  });
  parser.on("closetag", () => open.pop());
  parser.on("text", (text) => {
    if (text.trim() !== "") open.at(-1).children.push({ text: text.replace(/\s+/g, " ") });
  });
  // An attribute may stand without a value.
  parser.write(source.replace(/\s(a:else)(?=[\s/>])/g, ' $1=""')).close();
  return root.children;
}

const compiled = new Map();
/** Where expressions run: it has no names of its own. */
const nowhere = vm.createContext(Object.create(null));

/** The value of an expression between double braces: no more than operators on data. */
function evaluate(code, scope) {
  if (!compiled.has(code))
    compiled.set(
      code,
      vm.compileFunction(`with (scope) { return (${code}); }`, ["scope"], { parsingContext: nowhere }),
    );
  // What is not there is undefined, not an error.
  const known = new Proxy(scope, {
    has: (_, name) => typeof name === "string" && name !== "undefined",
    get: (data, name) => data[name],
  });
  return compiled.get(code)(known);
}

/** A text with its expressions put in; an expression alone keeps its type. */
function value(text, scope) {
  const alone = /^\{\{([^{}]*)\}\}$/.exec(text);
  if (alone) return evaluate(alone[1], scope);
  return text.replace(/\{\{([^{}]*)\}\}/g, (_, code) => {
    const found = evaluate(code, scope);
    return found === undefined || found === null ? "" : String(found);
  });
}

/** Draws nodes for data. `custom` is asked for what an element of a component's name is drawn as; `slot` what a slot holds. */
export function draw(nodes, scope, custom, path = "") {
  const drawn = [];
  let chosen = false;
  nodes.forEach((node, at) => {
    if (node.text !== undefined) {
      drawn.push({ text: String(value(node.text, scope) ?? "") });
      return;
    }
    const { attributes } = node;
    const here = `${path}/${at}`;
    if ("a:if" in attributes) chosen = Boolean(value(attributes["a:if"], scope));
    else if ("a:elif" in attributes) {
      if (chosen) return;
      chosen = Boolean(value(attributes["a:elif"], scope));
    } else if ("a:else" in attributes) {
      if (chosen) return;
      chosen = true;
    } else chosen = true;
    if (!chosen) return;
    if (!("a:for" in attributes)) {
      drawn.push(element(node, scope, custom, here));
      return;
    }
    const [name, index, key] = [
      attributes["a:for-item"] ?? "item",
      attributes["a:for-index"] ?? "index",
      attributes["a:key"],
    ];
    for (const [number, item] of (value(attributes["a:for"], scope) ?? []).entries()) {
      const own = key === undefined || key === "*this" ? (typeof item === "object" ? number : item) : item[key];
      drawn.push(element(node, { ...scope, [name]: item, [index]: number }, custom, `${here}:${own}`));
    }
  });
  return drawn;
}

function element({ tag, attributes, children }, scope, custom, path) {
  const made = { tag, path, attributes: {}, data: {}, on: {}, handed: {}, children: [] };
  for (const [name, text] of Object.entries(attributes)) {
    if (name.startsWith("a:")) continue;
    if (/^(on|catch)[A-Z]/.test(name)) {
      // A method's name, which may come from the data.
      made.handed[name] = value(text, scope);
      made.on[name.replace(/^(on|catch)/, "").toLowerCase()] = made.handed[name];
    } else if (name.startsWith("data-"))
      made.data[name.slice(5).replace(/-([a-z])/g, (_, letter) => letter.toUpperCase())] = value(text, scope);
    else made.attributes[name] = value(text, scope);
  }
  made.children = custom(made) ?? draw(children, scope, custom, path);
  return made;
}
