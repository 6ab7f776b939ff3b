// The published guide to the components says what their sources do: which there are, what they need and tell, what changes their look.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import esbuild from "esbuild";
import { names } from "./components.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const read = (...path) => readFileSync(join(root, ...path), "utf8");
const guide = read("published/docs/components-guide.md");

/** The rows of the table with this head, each in cells. */
function table(head) {
  const from = guide.indexOf(`\n${head}\n`);
  assert.ok(from >= 0, head);
  const lines = guide
    .slice(from + head.length + 2)
    .split("\n")
    .slice(1);
  return lines
    .slice(
      0,
      lines.findIndex((line) => !line.startsWith("|")),
    )
    .map((line) =>
      line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

const words = (cell) => [...cell.matchAll(/`([a-z]+)`/g)].map(([, word]) => word);

/** What the source of a view tells. */
const toldBy = (name) =>
  [
    ...new Set(
      [...read("src/view", `${name}.ts`).matchAll(/\b(?:tell|take)\(.*"([a-z]+)"[^"\n]*\)/g)].map(([, event]) => event),
    ),
  ].sort();

/** The list that types and wrappers are made of. */
const { EVENTS } = await import(
  `data:text/javascript,${encodeURIComponent(
    esbuild.transformSync(read("src/components/events.ts"), { loader: "ts" }).code,
  )}`
);

test("each component is there with what it needs and what it tells", () => {
  const rows = table("| component | shows | needs | emits |");
  assert.deepEqual(rows.map(([name]) => words(name)[0]).sort(), names);
  for (const [name, , needs, tells] of rows) {
    const [component] = words(name);
    const [, first = "phone"] = /readonly needs = "(\w+)"/.exec(read("src/view", `${component}.ts`)) ?? [];
    assert.equal(words(needs)[0], first, component);
    assert.deepEqual(words(tells).sort(), toldBy(component), component);
    assert.deepEqual([...EVENTS[component]].sort(), toldBy(component), `src/components/events.ts: ${component}`);
  }
});

test("each event is there with the components that tell it", () => {
  const rows = table("| event | of | when | `detail` |");
  const [, union] = /type Told = ([^;]*);/.exec(read("src/view/view.ts"));
  assert.deepEqual(
    rows.map(([event]) => words(event)[0]).sort(),
    [...union.matchAll(/"(\w+)"/g)].map(([, event]) => event).sort(),
  );
  for (const [event, of] of rows)
    assert.deepEqual(
      words(of).sort(),
      names.filter((name) => toldBy(name).includes(words(event)[0])),
      event,
    );
});

test("what an app connects is there", () => {
  const [, session] = /interface Session \{([^}]*)\}/.exec(read("src/view/session.ts"));
  const keys = [...session.matchAll(/^ {2}(\w+)\??:/gm)]
    .map(([, key]) => key)
    .filter((key) => !["large", "simple", "size"].includes(key));
  const rows = guide.slice(guide.indexOf("## The session")).matchAll(/^\| `(\w+)` \|/gm);
  assert.deepEqual([...rows].map(([, key]) => key).slice(0, keys.length), keys);
});

test("each property of the look is there with its default on each host", () => {
  const sheets = ["web", "wechat", "alipay"].map((host) =>
    Object.fromEntries(
      [...read("components/style", `${host}.css`).matchAll(/var\(\s*(--hc-[a-z-]+),\s*([^;]*)\);/g)].map(
        ([, name, value]) => [name, value.trim()],
      ),
    ),
  );
  const rows = table("| property | of | web | WeChat | Alipay |");
  for (const sheet of sheets)
    assert.deepEqual(rows.map(([name]) => name.slice(1, -1)).sort(), Object.keys(sheet).sort());
  for (const [name, , ...defaults] of rows) {
    if (name === "`--hc-font`") continue;
    assert.deepEqual(
      defaults.map((value) => value.slice(1, -1)),
      sheets.map((sheet) => sheet[name.slice(1, -1)]),
      name,
    );
  }
});
