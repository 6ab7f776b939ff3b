// What the generator makes of the components' templates, beside what is committed of it in generator/generated/: a change of the
// generator shows as a change of what each host gets. `REWRITE=1 npm test` writes it anew.
import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { names } from "./components.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const kept = join(root, "generator", "generated");

/** Where each file comes from in out/, by its name in generator/generated/. */
const FILES = new Map(
  names.flatMap((name) => [
    [`wechat/${name}.wxml`, `miniprogram_dist/components/${name}/index.wxml`],
    [`wechat/${name}.ts`, `generated/wechat-${name}.ts`],
    [`alipay/${name}.axml`, `alipay/components/${name}/index.axml`],
    [`alipay/${name}.ts`, `generated/alipay-${name}.ts`],
    [`web/${name}.ts`, `generated/${name}.ts`],
  ]),
);

/** A line for each tag. */
const generated = (path) =>
  `${readFileSync(join(root, "out", path), "utf8")
    .replaceAll("><", ">\n<")
    .trimEnd()}\n`;

if (process.env.REWRITE) {
  rmSync(kept, { recursive: true, force: true });
  for (const [to, from] of FILES) {
    mkdirSync(dirname(join(kept, to)), { recursive: true });
    writeFileSync(join(kept, to), generated(from));
  }
}

test("the components are those of generator/generated/", () => {
  const files = readdirSync(kept, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  assert.equal(files.length, FILES.size);
  for (const [path, from] of FILES) assert.equal(generated(from), readFileSync(join(kept, path), "utf8"), path);
});
