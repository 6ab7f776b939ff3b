// Reads a component's template: strict XML of a few elements, with dotted paths as its only expressions, so that every
// host understands the same thing by it. components/README.md describes the language.
import { SaxesParser } from "saxes";

/** Elements that hold other elements; their name says what they are to a screen reader. */
export const BLOCKS = new Set(["div", "section", "header", "h2", "h3", "p", "ul", "ol", "li"]);
/** Elements that hold text only. */
export const INLINES = new Set(["span", "strong"]);
/** Fields and the like, which each host makes in its own way. */
export const FIELDS = new Set([
  "button",
  "choice",
  "input",
  "area",
  "select",
  "date",
  "time",
  "region",
  "qr",
  "link",
  "days",
]);

const HOSTS = new Set(["wechat", "alipay", "web"]);
const PATH = "[a-z]\\w*(?:\\.[a-z]\\w*)*";
const EXPRESSION = new RegExp(`^(!?)(${PATH})$`, "i");
const EACH = new RegExp(`^([a-z]\\w*) in (${PATH})$`, "i");

/** Attributes that only some elements have; `data-`, `on-` and `aria-` stand for all that begin so. */
const ATTRIBUTES = {
  any: ["class", "id", "role", "if", "else-if", "else", "for", "key", "host", "style", "data-", "aria-"],
  button: ["disabled", "on-tap"],
  choice: ["type", "name", "value", "checked", "on-tap"],
  input: ["type", "value", "most", "placeholder", "on-input", "on-blur", "on-confirm"],
  area: ["value", "most", "on-input"],
  select: ["options", "index", "on-change"],
  date: ["value", "from", "to", "placeholder", "on-change"],
  time: ["value", "placeholder", "on-change"],
  region: ["value", "level", "on-change"],
  qr: [],
  days: ["of"],
  link: ["href"],
};

/**
 * @typedef {{ path: string[], not: boolean }} Expression
 * @typedef {(string | Expression)[]} Value text and expressions in turn
 * @typedef {{ tag: string, attributes: Map<string, Value>, each?: { name: string, of: Expression, key: string },
 *   branch?: { kind: "if" | "else-if" | "else", on?: Expression }, hosts?: Set<string>, children: Node[] }} Element
 * @typedef {Element | { text: Value }} Node
 */

/** The nodes of a template. Throws with file and line what does not belong there. `part` finds a part's source. */
export function parse(source, file, part) {
  const parser = new SaxesParser({ position: true });
  const root = { tag: "template", attributes: new Map(), children: [] };
  const open = [root];
  const fail = (why) => {
    throw new Error(`${file}:${parser.line}: ${why}`);
  };
  const value = (text) => {
    const parts = text.split(/\{([^{}]*)\}/);
    return parts.map((part, at) => (at % 2 === 0 ? part : expression(part))).filter((part) => part !== "");
  };
  const expression = (text) => {
    const found = EXPRESSION.exec(text.trim());
    if (!found) fail(`"${text}" is no dotted path`);
    return { path: found[2].split("."), not: found[1] === "!" };
  };
  const element = (tag, given) => {
    if (!BLOCKS.has(tag) && !INLINES.has(tag) && !FIELDS.has(tag)) fail(`there is no element <${tag}>`);
    const allowed = [...ATTRIBUTES.any, ...(ATTRIBUTES[tag] ?? [])];
    const made = { tag, attributes: new Map(), children: [] };
    for (const [name, text] of Object.entries(given)) {
      if (!allowed.some((one) => (one.endsWith("-") ? name.startsWith(one) : name === one)))
        fail(`<${tag}> has no attribute ${name}`);
      if (name === "for") {
        const found = EACH.exec(text);
        if (!found || !given.key) fail(`for wants "name in path" and a key`);
        made.each = { name: found[1], of: expression(found[2]), key: given.key };
      } else if (name === "if" || name === "else-if") {
        made.branch = { kind: name, on: expression(text) };
      } else if (name === "else") {
        made.branch = { kind: "else" };
      } else if (name === "host") {
        made.hosts = new Set(text.split(" "));
        for (const host of made.hosts) if (!HOSTS.has(host)) fail(`there is no host ${host}`);
      } else if (name.startsWith("on-")) {
        if (!/^[a-z]\w*$/i.test(text)) fail(`${name} wants the name of a handler`);
        made.attributes.set(name, [text]);
      } else if (name !== "key") {
        if (name.startsWith("data-") && !/^data-[a-z]+$/.test(name)) fail(`${name}: small letters only`);
        made.attributes.set(name, value(text));
      }
    }
    if (made.each && made.branch) fail("an element has either for or if");
    return made;
  };
  parser.on("error", (error) => {
    throw new Error(`${file}: ${error.message}`);
  });
  parser.on("opentag", ({ name, attributes }) => {
    const parent = open.at(-1);
    if (name === "template" && open.length === 1) {
      open.push(root);
    } else if (name === "use") {
      const { part: which, of } = attributes;
      const nodes = part(which);
      open.push({ children: [] });
      parent.children.push(...nodes.map((node) => renamed(node, which, expression(of).path)));
    } else {
      const made = element(name, attributes);
      if (INLINES.has(parent.tag)) fail(`<${parent.tag}> holds text only`);
      if (INLINES.has(name) && runsOn(parent.children.at(-1)))
        fail(`the text before <${name}> ends without a space, and both are read as one word`);
      parent.children.push(made);
      open.push(made);
    }
  });
  parser.on("closetag", () => open.pop());
  parser.on("text", (text) => {
    const parent = open.at(-1);
    const plain = text.replace(/\s+/g, " ");
    if (plain.trim() === "") return;
    if (parent === root) fail("text stands within an element");
    // What parts it from the next one in the line stays.
    parent.children.push({ text: value(INLINES.has(parent.tag) ? plain.trimStart() : plain.trim()) });
  });
  parser.write(source).close();
  chained(root, file);
  everyHost(root, file);
  return root.children;
}

/** Whether it is text in a line that does not end in a space. */
function runsOn(node) {
  const last = INLINES.has(node?.tag) && node.children.at(-1)?.text.at(-1);
  return last !== undefined && last !== false && !(typeof last === "string" && last.endsWith(" "));
}

/** Sees that each else follows an if. */
function chained({ tag, children }, file) {
  let within = false;
  for (const child of children) {
    const kind = child.branch?.kind;
    if ((kind === "else" || kind === "else-if") && !within)
      throw new Error(`${file}: an ${kind} in <${tag}> follows no if`);
    within = kind === "if" || (within && kind === "else-if");
    if (child.tag) chained(child, file);
  }
}

/** Sees that elements for some hosts only stand beside such for all others, so that no host goes without. */
function everyHost({ tag, children }, file) {
  let missing = new Set();
  const end = () => {
    if (missing.size > 0)
      throw new Error(`${file}: in <${tag}>, ${[...missing].join(" and ")} get nothing where other hosts do`);
  };
  for (const child of children) {
    if (!child.hosts) {
      end();
    } else {
      if (missing.size === 0) missing = new Set(HOSTS);
      for (const host of child.hosts)
        if (!missing.delete(host))
          throw new Error(`${file}: in <${tag}>, ${host} gets two of what each host gets one of`);
    }
    if (child.tag) everyHost(child, file);
  }
  end();
}

/** The same node with what begins with `name` read from another path: how a part is put in place. */
function renamed(node, name, path) {
  const expression = (one) => (one.path[0] === name ? { ...one, path: [...path, ...one.path.slice(1)] } : one);
  const value = (parts) => parts.map((part) => (typeof part === "string" ? part : expression(part)));
  if (!node.tag) return { text: value(node.text) };
  return {
    ...node,
    attributes: new Map([...node.attributes].map(([key, parts]) => [key, value(parts)])),
    ...(node.each && { each: { ...node.each, of: expression(node.each.of) } }),
    ...(node.branch?.on && { branch: { ...node.branch, on: expression(node.branch.on) } }),
    children: node.children.map((child) => renamed(child, name, path)),
  };
}

/** The nodes that a host gets. */
export function forHost(nodes, host) {
  return nodes
    .filter((node) => !node.hosts || node.hosts.has(host))
    .map((node) => (node.tag ? { ...node, children: forHost(node.children, host) } : node));
}

/** The names of all handlers. */
export function handlers(nodes) {
  const names = new Set();
  const look = (node) => {
    for (const [name, value] of node.attributes ?? []) if (name.startsWith("on-")) names.add(value[0]);
    node.children?.forEach(look);
  };
  nodes.forEach(look);
  return [...names].sort();
}
